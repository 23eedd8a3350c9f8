resource "appwrite_project_services" "this" {
  graphql   = true
  avatars   = false
  messaging = false
}
