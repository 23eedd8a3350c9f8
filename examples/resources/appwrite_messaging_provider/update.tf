resource "appwrite_messaging_provider" "mail" {
  id         = "mail"
  name       = "Mail"
  type       = "smtp"
  host       = "smtp2.example.com"
  encryption = "tls"
  auto_tls   = false
  username   = "mailer"
  password   = "another secret"
  from_name  = "Example"
  from_email = "hello@example.com"
}

resource "appwrite_messaging_provider" "texts" {
  id          = "texts"
  name        = "Text messages"
  type        = "twilio"
  enabled     = false
  account_sid = "AC0123456789"
  auth_token  = "another secret"
  from        = "+12065550101"
}

resource "appwrite_messaging_provider" "push" {
  id   = "push"
  name = "Push"
  type = "fcm"
  service_account_json = jsonencode({
    project_id   = "example"
    client_email = "push@example.iam.gserviceaccount.com"
    private_key  = "another secret"
  })
}
