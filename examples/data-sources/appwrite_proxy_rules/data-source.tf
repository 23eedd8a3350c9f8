data "appwrite_proxy_rules" "all" {}

output "rules" {
  value = data.appwrite_proxy_rules.all.rules[*].id
}
