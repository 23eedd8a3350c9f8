resource "appwrite_function" "report" {
  id         = "report"
  name       = "Nightly report"
  runtime    = "node-22"
  entrypoint = "src/main.js"
  commands   = "npm install"
  schedule   = "0 3 * * *"
  timeout    = 60
  execute    = ["team:editors", "label:admin"]
  events     = ["users.*.create", "databases.*.tables.*.rows.*.create"]
  scopes     = ["users.read", "rows.read"]

  variables = {
    REPORT_TITLE = { value = "Sales", secret = false }
    MAIL_TOKEN   = { value = var.mail_token }
  }
}

variable "mail_token" {
  type      = string
  sensitive = true
  default   = "placeholder"
}

resource "appwrite_function" "hello" {
  name    = "Hello"
  runtime = "python-3.12"
}
