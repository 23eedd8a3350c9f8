data "appwrite_vectorsdb_collections" "all" {
  database_id = "search"
}

data "appwrite_vectorsdb_collections" "named" {
  database_id = "search"
  queries     = [jsonencode({ method = "equal", attribute = "name", values = ["Articles"] })]
}

output "collections" {
  value = data.appwrite_vectorsdb_collections.all.collections[*].name
}
