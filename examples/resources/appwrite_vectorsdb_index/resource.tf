resource "appwrite_vectorsdb" "search" {
  id   = "search"
  name = "Search"
}

resource "appwrite_vectorsdb_collection" "articles" {
  database_id = appwrite_vectorsdb.search.id
  id          = "articles"
  name        = "Articles"
  dimension   = 3
}

resource "appwrite_vectorsdb_index" "nearest" {
  database_id   = appwrite_vectorsdb.search.id
  collection_id = appwrite_vectorsdb_collection.articles.id
  key           = "nearest"
  type          = "hnsw_cosine"
  attributes    = ["embeddings"]
}
