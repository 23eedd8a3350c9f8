data "appwrite_function_deployment" "greet" {
  function_id = "greet"
  id          = appwrite_function_deployment.greet.id
}
