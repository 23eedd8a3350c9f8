data "appwrite_project_keys" "all" {}

output "keys" {
  value = data.appwrite_project_keys.all.keys[*].name
}
