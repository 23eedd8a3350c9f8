data "appwrite_site_deployments" "all" {
  site_id = "shop"
}

output "deployments" {
  value = data.appwrite_site_deployments.all.deployments[*].id
}
