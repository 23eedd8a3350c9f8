resource "appwrite_database" "shop" {
  id   = "shop"
  name = "Shop"
}

resource "appwrite_collection" "authors" {
  database_id = appwrite_database.shop.id
  id          = "authors"
  name        = "Authors"

  attributes = {
    name = { type = "varchar", size = 200, required = true }
  }
}

resource "appwrite_collection" "books" {
  database_id       = appwrite_database.shop.id
  id                = "books"
  name              = "Books"
  document_security = true
  permissions       = ["read(\"any\")", "write(\"team:editors\")"]

  attributes = {
    title   = { type = "string", size = 200, required = true }
    pages   = { type = "integer", min = 1 }
    price   = { type = "float", float_min = 0, default = "9.5" }
    genre   = { type = "enum", elements = ["novel", "essay"], default = "novel" }
    summary = { type = "text" }
    tags    = { type = "string", size = 40, array = true }
    bought  = { type = "datetime" }
    author = {
      type                  = "relationship"
      related_collection_id = appwrite_collection.authors.id
      relationship_type     = "manyToOne"
      two_way               = true
      two_way_key           = "books"
      on_delete             = "setNull"
    }
  }

  indexes = {
    by_title = { type = "key", attributes = ["title"], orders = ["asc"] }
    by_genre = { type = "key", attributes = ["genre", "pages"] }
  }
}
