resource "appwrite_storage_bucket" "photos" {
  id                      = "photos"
  name                    = "Photos"
  permissions             = ["read(\"any\")", "create(\"users\")"]
  allowed_file_extensions = ["jpg", "png"]
}
