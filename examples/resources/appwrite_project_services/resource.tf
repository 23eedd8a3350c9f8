resource "appwrite_project_services" "this" {
  graphql = false
  avatars = false
}
