data "appwrite_auth_membership" "ada" {
  team_id = "editors"
  user_id = "ada"
}

output "ada_id" {
  value = data.appwrite_auth_membership.ada.id
}
