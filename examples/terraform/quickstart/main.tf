terraform {
  required_providers {
    appwrite = {
      source = "appwrite-iac/appwrite"
    }
  }
}

# The endpoint, project and key come from APPWRITE_ENDPOINT, APPWRITE_PROJECT_ID and APPWRITE_API_KEY.
provider "appwrite" {}

# 1. A database: authors and their books, which refer to each other.
resource "appwrite_tablesdb" "library" {
  id   = "library"
  name = "Library"
}

resource "appwrite_tablesdb_table" "authors" {
  database_id = appwrite_tablesdb.library.id
  id          = "authors"
  name        = "Authors"
  permissions = ["read(\"any\")", "write(\"team:${appwrite_auth_team.librarians.id}\")"]

  columns = {
    name = { type = "varchar", size = 200, required = true }
    born = { type = "integer", min = 0 }
  }

  indexes = {
    by_name = { type = "key", columns = ["name"] }
  }
}

resource "appwrite_tablesdb_table" "books" {
  database_id = appwrite_tablesdb.library.id
  id          = "books"
  name        = "Books"
  permissions = ["read(\"any\")", "write(\"team:${appwrite_auth_team.librarians.id}\")"]

  columns = {
    title = { type = "varchar", size = 300, required = true }
    genre = { type = "enum", elements = ["novel", "essay", "poem"], default = "novel" }
    pages = { type = "integer", min = 1 }
    author = {
      type              = "relationship"
      related_table_id  = appwrite_tablesdb_table.authors.id
      relationship_type = "manyToOne"
      two_way           = true
      two_way_key       = "books"
      on_delete         = "setNull"
    }
  }

  indexes = {
    by_title = { type = "fulltext", columns = ["title"] }
  }
}

resource "appwrite_tablesdb_row" "herbert" {
  database_id = appwrite_tablesdb.library.id
  table_id    = appwrite_tablesdb_table.authors.id
  id          = "herbert"

  data = jsonencode({ name = "Frank Herbert", born = 1920 })
}

# 2. A bucket for the covers, with one file in it.
resource "appwrite_storage_bucket" "covers" {
  id                      = "covers"
  name                    = "Covers"
  permissions             = ["read(\"any\")", "create(\"team:${appwrite_auth_team.librarians.id}\")"]
  allowed_file_extensions = ["jpg", "png", "svg"]
  maximum_file_size       = 5000000
}

resource "appwrite_storage_file" "placeholder" {
  bucket_id = appwrite_storage_bucket.covers.id
  id        = "placeholder"
  file_path = "${path.module}/placeholder.svg"
}

# 3. Who signs in, and how: a team that may write, Google, and no anonymous visitors.
resource "appwrite_auth_team" "librarians" {
  id   = "librarians"
  name = "Librarians"
}

resource "appwrite_auth_provider" "google" {
  type          = "google"
  client_id     = var.google_client_id
  client_secret = var.google_client_secret
}

resource "appwrite_auth_methods" "this" {
  email_password = true
  anonymous      = false
}

# 4. Messages: a mail server that sends them, and a topic that users subscribe to.
resource "appwrite_messaging_provider" "mail" {
  id         = "mail"
  name       = "Mail"
  type       = "smtp"
  host       = "smtp.example.com"
  username   = "library"
  password   = var.smtp_password
  from_email = "library@example.com"
  from_name  = "The library"
}

resource "appwrite_messaging_topic" "arrivals" {
  id        = "arrivals"
  name      = "New arrivals"
  subscribe = ["users"]
}

# Values of your own go into terraform.tfvars or TF_VAR_…; the defaults are there so that the example applies as it is.
variable "google_client_id" {
  type    = string
  default = "library.apps.googleusercontent.com"
}

variable "google_client_secret" {
  type      = string
  sensitive = true
  default   = "an example, not a secret"
}

variable "smtp_password" {
  type      = string
  sensitive = true
  default   = "an example, not a secret"
}
