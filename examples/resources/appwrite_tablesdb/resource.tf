resource "appwrite_tablesdb" "shop" {
  id   = "shop"
  name = "Shop"
}
