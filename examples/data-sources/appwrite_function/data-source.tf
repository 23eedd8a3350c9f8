data "appwrite_function" "report" {
  name = "Nightly report"
}

output "report_id" {
  value = data.appwrite_function.report.id
}
