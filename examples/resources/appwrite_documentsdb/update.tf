resource "appwrite_documentsdb" "notes" {
  id      = "notes"
  name    = "All notes"
  enabled = false
}
