data "appwrite_project_smtp" "this" {}
