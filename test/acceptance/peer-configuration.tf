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

resource "appwrite_auth_user" "ada" {
  id       = "ada"
  name     = "Ada"
  email    = "ada@example.com"
  password = "correct horse battery"
  labels   = ["admin", "staff"]
}

resource "appwrite_auth_team" "editors" {
  id   = "editors"
  name = "Editors"
}

resource "appwrite_messaging_provider" "mail" {
  id         = "mail"
  name       = "Mail"
  type       = "sendgrid"
  api_key    = "SG.example"
  from_email = "blog@example.com"
  from_name  = "Blog"
}

resource "appwrite_messaging_provider" "relay" {
  name       = "Relay"
  type       = "smtp"
  host       = "smtp.example.com"
  port       = 587
  encryption = "tls"
  from_email = "blog@example.com"
}

resource "appwrite_messaging_topic" "news" {
  id        = "news"
  name      = "News"
  subscribe = ["users"]
}

resource "appwrite_messaging_subscriber" "ada" {
  topic_id  = appwrite_messaging_topic.news.id
  target_id = appwrite_auth_user.ada.email_target_id
}

resource "appwrite_webhook" "articles" {
  name   = "Articles"
  url    = "https://example.com/hook"
  events = ["databases.*.tables.*.rows.*.create"]
}

resource "appwrite_function" "digest" {
  name       = "Digest"
  runtime    = "node-22"
  entrypoint = "index.js"
  commands   = "npm install"
  timeout    = 30
}

resource "appwrite_function_variable" "level" {
  function_id = appwrite_function.digest.id
  key         = "LEVEL"
  value       = "3"
}

resource "appwrite_function_deployment" "digest" {
  function_id = appwrite_function.digest.id
  source_type = "code"
  code_path   = "${path.module}/digest.tar.gz"
  activate    = true

  timeouts {
    create = "10m"
  }
}

resource "appwrite_site" "blog" {
  name          = "Blog"
  framework     = "other"
  build_runtime = "node-22"
}

resource "appwrite_site_variable" "title" {
  site_id = appwrite_site.blog.id
  key     = "TITLE"
  value   = "Blog"
  secret  = false
}

resource "appwrite_proxy_rule" "blog" {
  domain      = "blog.sites.localhost"
  type        = "site"
  resource_id = appwrite_site.blog.id
}

resource "appwrite_project_key" "reader" {
  name   = "Reader"
  scopes = ["databases.read", "rows.read"]
}
