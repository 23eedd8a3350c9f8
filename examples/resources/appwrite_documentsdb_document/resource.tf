resource "appwrite_documentsdb" "notes" {
  id   = "notes"
  name = "Notes"
}

resource "appwrite_documentsdb_collection" "pages" {
  database_id = appwrite_documentsdb.notes.id
  id          = "pages"
  name        = "Pages"
}

resource "appwrite_documentsdb_document" "welcome" {
  database_id   = appwrite_documentsdb.notes.id
  collection_id = appwrite_documentsdb_collection.pages.id
  id            = "welcome"
  data = jsonencode({
    slug   = "welcome"
    blocks = [{ kind = "heading", text = "Welcome" }, { kind = "rule", options = {} }]
    views  = 9007199254740993
  })
}
