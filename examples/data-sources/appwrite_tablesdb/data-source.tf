data "appwrite_tablesdb" "shop" {
  name = "Shop"
}

output "shop_id" {
  value = data.appwrite_tablesdb.shop.id
}
