data "appwrite_tablesdb_columns" "all" {
  database_id = "shop"
  table_id    = "books"
}

output "columns" {
  value = data.appwrite_tablesdb_columns.all.columns[*].key
}
