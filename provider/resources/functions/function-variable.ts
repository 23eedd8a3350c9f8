import { FUNCTIONS } from "./compute.ts";
import { variableResource } from "./variable.ts";

/** An environment variable of a function. */
export const functionVariable = variableResource(FUNCTIONS);
