import type { JobContext, JobHandlers } from "./context.ts";
import type { Store, StoredJob } from "./store.ts";

/** The in-process worker: it runs stored jobs one by one, each in a transaction of its own. */
export type Worker = {
  /** Says that there may be new jobs. */
  readonly wake: () => void;
  /** Waits until no job is left. */
  readonly idle: () => Promise<void>;
  /** Ends the work; a job that has not been run stays stored. */
  readonly stop: () => void;
};

/**
 * Starts the worker. A job is removed in the same transaction that runs it, so a killed process neither loses nor repeats
 * one; jobs left over by an earlier process are run first. `delay` milliseconds pass before each job.
 */
export function startWorker(options: {
  readonly store: Store;
  readonly handlers: JobHandlers;
  readonly delay: number;
  readonly contextOf: (job: StoredJob) => JobContext;
  readonly report: (error: unknown, job: StoredJob) => void;
}): Worker {
  const { store, handlers, delay, contextOf, report } = options;
  const waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const run = () => {
    timer = undefined;
    const job = store.nextJob();
    if (!job) {
      for (const resolve of waiting.splice(0)) resolve();
      return;
    }
    try {
      store.transaction(() => {
        handlers[job.kind]?.(contextOf(job), job.payload);
        store.removeJob(job.sequence);
      });
    } catch (error) {
      report(error, job);
      store.removeJob(job.sequence);
    }
    wake();
  };
  const wake = () => {
    if (stopped || timer !== undefined) return;
    timer = setTimeout(run, store.nextJob() ? delay : 0);
    timer.unref();
  };

  wake();
  return {
    wake,
    idle: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        wake();
        timer?.ref();
      }),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
