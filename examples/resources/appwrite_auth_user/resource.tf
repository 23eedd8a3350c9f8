resource "appwrite_auth_user" "ada" {
  id       = "ada"
  name     = "Ada Lovelace"
  email    = "ada@example.com"
  password = "correct horse battery staple"
  labels   = ["vip"]
}
