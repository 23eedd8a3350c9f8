data "appwrite_auth_memberships" "all" {
  team_id = "editors"
}

data "appwrite_auth_memberships" "named" {
  team_id = "editors"
  queries = [jsonencode({ method = "equal", attribute = "userId", values = ["ada"] })]
}

output "memberships" {
  value = data.appwrite_auth_memberships.all.memberships[*].id
}
