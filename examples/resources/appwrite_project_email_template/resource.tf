resource "appwrite_project_smtp" "this" {
  host         = "smtp.example.com"
  port         = 587
  sender_email = "hello@example.com"
}

resource "appwrite_project_email_template" "verification" {
  template = "verification"
  subject  = "Please confirm your address"
  message  = "<p>Hello {{user}}, <a href=\"{{redirect}}\">confirm your address</a>.</p>"

  # Appwrite takes templates only while custom SMTP is enabled.
  depends_on = [appwrite_project_smtp.this]
}

resource "appwrite_project_email_template" "verification_de" {
  template    = "verification"
  locale      = "de"
  subject     = "Bitte bestätige deine Adresse"
  message     = "<p>Hallo {{user}}, <a href=\"{{redirect}}\">bestätige deine Adresse</a>.</p>"
  sender_name = "Beispiel"

  depends_on = [appwrite_project_smtp.this]
}
