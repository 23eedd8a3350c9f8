resource "appwrite_project_protocols" "this" {
  graphql   = true
  websocket = false
}
