data "appwrite_tablesdb_table" "authors" {
  database_id = "shop"
  name        = "Authors"
}

output "authors_id" {
  value = data.appwrite_tablesdb_table.authors.id
}
