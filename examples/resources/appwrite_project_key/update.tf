resource "appwrite_project_key" "backup" {
  name   = "Nightly backup"
  scopes = ["databases.read", "tables.read", "rows.read", "files.read"]
}
