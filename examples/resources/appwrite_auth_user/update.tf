resource "appwrite_auth_user" "ada" {
  id                 = "ada"
  name               = "Ada King"
  email              = "ada@example.org"
  email_verification = true
  phone              = "+12065550100"
  password           = "a longer password than before"
  labels             = ["vip", "beta"]
  status             = false
}
