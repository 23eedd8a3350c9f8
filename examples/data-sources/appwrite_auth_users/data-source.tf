data "appwrite_auth_users" "all" {}

data "appwrite_auth_users" "named" {
  queries = [jsonencode({ method = "equal", attribute = "email", values = ["ada@example.com"] })]
}

output "users" {
  value = data.appwrite_auth_users.all.users[*].name
}
