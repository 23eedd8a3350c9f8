resource "appwrite_function" "greet" {
  id         = "greet"
  name       = "Greet"
  runtime    = "node-22"
  entrypoint = "main.js"
}

resource "appwrite_function_variable" "api_url" {
  function_id = appwrite_function.greet.id
  key         = "SERVICE_URL"
  value       = "https://service.example.com"
  secret      = true
}

resource "appwrite_function_variable" "api_token" {
  function_id = appwrite_function.greet.id
  key         = "API_TOKEN"
  value       = "placeholder"
  secret      = false
}
