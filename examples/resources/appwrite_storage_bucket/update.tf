resource "appwrite_storage_bucket" "photos" {
  id                      = "photos"
  name                    = "Pictures"
  permissions             = ["write(\"team:editors\")", "read(\"any\")"]
  allowed_file_extensions = ["png", "jpg", "webp"]
  maximum_file_size       = 10485760
  compression             = "gzip"
  file_security           = true
  transformations         = true
}
