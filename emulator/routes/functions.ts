import { deploymentJobs, deploymentRoutes } from "../compute/deployments.ts";
import { executionRoutes } from "../compute/executions.ts";
import { catalogueRoutes, resourceRoutes } from "../compute/resource-routes.ts";
import { functionWords, siteWords } from "../compute/words.ts";
import type { Handlers, JobHandlers } from "../context.ts";

/** Functions and sites: one implementation in two vocabularies. */
export const computeRoutes: Handlers = {
  ...resourceRoutes(functionWords),
  ...deploymentRoutes(functionWords),
  ...executionRoutes,
  ...resourceRoutes(siteWords),
  ...deploymentRoutes(siteWords),
  ...catalogueRoutes,
};

/** What the worker does for functions and sites. */
export const computeJobs: JobHandlers = deploymentJobs;
