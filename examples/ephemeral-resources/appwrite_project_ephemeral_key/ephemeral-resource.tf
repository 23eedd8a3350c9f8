# A key for this run alone, such as for a deployment script or another provider.
ephemeral "appwrite_project_ephemeral_key" "deploy" {
  scopes           = ["functions.read", "functions.write"]
  duration_seconds = 900
}
