resource "appwrite_function" "report" {
  id         = "report"
  name       = "Nightly report"
  runtime    = "node-20.0"
  entrypoint = "src/index.js"
  schedule   = "30 4 * * mon-fri"
  logging    = false
  execute    = ["any"]
  events     = ["databases.*.tables.*.rows.*.create", "users.*.create"]
  scopes     = ["rows.read", "users.read"]

  build_specification   = "s-1vcpu-512mb"
  runtime_specification = "s-0.5vcpu-512mb"
  deployment_retention  = 30

  variables = {
    REPORT_TITLE = { value = "Sales and returns", secret = false }
    REPORT_LANG  = { value = "en", secret = false }
    MAIL_TOKEN   = { value = "readable now", secret = false }
  }
}

resource "appwrite_function" "hello" {
  name    = "Hello"
  runtime = "python-3.12"
  enabled = false
}
