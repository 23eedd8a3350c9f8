resource "appwrite_storage_bucket" "documents" {
  id   = "documents"
  name = "Documents"
}

resource "appwrite_storage_file" "welcome" {
  bucket_id = appwrite_storage_bucket.documents.id
  id        = "welcome"
  file_path = "${path.module}/welcome.txt"
  name      = "read-me.txt"
}

resource "appwrite_storage_file" "greeting" {
  bucket_id      = appwrite_storage_bucket.documents.id
  id             = "greeting"
  name           = "greeting.txt"
  content_base64 = base64encode("Hello again!")
}
