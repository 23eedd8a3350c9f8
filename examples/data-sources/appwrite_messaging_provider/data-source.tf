data "appwrite_messaging_provider" "mail" {
  name = "Mail"
}

output "mail_id" {
  value = data.appwrite_messaging_provider.mail.id
}
