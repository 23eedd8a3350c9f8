data "appwrite_collections" "all" {
  database_id = "shop"
}

data "appwrite_collections" "named" {
  database_id = "shop"
  queries     = [jsonencode({ method = "equal", attribute = "name", values = ["Authors"] })]
}

output "collections" {
  value = data.appwrite_collections.all.collections[*].name
}
