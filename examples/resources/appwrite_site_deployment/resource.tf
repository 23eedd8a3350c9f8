resource "appwrite_site" "shop" {
  id            = "shop"
  name          = "Shop"
  framework     = "other"
  build_runtime = "node-22"
}

resource "appwrite_site_deployment" "shop" {
  site_id     = appwrite_site.shop.id
  source_type = "code"
  code_path   = "${path.module}/public"
  activate    = true

  lifecycle {
    create_before_destroy = true
  }
}
