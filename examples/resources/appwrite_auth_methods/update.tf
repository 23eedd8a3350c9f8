resource "appwrite_auth_methods" "this" {
  email_password = true
  magic_url      = true
  email_otp      = false
  anonymous      = false
}
