resource "appwrite_auth_user" "ada" {
  id    = "ada"
  email = "ada@example.com"
}

resource "appwrite_messaging_topic" "news" {
  id   = "news"
  name = "News"
}

resource "appwrite_messaging_subscriber" "ada" {
  id        = "ada"
  topic_id  = appwrite_messaging_topic.news.id
  target_id = appwrite_auth_user.ada.email_target_id
}
