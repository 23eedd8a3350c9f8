data "appwrite_documentsdb_databases" "all" {}

data "appwrite_documentsdb_databases" "named" {
  queries = [jsonencode({ method = "equal", attribute = "name", values = ["Notes"] })]
}

output "databases" {
  value = data.appwrite_documentsdb_databases.all.databases[*].name
}
