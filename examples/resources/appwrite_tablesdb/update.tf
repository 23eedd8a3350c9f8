resource "appwrite_tablesdb" "shop" {
  id      = "shop"
  name    = "Book shop"
  enabled = false
}
