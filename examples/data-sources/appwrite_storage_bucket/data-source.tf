data "appwrite_storage_bucket" "photos" {
  name = "Photos"
}

output "photos_id" {
  value = data.appwrite_storage_bucket.photos.id
}
