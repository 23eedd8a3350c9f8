data "appwrite_vectorsdb_collection" "articles" {
  database_id = "search"
  name        = "Articles"
}

output "articles_id" {
  value = data.appwrite_vectorsdb_collection.articles.id
}
