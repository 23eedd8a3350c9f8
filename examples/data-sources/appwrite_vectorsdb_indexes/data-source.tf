data "appwrite_vectorsdb_indexes" "all" {
  database_id   = "search"
  collection_id = "articles"
}

output "indexes" {
  value = data.appwrite_vectorsdb_indexes.all.indexes[*].key
}
