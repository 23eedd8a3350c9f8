data "appwrite_collection" "authors" {
  database_id = "shop"
  name        = "Authors"
}

output "authors_id" {
  value = data.appwrite_collection.authors.id
}
