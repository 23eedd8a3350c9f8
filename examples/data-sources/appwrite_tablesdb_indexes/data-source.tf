data "appwrite_tablesdb_indexes" "all" {
  database_id = "shop"
  table_id    = "books"
}

output "indexes" {
  value = data.appwrite_tablesdb_indexes.all.indexes[*].key
}
