import { SITES } from "../functions/compute.ts";
import { variableResource } from "../functions/variable.ts";

/** An environment variable of a site. */
export const siteVariable = variableResource(SITES);
