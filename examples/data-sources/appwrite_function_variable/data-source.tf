data "appwrite_function_variable" "api_url" {
  function_id = "greet"
  key         = "API_URL"
}

output "api_url_id" {
  value = data.appwrite_function_variable.api_url.id
}
