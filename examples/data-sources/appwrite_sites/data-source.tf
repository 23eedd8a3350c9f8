data "appwrite_sites" "all" {}

data "appwrite_sites" "named" {
  queries = [jsonencode({ method = "equal", attribute = "name", values = ["Shop"] })]
}

output "sites" {
  value = data.appwrite_sites.all.sites[*].name
}
