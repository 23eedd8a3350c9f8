resource "appwrite_project_platform" "web" {
  type     = "web"
  name     = "Web site and previews"
  hostname = "*.example.com"
}

resource "appwrite_project_platform" "ios" {
  type              = "apple"
  name              = "iPhone app"
  bundle_identifier = "com.example.app2"
}

resource "appwrite_project_platform" "android" {
  id             = "android"
  type           = "android"
  name           = "Android"
  application_id = "com.example.app"
}

resource "appwrite_project_platform" "windows" {
  type                    = "windows"
  name                    = "Windows"
  package_identifier_name = "com.example.app2"
}

resource "appwrite_project_platform" "linux" {
  type         = "linux"
  name         = "Linux"
  package_name = "com.example.app2"
}
