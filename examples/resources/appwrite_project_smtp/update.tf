resource "appwrite_project_smtp" "this" {
  host           = "mail.example.com"
  port           = 465
  secure         = "ssl"
  username       = "appwrite"
  password       = "5e07c0000001"
  sender_name    = "Example"
  sender_email   = "hello@example.com"
  reply_to_name  = "Support"
  reply_to_email = "support@example.com"
}
