resource "appwrite_auth_policies" "this" {
  session_duration       = 604800 # a week
  session_limit          = 5
  password_history       = 3
  password_dictionary    = true
  password_personal_data = true
  session_alert          = true

  password_strength = {
    min       = 12
    uppercase = true
    number    = true
  }

  membership_privacy = {
    user_name  = true
    user_email = false
  }
}
