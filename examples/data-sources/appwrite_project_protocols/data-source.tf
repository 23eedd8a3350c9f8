data "appwrite_project_protocols" "this" {}
