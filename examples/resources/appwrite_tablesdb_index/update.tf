resource "appwrite_tablesdb" "shop" {
  id   = "shop"
  name = "Shop"
}

resource "appwrite_tablesdb_table" "books" {
  database_id = appwrite_tablesdb.shop.id
  id          = "books"
  name        = "Books"
}

resource "appwrite_tablesdb_column" "title" {
  database_id = appwrite_tablesdb.shop.id
  table_id    = appwrite_tablesdb_table.books.id
  key         = "title"
  type        = "varchar"
  size        = 200
}

resource "appwrite_tablesdb_index" "by_title" {
  database_id = appwrite_tablesdb.shop.id
  table_id    = appwrite_tablesdb_table.books.id
  key         = "by_title"
  type        = "unique"
  columns     = [appwrite_tablesdb_column.title.key]
  lengths     = [100]
}
