data "appwrite_messaging_subscriber" "ada" {
  topic_id = "news"
  id       = "ada"
}
