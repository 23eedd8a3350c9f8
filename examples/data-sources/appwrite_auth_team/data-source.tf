data "appwrite_auth_team" "editors" {
  name = "Editors"
}

output "editors_id" {
  value = data.appwrite_auth_team.editors.id
}
