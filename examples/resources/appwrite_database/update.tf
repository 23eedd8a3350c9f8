resource "appwrite_database" "shop" {
  id      = "shop"
  name    = "Book shop"
  enabled = false
}
