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

resource "appwrite_vectorsdb_document" "terraform" {
  database_id   = appwrite_vectorsdb.search.id
  collection_id = appwrite_vectorsdb_collection.articles.id
  id            = "terraform"
  data = jsonencode({
    embeddings = [0.5, -0.7, 0.33]
    metadata   = { title = "Infrastructure as code, explained" }
  })
}
