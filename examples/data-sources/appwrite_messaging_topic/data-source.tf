data "appwrite_messaging_topic" "news" {
  name = "News"
}

output "news_id" {
  value = data.appwrite_messaging_topic.news.id
}
