data "appwrite_tablesdb_databases" "all" {}

data "appwrite_tablesdb_databases" "named" {
  queries = [jsonencode({ method = "equal", attribute = "name", values = ["Shop"] })]
}

output "databases" {
  value = data.appwrite_tablesdb_databases.all.databases[*].name
}
