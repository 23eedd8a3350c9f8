data "appwrite_functions" "all" {}

data "appwrite_functions" "named" {
  queries = [jsonencode({ method = "equal", attribute = "name", values = ["Nightly report"] })]
}

output "functions" {
  value = data.appwrite_functions.all.functions[*].name
}
