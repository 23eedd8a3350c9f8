data "appwrite_proxy_rule" "shop" {
  domain = "shop.example.com"
}

output "shop_id" {
  value = data.appwrite_proxy_rule.shop.id
}
