data "appwrite_site" "shop" {
  name = "Shop"
}

output "shop_id" {
  value = data.appwrite_site.shop.id
}
