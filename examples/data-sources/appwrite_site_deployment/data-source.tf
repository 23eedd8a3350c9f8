data "appwrite_site_deployment" "shop" {
  site_id = "shop"
  id      = appwrite_site_deployment.shop.id
}
