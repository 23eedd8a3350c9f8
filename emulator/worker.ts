import type { JobContext, JobHandlers } from "./context.ts";
import type { Store, StoredJob } from "./store.ts";

/** The in-process worker: it runs stored jobs one by one, each in a transaction of its own. */
export type Worker = {
  /** Says that there may be new jobs. */
  readonly wake: () => void;
  /** Waits until no job is left. */
  readonly idle: () => Promise<void>;
  /** Takes no more jobs until `resume`, like a server whose worker is down: what waits for it stays as it is. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Runs the job that is next in line, also while paused; says whether there was one. */
  readonly step: () => boolean;
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
  let paused = false;

  const step = () => {
    const job = store.nextJob();
    if (!job) return false;
    try {
      store.transaction(() => {
        handlers[job.kind]?.(contextOf(job), job.payload);
        store.removeJob(job.sequence);
      });
    } catch (error) {
      report(error, job);
      store.removeJob(job.sequence);
    }
    return true;
  };
  const run = () => {
    timer = undefined;
    if (step()) return wake();
    for (const resolve of waiting.splice(0)) resolve();
  };
  const wake = () => {
    if (stopped || paused || timer !== undefined) return;
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
    pause() {
      paused = true;
      clearTimeout(timer);
      timer = undefined;
    },
    resume() {
      paused = false;
      wake();
    },
    step,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
