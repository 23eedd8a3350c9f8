resource "appwrite_project_smtp" "this" {
  host         = "smtp.example.com"
  port         = 587
  secure       = "tls"
  username     = "appwrite"
  password     = "5e07c0000000"
  sender_name  = "Example"
  sender_email = "hello@example.com"
}
