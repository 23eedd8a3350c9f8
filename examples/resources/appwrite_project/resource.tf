# Needs console_email and console_password on the provider, or an organization's key.
resource "appwrite_project" "shop" {
  id   = "shop"
  name = "Shop"
}
