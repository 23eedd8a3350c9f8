data "appwrite_webhooks" "all" {}

data "appwrite_webhooks" "named" {
  queries = [jsonencode({ method = "equal", attribute = "name", values = ["Orders"] })]
}

output "webhooks" {
  value = data.appwrite_webhooks.all.webhooks[*].name
}
