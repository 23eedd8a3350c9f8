resource "appwrite_auth_user" "ada" {
  id    = "ada"
  email = "ada@example.com"
}

resource "appwrite_auth_team" "editors" {
  id   = "editors"
  name = "Editors"
}

resource "appwrite_auth_membership" "ada" {
  team_id = appwrite_auth_team.editors.id
  user_id = appwrite_auth_user.ada.id
  roles   = ["owner", "reviewer"]
}
