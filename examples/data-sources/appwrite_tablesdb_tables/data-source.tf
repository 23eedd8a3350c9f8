data "appwrite_tablesdb_tables" "all" {
  database_id = "shop"
}

data "appwrite_tablesdb_tables" "named" {
  database_id = "shop"
  queries     = [jsonencode({ method = "equal", attribute = "name", values = ["Authors"] })]
}

output "tables" {
  value = data.appwrite_tablesdb_tables.all.tables[*].name
}
