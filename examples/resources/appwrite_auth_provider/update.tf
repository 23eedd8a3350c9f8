resource "appwrite_auth_provider" "github" {
  type          = "github"
  client_id     = "e4d87900000000540734"
  client_secret = "5e07c00000000000000000000000000000198bcd"
}

resource "appwrite_auth_provider" "google" {
  type          = "google"
  enabled       = false
  client_id     = "5678.apps.googleusercontent.com"
  client_secret = "GOCSPX-2k8gsR0000000000000000VNahJk"
  prompt        = ["consent", "select_account"]
}

resource "appwrite_auth_provider" "oidc" {
  type              = "oidc"
  client_id         = "appwrite"
  client_secret     = "jdjrJd00000000000000000000HUsaZO"
  authorization_url = "https://id.example.com/authorize"
  token_url         = "https://id.example.com/token"
  user_info_url     = "https://id.example.com/me"
}

resource "appwrite_auth_provider" "microsoft" {
  type          = "microsoft"
  client_id     = "00001111-aaaa-2222-bbbb-3333cccc4444"
  client_secret = "A1bC2dE3fH4iJ5kL6mN7oP8qR9sT0u"
  tenant        = "organizations"
}
