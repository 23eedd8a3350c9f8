import { FUNCTIONS } from "./compute.ts";
import { buildSetting, deploymentResource } from "./deployment.ts";

/** A deployment of a function. */
export const functionDeployment = deploymentResource(FUNCTIONS, {
  entrypoint: buildSetting("File that is run. That of the function when not set.", 1028, true),
  commands: buildSetting("Commands that build it. Those of the function when not set.", 8192),
});
