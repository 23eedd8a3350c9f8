resource "appwrite_documentsdb" "notes" {
  id   = "notes"
  name = "Notes"
}

resource "appwrite_documentsdb_collection" "pages" {
  database_id = appwrite_documentsdb.notes.id
  id          = "pages"
  name        = "Pages"
  permissions = ["read(\"any\")", "write(\"team:editors\")"]
}
