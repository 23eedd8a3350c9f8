data "appwrite_tablesdb_rows" "all" {
  database_id = "shop"
  table_id    = "books"
}

output "rows" {
  value = data.appwrite_tablesdb_rows.all.rows[*].id
}
