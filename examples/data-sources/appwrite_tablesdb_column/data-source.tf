data "appwrite_tablesdb_column" "title" {
  database_id = "shop"
  table_id    = "books"
  key         = "title"
}
