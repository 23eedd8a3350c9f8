resource "appwrite_function" "greet" {
  id         = "greet"
  name       = "Greet"
  runtime    = "node-22"
  entrypoint = "main.js"
}

resource "appwrite_function_deployment" "greet" {
  function_id = appwrite_function.greet.id
  source_type = "code"
  code_path   = "${path.module}/code"
  activate    = true

  # The old deployment stays in service until the new one is built.
  lifecycle {
    create_before_destroy = true
  }
}
