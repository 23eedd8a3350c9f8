data "appwrite_site_variables" "all" {
  site_id = "shop"
}

output "variables" {
  value = data.appwrite_site_variables.all.variables[*].id
}
