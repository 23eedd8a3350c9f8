data "appwrite_webhook" "orders" {
  name = "Orders"
}

output "orders_id" {
  value = data.appwrite_webhook.orders.id
}
