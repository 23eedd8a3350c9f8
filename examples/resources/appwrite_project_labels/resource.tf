resource "appwrite_project_labels" "this" {
  labels = ["production", "eu"]
}
