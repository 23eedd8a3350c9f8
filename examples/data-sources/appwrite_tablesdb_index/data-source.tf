data "appwrite_tablesdb_index" "by_title" {
  database_id = "shop"
  table_id    = "books"
  key         = "by_title"
}
