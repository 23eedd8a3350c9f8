data "appwrite_project_services" "this" {
  project_id = appwrite_project_services.this.project_id
}
