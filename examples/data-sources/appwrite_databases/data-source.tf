data "appwrite_databases" "all" {}

data "appwrite_databases" "named" {
  queries = [jsonencode({ method = "equal", attribute = "name", values = ["Shop"] })]
}

output "databases" {
  value = data.appwrite_databases.all.databases[*].name
}
