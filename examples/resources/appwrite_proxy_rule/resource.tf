resource "appwrite_site" "shop" {
  id            = "shop"
  name          = "Shop"
  framework     = "other"
  build_runtime = "node-22"
}

resource "appwrite_function" "greet" {
  id         = "greet"
  name       = "Greet"
  runtime    = "node-22"
  entrypoint = "main.js"
}

resource "appwrite_proxy_rule" "shop" {
  domain      = "shop.example.com"
  type        = "site"
  resource_id = appwrite_site.shop.id
}

resource "appwrite_proxy_rule" "greet" {
  domain      = "greet.functions.localhost"
  type        = "function"
  resource_id = appwrite_function.greet.id
}

resource "appwrite_proxy_rule" "api" {
  domain = "api.example.com"
  type   = "api"
}
