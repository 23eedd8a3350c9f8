data "appwrite_project_platform" "web" {
  name = "Web site"
}

output "web_id" {
  value = data.appwrite_project_platform.web.id
}
