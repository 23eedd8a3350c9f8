data "appwrite_storage_file_token" "press" {
  bucket_id = "documents"
  file_id   = "greeting"
  id        = appwrite_storage_file_token.press.id
}
