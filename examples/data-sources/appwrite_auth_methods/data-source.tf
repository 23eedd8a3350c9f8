data "appwrite_auth_methods" "this" {
  project_id = appwrite_auth_methods.this.project_id
}
