resource "appwrite_documentsdb" "notes" {
  id   = "notes"
  name = "Notes"
}
