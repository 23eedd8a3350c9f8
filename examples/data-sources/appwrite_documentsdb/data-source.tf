data "appwrite_documentsdb" "notes" {
  name = "Notes"
}

output "notes_id" {
  value = data.appwrite_documentsdb.notes.id
}
