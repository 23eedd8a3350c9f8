resource "appwrite_tablesdb" "shop" {
  id   = "shop"
  name = "Shop"
}

resource "appwrite_tablesdb_table" "books" {
  database_id = appwrite_tablesdb.shop.id
  id          = "books"
  name        = "Books"
}

resource "appwrite_tablesdb_table" "authors" {
  database_id = appwrite_tablesdb.shop.id
  id          = "authors"
  name        = "Authors"
}

resource "appwrite_tablesdb_column" "title" {
  database_id = appwrite_tablesdb.shop.id
  table_id    = appwrite_tablesdb_table.books.id
  key         = "title"
  type        = "varchar"
  size        = 256
  required    = true
}

resource "appwrite_tablesdb_column" "stock" {
  database_id = appwrite_tablesdb.shop.id
  table_id    = appwrite_tablesdb_table.books.id
  key         = "stock"
  type        = "integer"
  min         = 0
  default     = "10"
}

resource "appwrite_tablesdb_column" "genre" {
  database_id = appwrite_tablesdb.shop.id
  table_id    = appwrite_tablesdb_table.books.id
  key         = "genre"
  type        = "enum"
  elements    = ["novel", "essay"]
}

resource "appwrite_tablesdb_column" "author" {
  database_id       = appwrite_tablesdb.shop.id
  table_id          = appwrite_tablesdb_table.books.id
  key               = "author"
  type              = "relationship"
  related_table_id  = appwrite_tablesdb_table.authors.id
  relationship_type = "manyToOne"
  two_way           = true
  two_way_key       = "books"
  on_delete         = "setNull"
}
