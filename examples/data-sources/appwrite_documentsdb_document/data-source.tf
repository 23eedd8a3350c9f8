data "appwrite_documentsdb_document" "welcome" {
  database_id   = "notes"
  collection_id = "pages"
  id            = "welcome"
}
