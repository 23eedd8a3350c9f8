import { SITES } from "../functions/compute.ts";
import { buildSetting, deploymentResource } from "../functions/deployment.ts";

/** A deployment of a site. */
export const siteDeployment = deploymentResource(SITES, {
  install_command: buildSetting("Command that installs what the build needs. That of the site when not set.", 8192),
  build_command: buildSetting("Command that builds it. That of the site when not set.", 8192),
  output_directory: buildSetting("Folder that the build writes to. That of the site when not set.", 8192),
});
