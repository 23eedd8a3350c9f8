data "appwrite_auth_policies" "this" {}
