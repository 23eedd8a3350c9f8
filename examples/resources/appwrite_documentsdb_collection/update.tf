resource "appwrite_documentsdb" "notes" {
  id   = "notes"
  name = "Notes"
}

resource "appwrite_documentsdb_collection" "pages" {
  database_id       = appwrite_documentsdb.notes.id
  id                = "pages"
  name              = "All pages"
  document_security = true
  permissions       = ["write(\"team:editors\")", "read(\"users\")"]
}
