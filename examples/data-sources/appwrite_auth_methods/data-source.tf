data "appwrite_auth_methods" "this" {}
