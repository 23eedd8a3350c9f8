resource "appwrite_tablesdb" "blog" {
  id   = "blog"
  name = "Blog"
}

resource "appwrite_tablesdb_table" "articles" {
  database_id = appwrite_tablesdb.blog.id
  id          = "articles"
  name        = "Articles"
  permissions = ["read(\"any\")", "create(\"users\")"]
}

resource "appwrite_tablesdb_column" "title" {
  database_id = appwrite_tablesdb.blog.id
  table_id    = appwrite_tablesdb_table.articles.id
  key         = "title"
  type        = "varchar"
  size        = 120
  required    = true
}

resource "appwrite_tablesdb_column" "stars" {
  database_id = appwrite_tablesdb.blog.id
  table_id    = appwrite_tablesdb_table.articles.id
  key         = "stars"
  type        = "integer"
  min         = 0
  max         = 5
  default     = "3"
}

resource "appwrite_tablesdb_column" "draft" {
  database_id = appwrite_tablesdb.blog.id
  table_id    = appwrite_tablesdb_table.articles.id
  key         = "draft"
  type        = "boolean"
  default     = "true"
}

resource "appwrite_tablesdb_column" "kind" {
  database_id = appwrite_tablesdb.blog.id
  table_id    = appwrite_tablesdb_table.articles.id
  key         = "kind"
  type        = "enum"
  elements    = ["news", "essay"]
  default     = "news"
}

resource "appwrite_tablesdb_index" "by_title" {
  database_id = appwrite_tablesdb.blog.id
  table_id    = appwrite_tablesdb_table.articles.id
  key         = "by_title"
  type        = "key"
  columns     = [appwrite_tablesdb_column.title.key]
  orders      = ["ASC"]
}

resource "appwrite_tablesdb_row" "first" {
  database_id = appwrite_tablesdb.blog.id
  table_id    = appwrite_tablesdb_table.articles.id
  data        = jsonencode({ title = "Hello", stars = 5 })

  depends_on = [
    appwrite_tablesdb_column.title,
    appwrite_tablesdb_column.stars,
  ]
}

resource "appwrite_storage_bucket" "images" {
  name                    = "Images"
  maximum_file_size       = 10485760
  allowed_file_extensions = ["txt", "png", "jpg"]
  compression             = "gzip"
  transformations         = true
}

resource "appwrite_storage_file" "hello" {
  bucket_id = appwrite_storage_bucket.images.id
  name      = "hello.txt"
  file_path = "${path.module}/hello.txt"
}
