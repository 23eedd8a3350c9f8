data "appwrite_documentsdb_collections" "all" {
  database_id = "notes"
}

data "appwrite_documentsdb_collections" "named" {
  database_id = "notes"
  queries     = [jsonencode({ method = "equal", attribute = "name", values = ["Pages"] })]
}

output "collections" {
  value = data.appwrite_documentsdb_collections.all.collections[*].name
}
