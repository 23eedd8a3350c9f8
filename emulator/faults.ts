/** Which requests a fault is for: the method, a regular expression for the path, and when it strikes. */
export type FaultTarget = {
  readonly method?: string;
  /** A regular expression that the path (`/v1/…`) has to match. */
  readonly route?: string;
  /** How many matching requests pass before the fault strikes. */
  readonly skip?: number;
  /** How often it strikes; without it, always. */
  readonly count?: number;
  /** The chance of each matching request, 0 to 1. */
  readonly probability?: number;
};

/** A fault of the transport or of the server, for requests that match. */
export type RequestFault = FaultTarget &
  (
    | { readonly kind: "latency"; readonly milliseconds: number }
    | {
        readonly kind: "status";
        readonly status: number;
        readonly type?: string;
        readonly message?: string;
        readonly retryAfter?: number;
      }
    /** The connection is reset: before the write, or after it, so that the write stands and its answer is lost. */
    | { readonly kind: "reset"; readonly when: "before" | "after" }
    | { readonly kind: "truncate" }
    | { readonly kind: "slow-body"; readonly milliseconds: number }
    | { readonly kind: "html"; readonly status: number }
    | { readonly kind: "hang" }
    /** What the request reads of a project's settings grows old before it writes, so that writes at once lose each other (F4). */
    | { readonly kind: "stale-project"; readonly milliseconds: number }
  );

/** What the worker brings to its end, and a fault can keep from it. */
export type WorkerTarget = "column" | "index" | "deployment";

/**
 * A fault of the worker: what becomes of a column or index that is being created, or of a deployment that is being built.
 * `error` is the server's reason; of a failed build it is the end of the log.
 */
export type WorkerFault = {
  readonly kind: "life-cycle";
  readonly target: WorkerTarget;
  /** Regular expressions for the id of the table (function, site) and for the key (id of the deployment); without them, any. */
  readonly table?: string;
  readonly key?: string;
  readonly outcome: "failed" | "stuck" | "processing";
  readonly error?: string;
  readonly skip?: number;
  readonly count?: number;
};

/**
 * A stale cache (real-server.md, F1): `GET` of a table or index keeps showing statuses as they were at creation, or `GET` of a
 * column that is deleted keeps showing it, until its key is used again. Lists are never stale.
 */
export type StaleFault =
  | { readonly kind: "stale-table"; readonly table?: string }
  | { readonly kind: "stale-column"; readonly table?: string };

/** Everything that can be made to go wrong. */
export type Fault = RequestFault | WorkerFault | StaleFault;

/** The faults in force, controlled in process or over `/__emulator/faults`. */
export type FaultPlan = {
  /** Puts a fault in force and returns its id. */
  readonly add: (fault: Fault) => string;
  readonly remove: (id: string) => void;
  readonly clear: () => void;
  readonly list: () => readonly { readonly id: string; readonly fault: Fault; readonly struck: number }[];
  /** The faults that strike a request, counted as used. */
  readonly strike: (method: string, path: string) => readonly RequestFault[];
  /** What becomes of a column, index or deployment, counted as used. */
  readonly outcome: (target: WorkerTarget, table: string, key: string) => WorkerFault | undefined;
  readonly isStale: (what: "table" | "column", table: string) => boolean;
};

type InForce = { readonly id: string; readonly fault: Fault; seen: number; struck: number };

/** Makes an empty plan; `random` decides about faults with a probability. */
export function faultPlan(random: () => number = Math.random): FaultPlan {
  const inForce: InForce[] = [];
  let next = 1;

  const strikes = (entry: InForce): boolean => {
    const { skip = 0, count = Number.POSITIVE_INFINITY, probability = 1 } = entry.fault as FaultTarget;
    entry.seen += 1;
    if (entry.seen <= skip || entry.struck >= count || (probability < 1 && random() >= probability)) return false;
    entry.struck += 1;
    return true;
  };

  return {
    add(fault) {
      const id = String(next);
      next += 1;
      inForce.push({ id, fault, seen: 0, struck: 0 });
      return id;
    },
    remove(id) {
      const at = inForce.findIndex((entry) => entry.id === id);
      if (at >= 0) inForce.splice(at, 1);
    },
    clear: () => void inForce.splice(0),
    list: () => inForce.map(({ id, fault, struck }) => ({ id, fault, struck })),
    strike(method, path) {
      const struck: RequestFault[] = [];
      for (const entry of inForce) {
        const { fault } = entry;
        if (fault.kind === "life-cycle" || fault.kind === "stale-table" || fault.kind === "stale-column") continue;
        if (fault.method !== undefined && fault.method.toUpperCase() !== method) continue;
        if (matchesText(fault.route, path) && strikes(entry)) struck.push(fault);
      }
      return struck;
    },
    outcome(target, table, key) {
      for (const entry of inForce) {
        const { fault } = entry;
        if (fault.kind !== "life-cycle" || fault.target !== target) continue;
        if (matchesText(fault.table, table) && matchesText(fault.key, key) && strikes(entry)) return fault;
      }
      return undefined;
    },
    isStale: (what, table) =>
      inForce.some(({ fault }) => fault.kind === `stale-${what}` && matchesText((fault as StaleFault).table, table)),
  };
}

function matchesText(pattern: string | undefined, text: string): boolean {
  return pattern === undefined || new RegExp(pattern).test(text);
}

/** The kinds of faults that there are, for those who put them in force from another process. */
export const FAULT_KINDS: readonly Fault["kind"][] = [
  "latency",
  "status",
  "reset",
  "truncate",
  "slow-body",
  "html",
  "hang",
  "stale-project",
  "life-cycle",
  "stale-table",
  "stale-column",
];
