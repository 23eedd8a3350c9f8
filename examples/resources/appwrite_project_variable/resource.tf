resource "appwrite_project_variable" "stage" {
  key    = "STAGE"
  value  = "production"
  secret = false
}

resource "appwrite_project_variable" "token" {
  key   = "PAYMENT_TOKEN"
  value = "placeholder"
}
