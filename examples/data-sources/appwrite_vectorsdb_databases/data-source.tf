data "appwrite_vectorsdb_databases" "all" {}

data "appwrite_vectorsdb_databases" "named" {
  queries = [jsonencode({ method = "equal", attribute = "name", values = ["Search"] })]
}

output "databases" {
  value = data.appwrite_vectorsdb_databases.all.databases[*].name
}
