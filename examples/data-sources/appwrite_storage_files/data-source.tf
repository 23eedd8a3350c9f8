data "appwrite_storage_files" "all" {
  bucket_id = "documents"
}

output "files" {
  value = data.appwrite_storage_files.all.files[*].name
}
