import type { Handlers, JobHandlers } from "../context.ts";
import { migrationRoutes } from "../migrations/routes.ts";
import { migrationJobs } from "../migrations/run.ts";
import { proxyRoutes } from "../proxy-rules.ts";
import { accountRoutes } from "./account.ts";
import { databaseJobs, databaseRoutes } from "./databases.ts";
import { documentsDatabaseJobs, documentsDatabaseRoutes } from "./documents.ts";
import { computeJobs, computeRoutes } from "./functions.ts";
import { healthRoutes } from "./health.ts";
import { messagingJobs, messagingRoutes } from "./messaging.ts";
import { projectRoutes } from "./project.ts";
import { storageRoutes } from "./storage.ts";
import { teamRoutes } from "./teams.ts";
import { tokenRoutes } from "./tokens.ts";
import { usageRoutes } from "./usage.ts";
import { userJobs, userRoutes } from "./users.ts";
import { vcsRoutes } from "./vcs.ts";

/** Every route that the emulator answers, by route key. */
export const handlers: Handlers = {
  ...healthRoutes,
  ...databaseRoutes,
  ...storageRoutes,
  ...tokenRoutes,
  ...computeRoutes,
  ...proxyRoutes,
  ...documentsDatabaseRoutes,
  ...projectRoutes,
  ...accountRoutes,
  ...userRoutes,
  ...teamRoutes,
  ...messagingRoutes,
  ...migrationRoutes,
  ...usageRoutes,
  ...vcsRoutes,
};

/** Every kind of job that the worker runs. */
export const jobHandlers: JobHandlers = {
  ...databaseJobs,
  ...computeJobs,
  ...documentsDatabaseJobs,
  ...userJobs,
  ...messagingJobs,
  ...migrationJobs,
};
