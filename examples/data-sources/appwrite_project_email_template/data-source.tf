data "appwrite_project_email_template" "verification" {
  template = "verification"
  locale   = appwrite_project_email_template.verification.locale
}
