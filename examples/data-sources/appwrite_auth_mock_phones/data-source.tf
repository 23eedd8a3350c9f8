data "appwrite_auth_mock_phones" "all" {}

output "mock_numbers" {
  value = data.appwrite_auth_mock_phones.all.mock_numbers[*].number
}
