data "appwrite_vectorsdb_documents" "all" {
  database_id   = "search"
  collection_id = "articles"
}

output "documents" {
  value = data.appwrite_vectorsdb_documents.all.documents[*].id
}
