resource "appwrite_project" "shop" {
  id   = "shop"
  name = "Shop (production)"
}
