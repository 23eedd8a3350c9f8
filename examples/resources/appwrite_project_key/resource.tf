resource "appwrite_project_key" "backup" {
  name   = "Backup"
  scopes = ["databases.read", "tables.read", "rows.read"]
  expire = "2030-01-01T00:00:00Z"
}
