resource "appwrite_auth_mock_phone" "reviewer" {
  number = "+12065550100"
  otp    = "654321"
}
