data "appwrite_vectorsdb_index" "nearest" {
  database_id   = "search"
  collection_id = "articles"
  key           = "nearest"
}
