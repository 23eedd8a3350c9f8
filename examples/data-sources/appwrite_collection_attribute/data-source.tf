data "appwrite_collection_attribute" "title" {
  database_id   = "shop"
  collection_id = "books"
  key           = "title"
}
