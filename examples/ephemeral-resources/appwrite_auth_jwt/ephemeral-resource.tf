resource "appwrite_auth_user" "smoke_test" {
  email = "smoke-test@example.com"
}

ephemeral "appwrite_auth_jwt" "smoke_test" {
  user_id          = appwrite_auth_user.smoke_test.id
  duration_seconds = 300
}
