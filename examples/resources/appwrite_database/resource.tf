resource "appwrite_database" "shop" {
  id   = "shop"
  name = "Shop"
}
