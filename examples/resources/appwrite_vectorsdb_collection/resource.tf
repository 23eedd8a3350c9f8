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
