data "appwrite_project_variable" "stage" {
  key = "STAGE"
}

output "stage_id" {
  value = data.appwrite_project_variable.stage.id
}
