resource "appwrite_auth_user" "ada" {
  id    = "ada"
  email = "ada@example.com"
}

resource "appwrite_auth_target" "work" {
  id            = "ada-work"
  user_id       = appwrite_auth_user.ada.id
  provider_type = "email"
  identifier    = "ada@office.example.com"
  name          = "Office"
}
