data "appwrite_project_protocols" "this" {
  project_id = appwrite_project_protocols.this.project_id
}
