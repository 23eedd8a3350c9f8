resource "appwrite_database" "shop" {
  id   = "shop"
  name = "Shop"
}

resource "appwrite_collection" "books" {
  database_id = appwrite_database.shop.id
  id          = "books"
  name        = "Books"
}

resource "appwrite_collection_attribute" "title" {
  database_id   = appwrite_database.shop.id
  collection_id = appwrite_collection.books.id
  key           = "title"
  type          = "varchar"
  size          = 200
}

resource "appwrite_collection_index" "by_title" {
  database_id   = appwrite_database.shop.id
  collection_id = appwrite_collection.books.id
  key           = "by_title"
  type          = "unique"
  attributes    = [appwrite_collection_attribute.title.key]
  lengths       = [100]
}
