data "appwrite_project_labels" "this" {}
