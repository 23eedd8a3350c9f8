data "appwrite_database" "shop" {
  name = "Shop"
}

output "shop_id" {
  value = data.appwrite_database.shop.id
}
