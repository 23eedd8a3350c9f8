resource "appwrite_site" "shop" {
  id            = "shop"
  name          = "Shop"
  framework     = "other"
  build_runtime = "node-22"
}

resource "appwrite_site_variable" "title" {
  site_id = appwrite_site.shop.id
  key     = "SHOP_TITLE"
  value   = "Books"
  secret  = false
}
