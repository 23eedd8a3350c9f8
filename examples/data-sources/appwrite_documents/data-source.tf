data "appwrite_documents" "all" {
  database_id   = "shop"
  collection_id = "books"
}

output "documents" {
  value = data.appwrite_documents.all.documents[*].id
}
