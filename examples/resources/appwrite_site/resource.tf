resource "appwrite_site" "shop" {
  id               = "shop"
  name             = "Shop"
  framework        = "nextjs"
  build_runtime    = "node-22"
  install_command  = "npm ci"
  build_command    = "npm run build"
  output_directory = "./.next"
  adapter          = "ssr"

  variables = {
    SHOP_NAME = { value = "Books and more", secret = false }
  }
}
