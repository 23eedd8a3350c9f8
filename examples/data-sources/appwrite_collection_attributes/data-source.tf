data "appwrite_collection_attributes" "all" {
  database_id   = "shop"
  collection_id = "books"
}

output "attributes" {
  value = data.appwrite_collection_attributes.all.attributes[*].key
}
