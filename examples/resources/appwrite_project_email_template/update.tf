resource "appwrite_project_smtp" "this" {
  host         = "smtp.example.com"
  port         = 587
  sender_email = "hello@example.com"
}

resource "appwrite_project_email_template" "verification" {
  template       = "verification"
  subject        = "Confirm your address"
  message        = "<p>Hi {{user}}, <a href=\"{{redirect}}\">confirm your address</a>.</p>"
  sender_name    = "Example"
  sender_email   = "hello@example.com"
  reply_to_email = "support@example.com"

  depends_on = [appwrite_project_smtp.this]
}

resource "appwrite_project_email_template" "verification_de" {
  template = "verification"
  locale   = "de"
  subject  = "Bestätige deine Adresse"
  message  = "<p>Hallo {{user}}, <a href=\"{{redirect}}\">bestätige deine Adresse</a>.</p>"

  depends_on = [appwrite_project_smtp.this]
}
