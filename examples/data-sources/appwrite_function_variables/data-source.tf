data "appwrite_function_variables" "all" {
  function_id = "greet"
}

data "appwrite_function_variables" "named" {
  function_id = "greet"
  queries     = [jsonencode({ method = "equal", attribute = "key", values = ["API_URL"] })]
}

output "variables" {
  value = data.appwrite_function_variables.all.variables[*].id
}
