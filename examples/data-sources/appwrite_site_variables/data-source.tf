data "appwrite_site_variables" "all" {
  site_id = "shop"
}

data "appwrite_site_variables" "named" {
  site_id = "shop"
  queries = [jsonencode({ method = "equal", attribute = "key", values = ["SHOP_TITLE"] })]
}

output "variables" {
  value = data.appwrite_site_variables.all.variables[*].id
}
