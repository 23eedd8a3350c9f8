data "appwrite_auth_teams" "all" {}

data "appwrite_auth_teams" "named" {
  queries = [jsonencode({ method = "equal", attribute = "name", values = ["Editors"] })]
}

output "teams" {
  value = data.appwrite_auth_teams.all.teams[*].name
}
