resource "appwrite_storage_bucket" "documents" {
  id   = "documents"
  name = "Documents"
}

resource "appwrite_storage_file" "greeting" {
  bucket_id      = appwrite_storage_bucket.documents.id
  id             = "greeting"
  name           = "greeting.txt"
  content_base64 = base64encode("Hello!")
}

resource "appwrite_storage_file_token" "press" {
  bucket_id = appwrite_storage_bucket.documents.id
  file_id   = appwrite_storage_file.greeting.id
}
