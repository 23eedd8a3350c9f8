resource "appwrite_project_protocols" "this" {
  graphql = false
}
