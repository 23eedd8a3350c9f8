import type { Handlers, JobHandlers } from "../context.ts";
import { healthRoutes } from "./health.ts";

/** Every route that the emulator answers, by route key. */
export const handlers: Handlers = { ...healthRoutes };

/** Every kind of job that the worker runs. */
export const jobHandlers: JobHandlers = {};
