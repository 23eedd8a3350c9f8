import type { Handlers, JobHandlers } from "../context.ts";
import { databaseJobs, databaseRoutes } from "./databases.ts";
import { healthRoutes } from "./health.ts";
import { storageRoutes } from "./storage.ts";

/** Every route that the emulator answers, by route key. */
export const handlers: Handlers = { ...healthRoutes, ...databaseRoutes, ...storageRoutes };

/** Every kind of job that the worker runs. */
export const jobHandlers: JobHandlers = { ...databaseJobs };
