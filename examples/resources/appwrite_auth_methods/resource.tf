resource "appwrite_auth_methods" "this" {
  email_password = true
  magic_url      = false
  anonymous      = false
  phone          = false
}
