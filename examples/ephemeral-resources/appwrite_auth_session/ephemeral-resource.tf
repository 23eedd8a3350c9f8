resource "appwrite_auth_user" "smoke_test" {
  email = "smoke-test@example.com"
}

# The session ends with the run: its secret is neither in the plan nor in the state.
ephemeral "appwrite_auth_session" "smoke_test" {
  user_id = appwrite_auth_user.smoke_test.id
}
