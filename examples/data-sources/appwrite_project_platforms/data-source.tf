data "appwrite_project_platforms" "all" {}

output "platforms" {
  value = data.appwrite_project_platforms.all.platforms[*].name
}
