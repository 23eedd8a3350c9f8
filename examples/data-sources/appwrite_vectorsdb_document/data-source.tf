data "appwrite_vectorsdb_document" "terraform" {
  database_id   = "search"
  collection_id = "articles"
  id            = "terraform"
}
