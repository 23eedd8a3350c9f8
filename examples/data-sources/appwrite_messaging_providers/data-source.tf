data "appwrite_messaging_providers" "all" {}

data "appwrite_messaging_providers" "named" {
  queries = [jsonencode({ method = "equal", attribute = "name", values = ["Mail"] })]
}

output "providers" {
  value = data.appwrite_messaging_providers.all.providers[*].name
}
