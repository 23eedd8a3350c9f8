resource "appwrite_tablesdb" "shop" {
  id   = "shop"
  name = "Shop"
}

resource "appwrite_tablesdb_table" "authors" {
  database_id = appwrite_tablesdb.shop.id
  id          = "authors"
  name        = "Authors"

  columns = {
    name = { type = "varchar", size = 200, required = true }
  }
}

resource "appwrite_tablesdb_table" "books" {
  database_id  = appwrite_tablesdb.shop.id
  id           = "books"
  name         = "Books"
  row_security = true
  permissions  = ["read(\"any\")", "write(\"team:editors\")"]

  columns = {
    title   = { type = "string", size = 200, required = true }
    pages   = { type = "integer", min = 1 }
    price   = { type = "float", float_min = 0, default = "9.5" }
    genre   = { type = "enum", elements = ["novel", "essay"], default = "novel" }
    summary = { type = "text" }
    tags    = { type = "string", size = 40, array = true }
    bought  = { type = "datetime" }
    author = {
      type              = "relationship"
      related_table_id  = appwrite_tablesdb_table.authors.id
      relationship_type = "manyToOne"
      two_way           = true
      two_way_key       = "books"
      on_delete         = "setNull"
    }
  }

  indexes = {
    by_title = { type = "key", columns = ["title"], orders = ["asc"] }
    by_genre = { type = "key", columns = ["genre", "pages"] }
  }
}
