data "appwrite_auth_providers" "all" {}

output "providers" {
  value = data.appwrite_auth_providers.all.providers[*].type
}
