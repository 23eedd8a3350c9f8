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
  # Renamed in place: the values stay.
  key  = "name"
  type = "varchar"
  size = 300
}

resource "appwrite_tablesdb_column" "stock" {
  database_id = appwrite_tablesdb.shop.id
  table_id    = appwrite_tablesdb_table.books.id
  key         = "stock"
  type        = "integer"
  max         = 1000
}

resource "appwrite_tablesdb_column" "genre" {
  database_id = appwrite_tablesdb.shop.id
  table_id    = appwrite_tablesdb_table.books.id
  key         = "genre"
  type        = "enum"
  elements    = ["novel", "essay", "poem"]
  default     = "poem"
}

resource "appwrite_tablesdb_column" "author" {
  database_id       = appwrite_tablesdb.shop.id
  table_id          = appwrite_tablesdb_table.books.id
  key               = "writer"
  type              = "relationship"
  related_table_id  = appwrite_tablesdb_table.authors.id
  relationship_type = "manyToOne"
  two_way           = true
  two_way_key       = "works"
  on_delete         = "cascade"
}
