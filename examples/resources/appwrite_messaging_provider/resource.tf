resource "appwrite_messaging_provider" "mail" {
  id         = "mail"
  name       = "Mail"
  type       = "smtp"
  host       = "smtp.example.com"
  port       = 465
  encryption = "ssl"
  username   = "mailer"
  password   = "secret"
  from_name  = "Example"
  from_email = "hello@example.com"
}

resource "appwrite_messaging_provider" "texts" {
  id          = "texts"
  name        = "Text messages"
  type        = "twilio"
  account_sid = "AC0123456789"
  auth_token  = "secret"
  from        = "+12065550100"
}

resource "appwrite_messaging_provider" "push" {
  id   = "push"
  name = "Push notifications"
  type = "fcm"
  service_account_json = jsonencode({
    project_id   = "example"
    client_email = "push@example.iam.gserviceaccount.com"
    private_key  = "secret"
  })
}
