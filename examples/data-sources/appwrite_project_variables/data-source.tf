data "appwrite_project_variables" "all" {}

data "appwrite_project_variables" "named" {
  queries = [jsonencode({ method = "equal", attribute = "key", values = ["STAGE"] })]
}

output "variables" {
  value = data.appwrite_project_variables.all.variables[*].id
}
