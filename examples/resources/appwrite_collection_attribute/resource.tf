resource "appwrite_database" "shop" {
  id   = "shop"
  name = "Shop"
}

resource "appwrite_collection" "books" {
  database_id = appwrite_database.shop.id
  id          = "books"
  name        = "Books"
}

resource "appwrite_collection" "authors" {
  database_id = appwrite_database.shop.id
  id          = "authors"
  name        = "Authors"
}

resource "appwrite_collection_attribute" "title" {
  database_id   = appwrite_database.shop.id
  collection_id = appwrite_collection.books.id
  key           = "title"
  type          = "varchar"
  size          = 256
  required      = true
}

resource "appwrite_collection_attribute" "stock" {
  database_id   = appwrite_database.shop.id
  collection_id = appwrite_collection.books.id
  key           = "stock"
  type          = "integer"
  min           = 0
  default       = "10"
}

resource "appwrite_collection_attribute" "genre" {
  database_id   = appwrite_database.shop.id
  collection_id = appwrite_collection.books.id
  key           = "genre"
  type          = "enum"
  elements      = ["novel", "essay"]
}

resource "appwrite_collection_attribute" "author" {
  database_id           = appwrite_database.shop.id
  collection_id         = appwrite_collection.books.id
  key                   = "author"
  type                  = "relationship"
  related_collection_id = appwrite_collection.authors.id
  relationship_type     = "manyToOne"
  two_way               = true
  two_way_key           = "books"
  on_delete             = "setNull"
}
