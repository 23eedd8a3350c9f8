data "appwrite_documentsdb_index" "by_slug" {
  database_id   = "notes"
  collection_id = "pages"
  key           = "by_slug"
}
