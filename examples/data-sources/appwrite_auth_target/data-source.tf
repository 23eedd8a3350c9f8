data "appwrite_auth_target" "work" {
  user_id    = "ada"
  identifier = "ada@work.example.com"
}

output "work_id" {
  value = data.appwrite_auth_target.work.id
}
