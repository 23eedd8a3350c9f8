data "appwrite_site_variable" "title" {
  site_id = "shop"
  key     = "SHOP_TITLE"
}

output "title_id" {
  value = data.appwrite_site_variable.title.id
}
