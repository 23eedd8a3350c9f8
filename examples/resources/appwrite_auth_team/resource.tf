resource "appwrite_auth_team" "editors" {
  id   = "editors"
  name = "Editors"
}
