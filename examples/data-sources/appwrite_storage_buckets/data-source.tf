data "appwrite_storage_buckets" "all" {}

data "appwrite_storage_buckets" "named" {
  queries = [jsonencode({ method = "equal", attribute = "name", values = ["Photos"] })]
}

output "buckets" {
  value = data.appwrite_storage_buckets.all.buckets[*].name
}
