resource "appwrite_webhook" "orders" {
  name   = "Orders"
  url    = "https://example.com/hooks/orders"
  events = ["databases.*.tables.*.rows.*.create"]
}
