resource "appwrite_database" "shop" {
  id   = "shop"
  name = "Shop"
}

resource "appwrite_collection" "books" {
  database_id = appwrite_database.shop.id
  id          = "books"
  name        = "Books"

  attributes = {
    title    = { type = "varchar", size = 200, required = true }
    pages    = { type = "integer" }
    released = { type = "datetime" }
  }
}

resource "appwrite_document" "dune" {
  database_id   = appwrite_database.shop.id
  collection_id = appwrite_collection.books.id
  id            = "dune"
  permissions   = ["read(\"any\")"]

  data = jsonencode({
    title    = "Dune"
    pages    = 412
    released = "1965-08-01"
  })
}
