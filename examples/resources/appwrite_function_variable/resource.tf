resource "appwrite_function" "greet" {
  id         = "greet"
  name       = "Greet"
  runtime    = "node-22"
  entrypoint = "main.js"
}

resource "appwrite_function_variable" "api_url" {
  function_id = appwrite_function.greet.id
  key         = "API_URL"
  value       = "https://api.example.com"
  secret      = false
}

resource "appwrite_function_variable" "api_token" {
  function_id = appwrite_function.greet.id
  key         = "API_TOKEN"
  value       = "placeholder"
}
