resource "appwrite_project_variable" "stage" {
  key    = "ENVIRONMENT"
  value  = "live"
  secret = true
}

resource "appwrite_project_variable" "token" {
  key    = "PAYMENT_TOKEN"
  value  = "placeholder"
  secret = false
}
