data "appwrite_storage_file_tokens" "all" {
  bucket_id = "documents"
  file_id   = "greeting"
}

output "tokens" {
  value = data.appwrite_storage_file_tokens.all.tokens[*].id
}
