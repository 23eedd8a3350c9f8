data "appwrite_documentsdb_indexes" "all" {
  database_id   = "notes"
  collection_id = "pages"
}

output "indexes" {
  value = data.appwrite_documentsdb_indexes.all.indexes[*].key
}
