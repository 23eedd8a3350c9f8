data "appwrite_project_services" "this" {}
