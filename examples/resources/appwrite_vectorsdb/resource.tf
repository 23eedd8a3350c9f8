resource "appwrite_vectorsdb" "search" {
  id   = "search"
  name = "Search"
}
