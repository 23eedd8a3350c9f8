data "appwrite_project_labels" "this" {
  project_id = appwrite_project_labels.this.project_id
}
