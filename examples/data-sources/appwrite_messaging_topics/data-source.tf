data "appwrite_messaging_topics" "all" {}

data "appwrite_messaging_topics" "named" {
  queries = [jsonencode({ method = "equal", attribute = "name", values = ["News"] })]
}

output "topics" {
  value = data.appwrite_messaging_topics.all.topics[*].name
}
