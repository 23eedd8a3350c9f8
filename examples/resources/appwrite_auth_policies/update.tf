resource "appwrite_auth_policies" "this" {
  session_duration     = 86400 # a day
  session_limit        = 0     # as many as they like
  user_limit           = 1000
  password_history     = 5
  password_dictionary  = true
  session_invalidation = false

  password_strength = {
    min       = 16
    uppercase = true
    number    = false
    symbols   = true
  }

  membership_privacy = {
    user_name  = true
    user_email = true
    user_mfa   = true
  }
}
