data "appwrite_auth_policies" "this" {
  project_id = appwrite_auth_policies.this.project_id
}
