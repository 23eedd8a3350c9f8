import type { Method } from "../schema/backend.ts";

/** How one attempt ended, as far as retrying is concerned. */
export type Outcome =
  | { readonly kind: "status"; readonly status: number; readonly isJson: boolean; readonly retryAfter: string | null }
  | { readonly kind: "broken"; readonly code: string; readonly maybeSent: boolean };

/** One rule: which outcomes of which methods are tried again, how often at most, and why that is safe. */
export interface RetryRule {
  readonly when: (outcome: Outcome) => boolean;
  readonly methods: readonly Method[];
  /** Fewer tries than the user's limit, where more of them would only make the user wait. */
  readonly most?: number;
  /** The call may have been done, so that one that must be done once only is not tried again. */
  readonly mayBeDone?: boolean;
  readonly why: string;
}

const ALL: readonly Method[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/** Calls that give the same when made twice. A PATCH of Appwrite sets values; none of ours counts up. */
const REPEATABLE: readonly Method[] = ["GET", "PUT", "PATCH", "DELETE"];

/** What is tried again. The first rule that fits decides; an outcome without a rule is final. */
export const RETRY_RULES: readonly RetryRule[] = [
  {
    when: status(429),
    methods: ALL,
    why: "Nothing was done: the server, or a proxy before it, asks to come back later.",
  },
  {
    when: status(408, 502, 503, 504),
    methods: REPEATABLE,
    why: "The server or a proxy is out of breath; the call may be repeated.",
  },
  {
    when: status(503),
    methods: ["POST"],
    mayBeDone: true,
    why: "Not processed. Should it have been all the same, the second try ends in a conflict on the id that we chose.",
  },
  {
    when: status(502, 504),
    methods: ["POST"],
    mayBeDone: true,
    why: "A proxy lost the answer. The id was chosen by us, so a conflict then tells that the first try had worked.",
  },
  {
    when: status(500),
    methods: REPEATABLE,
    most: 2,
    why: "Some failures of the server pass, such as a cache or database that comes back; most do not.",
  },
  {
    when: (outcome) => outcome.kind === "broken" && !outcome.maybeSent && PASSING.includes(outcome.code),
    methods: ALL,
    most: 3,
    why: "The connection was never made, so nothing was sent. A server that restarts is soon there.",
  },
  {
    when: (outcome) => outcome.kind === "broken" && outcome.code === "TIMEOUT",
    methods: ALL,
    most: 2,
    mayBeDone: true,
    why: "The answer may have been lost, but a server that hangs takes its full time with every try.",
  },
  {
    when: (outcome) => outcome.kind === "broken" && outcome.maybeSent,
    methods: ALL,
    mayBeDone: true,
    why: "The answer was lost. Repeatable calls are repeated; a create is told by its id, which we chose.",
  },
];

const PASSING: readonly string[] = ["ECONNREFUSED", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"];
const LONGEST = 30_000;

/** May the call be tried again after `tries` tries? `once`: it must not be done twice. */
export function isRetried(outcome: Outcome, method: Method, tries: number, limit: number, once = false): boolean {
  const rule = RETRY_RULES.find(({ when, methods }) => when(outcome) && methods.includes(method));
  if (rule === undefined || (once && rule.mayBeDone)) return false;
  return tries <= Math.min(limit, rule.most ?? limit);
}

/**
 * Milliseconds to wait before the next try: what the server asked for, or a random part of a time that doubles with each try.
 * `random` gives 0 to 1, `now` milliseconds since 1970.
 */
export function retryDelay(outcome: Outcome, tries: number, random: () => number, now: () => number): number {
  const asked = outcome.kind === "status" ? askedDelay(outcome.retryAfter, now) : null;
  if (asked !== null) return Math.min(asked, LONGEST);
  const most = Math.min(200 * 2 ** tries, LONGEST);
  return Math.round(most * (0.25 + 0.75 * random()));
}

function askedDelay(header: string | null, now: () => number): number | null {
  if (header === null) return null;
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now());
}

function status(...codes: readonly number[]): RetryRule["when"] {
  return (outcome) => outcome.kind === "status" && codes.includes(outcome.status);
}
