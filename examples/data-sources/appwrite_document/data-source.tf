data "appwrite_document" "dune" {
  database_id   = "shop"
  collection_id = "books"
  id            = "dune"
}
