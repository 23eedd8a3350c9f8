data "appwrite_project" "shop" {
  id = "shop"
}

output "shop_name" {
  value = data.appwrite_project.shop.name
}
