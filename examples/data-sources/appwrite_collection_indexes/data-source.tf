data "appwrite_collection_indexes" "all" {
  database_id   = "shop"
  collection_id = "books"
}

output "indexes" {
  value = data.appwrite_collection_indexes.all.indexes[*].key
}
