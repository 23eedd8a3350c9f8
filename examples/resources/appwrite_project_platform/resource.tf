resource "appwrite_project_platform" "web" {
  type     = "web"
  name     = "Web site"
  hostname = "app.example.com"
}

resource "appwrite_project_platform" "ios" {
  type              = "apple"
  name              = "iPhone app"
  bundle_identifier = "com.example.app"
}

resource "appwrite_project_platform" "android" {
  id             = "android"
  type           = "android"
  name           = "Android app"
  application_id = "com.example.app"
}

resource "appwrite_project_platform" "windows" {
  type                    = "windows"
  name                    = "Windows app"
  package_identifier_name = "com.example.app"
}

resource "appwrite_project_platform" "linux" {
  type         = "linux"
  name         = "Linux app"
  package_name = "com.example.app"
}
