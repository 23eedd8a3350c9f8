resource "appwrite_webhook" "orders" {
  name          = "Orders and users"
  url           = "https://example.com/hooks/all"
  events        = ["databases.*.tables.*.rows.*.create", "users.*.create"]
  tls           = true
  auth_username = "appwrite"
  auth_password = "5e07c0000000"
  secret        = "a-signing-key-of-our-own"
}
