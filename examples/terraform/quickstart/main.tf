terraform {
  required_providers {
    appwrite = {
      source = "appwrite-iac/appwrite"
    }
  }
}

# The endpoint, project and key come from APPWRITE_ENDPOINT, APPWRITE_PROJECT_ID and APPWRITE_API_KEY.
provider "appwrite" {}

# A database with two tables that refer to each other.
resource "appwrite_tablesdb" "library" {
  id   = "library"
  name = "Library"
}

resource "appwrite_tablesdb_table" "authors" {
  database_id = appwrite_tablesdb.library.id
  id          = "authors"
  name        = "Authors"
  permissions = ["read(\"any\")"]

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
  permissions = ["read(\"any\")", "write(\"team:librarians\")"]

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

# A bucket for covers, with one file in it.
resource "appwrite_storage_bucket" "covers" {
  id                      = "covers"
  name                    = "Covers"
  permissions             = ["read(\"any\")", "create(\"users\")"]
  allowed_file_extensions = ["jpg", "png", "svg"]
  maximum_file_size       = 5000000
}

resource "appwrite_storage_file" "placeholder" {
  bucket_id = appwrite_storage_bucket.covers.id
  id        = "placeholder"
  file_path = "${path.module}/placeholder.svg"
}
