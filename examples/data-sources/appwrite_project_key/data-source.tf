data "appwrite_project_key" "backup" {
  name = "Backup"
}

output "backup_id" {
  value = data.appwrite_project_key.backup.id
}
