terraform {
  required_providers {
    appwrite = {
      source = "appwrite-iac/appwrite"
    }
  }
}

# The API key comes from the environment variable APPWRITE_API_KEY.
provider "appwrite" {
  endpoint   = "https://cloud.appwrite.io/v1"
  project_id = "shop"
  data_loss  = "refuse"
}
