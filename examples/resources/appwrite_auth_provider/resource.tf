resource "appwrite_auth_provider" "github" {
  type          = "github"
  client_id     = "e4d87900000000540733"
  client_secret = "5e07c00000000000000000000000000000198bcc"
}

resource "appwrite_auth_provider" "google" {
  type          = "google"
  client_id     = "1234.apps.googleusercontent.com"
  client_secret = "GOCSPX-2k8gsR0000000000000000VNahJj"
  prompt        = ["select_account"]
}

# A provider of one's own, by its discovery document.
resource "appwrite_auth_provider" "oidc" {
  type           = "oidc"
  client_id      = "appwrite"
  client_secret  = "jdjrJd00000000000000000000HUsaZO"
  well_known_url = "https://id.example.com/.well-known/openid-configuration"
}

# Prepared, but not open yet.
resource "appwrite_auth_provider" "microsoft" {
  type    = "microsoft"
  enabled = false
  tenant  = "common"
}
