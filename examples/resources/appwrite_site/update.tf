resource "appwrite_site" "shop" {
  id               = "shop"
  name             = "Book shop"
  framework        = "vite"
  build_runtime    = "node-22"
  build_command    = "npm run build"
  output_directory = "./dist"
  adapter          = "static"
  fallback_file    = "index.html"
  timeout          = 30
  logging          = false

  variables = {
    SHOP_NAME  = { value = "Books", secret = false }
    SHOP_TOKEN = { value = "placeholder" }
  }
}
