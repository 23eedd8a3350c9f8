data "appwrite_auth_user" "ada" {
  email = "ada@example.com"
}

output "ada_id" {
  value = data.appwrite_auth_user.ada.id
}
