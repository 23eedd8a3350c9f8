data "appwrite_vectorsdb" "search" {
  name = "Search"
}

output "search_id" {
  value = data.appwrite_vectorsdb.search.id
}
