resource "appwrite_documentsdb" "notes" {
  id   = "notes"
  name = "Notes"
}

resource "appwrite_documentsdb_collection" "pages" {
  database_id = appwrite_documentsdb.notes.id
  id          = "pages"
  name        = "Pages"
}

resource "appwrite_documentsdb_index" "by_slug" {
  database_id   = appwrite_documentsdb.notes.id
  collection_id = appwrite_documentsdb_collection.pages.id
  key           = "by_slug"
  type          = "unique"
  attributes    = ["slug", "language"]
}
