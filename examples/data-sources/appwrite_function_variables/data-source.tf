data "appwrite_function_variables" "all" {
  function_id = "greet"
}

output "variables" {
  value = data.appwrite_function_variables.all.variables[*].id
}
