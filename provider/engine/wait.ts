import { type Backend, type JsonObject, type Listing, StoppedError } from "../schema/backend.ts";
import type { Until } from "../schema/resource.ts";

/** Why a wait ended without success. */
export class WaitError extends Error {
  override readonly name = "WaitError";
  /** `failed`: the server gave up, `message` is its text. `timeout`: it may still get there. */
  readonly reason: "failed" | "timeout";
  readonly last: JsonObject | null;

  constructor(reason: "failed" | "timeout", message: string, last: JsonObject | null) {
    super(message);
    this.reason = reason;
    this.last = last;
  }
}

/** Waits until an object of a list satisfies `until`, at most `milliseconds`. Null = it is satisfied by absence. */
export type Wait = (
  backend: Backend,
  listing: Listing,
  id: string,
  until: Until,
  milliseconds: number,
  signal?: AbortSignal,
) => Promise<JsonObject | null>;

/**
 * Makes a wait whose polls are shared: one request serves all who wait on the same list. Looks first soon, then slower. Polls
 * the list, because the single GET may stay at `processing` for ever (real-server F1).
 */
export function createWait(): Wait {
  const all = new WeakMap<Backend, Map<string, Poll>>();
  return (backend, listing, id, until, milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const polls = all.get(backend) ?? new Map<string, Poll>();
      all.set(backend, polls);
      const name = listing.path;
      const waiter: Waiter = { id, until, deadline: backend.now() + milliseconds, resolve, reject };
      const running = polls.get(name);
      const poll = running ?? { waiters: new Set<Waiter>(), delay: FIRST_DELAY };
      poll.waiters.add(waiter);
      poll.delay = FIRST_DELAY;
      const giveUp = (): void => {
        if (poll.waiters.delete(waiter)) reject(new StoppedError());
      };
      if (signal?.aborted) giveUp();
      else signal?.addEventListener("abort", giveUp, { once: true });
      if (running) return;
      polls.set(name, poll);
      void run(backend, listing, poll, () => polls.delete(name));
    });
}

interface Waiter {
  readonly id: string;
  readonly until: Until;
  readonly deadline: number;
  resolve(object: JsonObject | null): void;
  reject(cause: unknown): void;
}

interface Poll {
  readonly waiters: Set<Waiter>;
  delay: number;
}

const FIRST_DELAY = 30;
const SLOWEST_DELAY = 1000;
/** More waiters than this read the whole list rather than ask for their objects by name. */
const FEW = 20;

/** Polls as long as somebody waits. `end` is called in the same moment in which it is found that nobody does, so that nobody joins a poll that is over. */
async function run(backend: Backend, listing: Listing, poll: Poll, end: () => void): Promise<void> {
  while (poll.waiters.size > 0) {
    try {
      await backend.sleep(poll.delay);
      // They may have given up.
      if (poll.waiters.size === 0) break;
      poll.delay = Math.min(poll.delay * 1.5, SLOWEST_DELAY);
      const objects = await look(backend, listing, [...poll.waiters]);
      for (const waiter of poll.waiters) judge(backend, waiter, objects.get(waiter.id) ?? null, poll);
    } catch (cause) {
      end();
      for (const waiter of poll.waiters) waiter.reject(cause);
      return;
    }
  }
  end();
}

async function look(
  backend: Backend,
  listing: Listing,
  waiters: readonly Waiter[],
): Promise<ReadonlyMap<string, JsonObject>> {
  const ids = [...new Set(waiters.map(({ id }) => id))];
  const narrow = listing.queries !== false && ids.length <= FEW;
  const queries = narrow ? [JSON.stringify({ method: "equal", attribute: listing.key, values: ids })] : [];
  const objects = await backend.list(listing, queries);
  return new Map(objects.map((object) => [String(object[listing.key]), object]));
}

function judge(backend: Backend, waiter: Waiter, object: JsonObject | null, poll: Poll): void {
  const verdict = waiter.until(object);
  if (verdict === "done") {
    poll.waiters.delete(waiter);
    waiter.resolve(object);
  } else if (verdict !== "wait") {
    poll.waiters.delete(waiter);
    waiter.reject(new WaitError("failed", verdict.failed, object));
  } else if (backend.now() >= waiter.deadline) {
    poll.waiters.delete(waiter);
    waiter.reject(new WaitError("timeout", "The time given by timeouts is over.", object));
  }
}
