resource "appwrite_messaging_topic" "news" {
  id        = "news"
  name      = "Newsletter"
  subscribe = ["users/verified", "team:editors"]
}
