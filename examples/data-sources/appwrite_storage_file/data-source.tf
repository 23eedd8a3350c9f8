data "appwrite_storage_file" "welcome" {
  bucket_id = "documents"
  id        = "welcome"
}

output "welcome_name" {
  value = data.appwrite_storage_file.welcome.name
}
