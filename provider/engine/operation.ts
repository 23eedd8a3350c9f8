import { randomBytes } from "node:crypto";
import type { Backend } from "../schema/backend.ts";
import type { Diagnostic } from "../schema/diagnostics.ts";
import type { ResourceDefinition, Session } from "../schema/resource.ts";
import { isRecord, type Row, type Value } from "../schema/value.ts";
import { parseDuration } from "./duration.ts";
import type { Wait } from "./wait.ts";

/** What one operation on one object needs and gathers. */
export interface Operation {
  readonly definition: ResourceDefinition;
  readonly session: Session;
  /** What was reached so far; undefined = nothing yet. */
  readonly progress: { state: Row | undefined; readonly diagnostics: Diagnostic[] };
  /** Objects that this process knows to be managed, by type and import id: a second one with the same id is a mistake. */
  readonly claims: Set<string>;
}

/** Starts an operation. `timeouts` is the resource's block, if it has one; `signal` is aborted when nobody waits for it any more. */
export function startOperation(
  definition: ResourceDefinition,
  kind: "create" | "update" | "delete",
  backend: Backend,
  wait: Wait,
  claims: Set<string>,
  timeouts: Value | undefined,
  signal?: AbortSignal,
): Operation {
  const progress: Operation["progress"] = { state: undefined, diagnostics: [] };
  const deadline = backend.now() + timeLimit(definition, kind, timeouts);
  const remaining = () => Math.max(0, deadline - backend.now());
  const session: Session = {
    backend,
    reached: (state) => {
      progress.state = state;
    },
    report: (diagnostic) => {
      progress.diagnostics.push(diagnostic);
    },
    wait: (listing, id, until) => wait(backend, listing, id, until, remaining(), signal),
    remaining,
    uniqueId,
  };
  return { definition, session, progress, claims };
}

/** An id of 20 hexadecimal characters: milliseconds and chance, as Appwrite's `unique()` makes them (API chapter A3). */
export function uniqueId(): string {
  return Date.now().toString(16).padStart(13, "0").slice(-13) + randomBytes(4).toString("hex").slice(0, 7);
}

const DEFAULT_MINUTES = 10;

function timeLimit(
  definition: ResourceDefinition,
  kind: "create" | "update" | "delete",
  timeouts: Value | undefined,
): number {
  const written = isRecord(timeouts) ? timeouts[kind] : null;
  const limit = typeof written === "string" ? parseDuration(written) : null;
  return limit ?? (definition.timeouts?.[kind] ?? DEFAULT_MINUTES) * 60_000;
}
