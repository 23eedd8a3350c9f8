resource "appwrite_messaging_topic" "news" {
  id        = "news"
  name      = "News"
  subscribe = ["users"]
}
