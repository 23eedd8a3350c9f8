data "appwrite_auth_provider" "github" {
  type = "github"
}
