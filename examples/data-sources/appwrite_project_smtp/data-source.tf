data "appwrite_project_smtp" "this" {
  project_id = appwrite_project_smtp.this.project_id
}
