data "appwrite_auth_targets" "all" {
  user_id = "ada"
}

data "appwrite_auth_targets" "named" {
  user_id = "ada"
  queries = [jsonencode({ method = "equal", attribute = "identifier", values = ["ada@work.example.com"] })]
}

output "targets" {
  value = data.appwrite_auth_targets.all.targets[*].name
}
