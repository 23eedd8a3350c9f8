import type { JobContext, JobHandlers } from "./context.ts";
import { type Outside, outsideOf } from "./outside.ts";
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
  /** Runs the job that is next in line, also while paused; says whether one could be run. */
  readonly step: () => boolean;
  /** Ends the work; a job that has not been run stays stored. */
  readonly stop: () => void;
};

/**
 * Starts the worker. A job is removed in the same transaction that runs it, so a killed process neither loses nor repeats
 * one; jobs left over by an earlier process are run first. `delay` milliseconds pass before each job. A job that asks a server
 * outside is undone, and runs again when the answer is there; those behind it wait.
 */
export function startWorker(options: {
  readonly store: Store;
  readonly handlers: JobHandlers;
  readonly delay: number;
  readonly contextOf: (job: StoredJob, outside: Outside) => JobContext;
  readonly report: (error: unknown, job: StoredJob) => void;
}): Worker {
  const { store, handlers, delay, contextOf, report } = options;
  const waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let paused = false;
  let outside: Outside | undefined;
  let isAsking = false;

  const step = () => {
    const job = isAsking ? undefined : store.nextJob();
    if (!job) return false;
    outside ??= outsideOf();
    try {
      const context = contextOf(job, outside);
      store.transaction(() => {
        handlers[job.kind]?.(context, job.payload);
        store.removeJob(job.sequence);
      });
    } catch (error) {
      const question = outside.answer(error);
      if (question) return asking(question);
      report(error, job);
      store.removeJob(job.sequence);
    }
    outside = undefined;
    return true;
  };
  const asking = (question: Promise<void>) => {
    isAsking = true;
    void question.finally(() => {
      isAsking = false;
      wake();
    });
    return false;
  };
  const run = () => {
    timer = undefined;
    if (step()) return wake();
    if (isAsking) return;
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
