data "appwrite_function_deployments" "all" {
  function_id = "greet"
}

output "deployments" {
  value = data.appwrite_function_deployments.all.deployments[*].id
}
