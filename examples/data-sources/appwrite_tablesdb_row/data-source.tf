data "appwrite_tablesdb_row" "dune" {
  database_id = "shop"
  table_id    = "books"
  id          = "dune"
}
