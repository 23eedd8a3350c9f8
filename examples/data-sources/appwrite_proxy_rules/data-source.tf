data "appwrite_proxy_rules" "all" {}

data "appwrite_proxy_rules" "named" {
  queries = [jsonencode({ method = "equal", attribute = "domain", values = ["shop.example.com"] })]
}

output "rules" {
  value = data.appwrite_proxy_rules.all.rules[*].id
}
