resource "appwrite_tablesdb" "shop" {
  id   = "shop"
  name = "Shop"
}

resource "appwrite_tablesdb_table" "books" {
  database_id = appwrite_tablesdb.shop.id
  id          = "books"
  name        = "Books"

  columns = {
    title    = { type = "varchar", size = 200, required = true }
    pages    = { type = "integer" }
    released = { type = "datetime" }
  }
}

resource "appwrite_tablesdb_row" "dune" {
  database_id = appwrite_tablesdb.shop.id
  table_id    = appwrite_tablesdb_table.books.id
  id          = "dune"
  permissions = ["read(\"any\")"]

  data = jsonencode({
    title    = "Dune"
    pages    = 412
    released = "1965-08-01"
  })
}
