data "appwrite_documentsdb_documents" "all" {
  database_id   = "notes"
  collection_id = "pages"
}

output "documents" {
  value = data.appwrite_documentsdb_documents.all.documents[*].id
}
