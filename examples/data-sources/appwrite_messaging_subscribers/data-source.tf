data "appwrite_messaging_subscribers" "all" {
  topic_id = "news"
}

output "subscribers" {
  value = data.appwrite_messaging_subscribers.all.subscribers[*].id
}
