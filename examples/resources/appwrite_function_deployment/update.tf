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
  ignore      = ["package.json"]
  entrypoint  = "main.js"
  activate    = true

  lifecycle {
    create_before_destroy = true
  }
}

resource "appwrite_function_deployment" "template" {
  function_id    = appwrite_function.greet.id
  source_type    = "template"
  owner          = "appwrite"
  repository     = "templates"
  root_directory = "node/starter"
  type           = "tag"
  reference      = "0.2.0"
}
