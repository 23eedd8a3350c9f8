data "appwrite_documentsdb_collection" "pages" {
  database_id = "notes"
  name        = "Pages"
}

output "pages_id" {
  value = data.appwrite_documentsdb_collection.pages.id
}
