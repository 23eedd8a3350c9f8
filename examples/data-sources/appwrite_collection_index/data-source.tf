data "appwrite_collection_index" "by_title" {
  database_id   = "shop"
  collection_id = "books"
  key           = "by_title"
}
