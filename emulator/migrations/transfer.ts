import type { JobContext } from "../context.ts";
import type { JsonObject } from "../json.ts";
import { type Failure, MigrationError, type Resource, type Status } from "./resources.ts";

/** A running migration. */
export type Transfer = {
  readonly context: JobContext;
  /** The kinds of resources that were asked for. */
  readonly wanted: readonly string[];
  readonly onDuplicate: string;
  /** How many resources of each kind the source said it has. */
  readonly report: Readonly<Record<string, number>>;
  /** What was copied so far, by kind. */
  readonly done: Map<string, Set<Resource>>;
  readonly sourceFailures: Failure[];
  readonly failures: Failure[];
  /** Copies resources that belong together and notes how far that came. */
  readonly pass: (resources: readonly Resource[]) => void;
};

/** Where the resources of a running migration go. */
export type Destination = {
  /** Writes resources that came together, and notes what becomes of each. */
  readonly write: (resources: readonly Resource[]) => void;
  /** Does what is left when everything was written. */
  readonly end: () => void;
};

/** The resources of a kind that were copied so far, in order. */
export function doneOf({ done }: Transfer, name: string): Resource[] {
  return [...(done.get(name) ?? [])];
}

/** Notes that a resource was handled. */
export function noteDone({ done }: Transfer, resource: Resource): void {
  const known = done.get(resource.name) ?? new Set();
  done.set(resource.name, known.add(resource));
}

/** Notes what became of a resource that could not be copied. */
export function fail({ failures }: Transfer, resource: Resource, message: string, code = 0): void {
  resource.status = "error";
  const { name, group, id } = resource;
  failures.push({ code, message, resourceName: name, resourceGroup: group, resourceId: id });
}

/** Reads one kind of resource; a failure is noted and ends this kind. Says whether it went well. */
export function reading({ sourceFailures }: Transfer, name: string, group: string, read: () => void): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    const code = error.code === 0 ? 500 : error.code;
    sourceFailures.push({ code, message: error.message, resourceName: name, resourceGroup: group, resourceId: null });
    return false;
  }
}

const STATUSES: readonly Status[] = ["pending", "success", "error", "skip", "processing", "warning"];

/** How many resources of each kind came how far; kinds of which there are none are left out. */
export function countersOf({ wanted, report, done }: Transfer): JsonObject {
  const counters = wanted.map((name) => {
    const counts: Record<Status, number> = {
      pending: report[name] ?? 0,
      success: 0,
      error: 0,
      skip: 0,
      processing: 0,
      warning: 0,
    };
    for (const { status } of done.get(name) ?? []) {
      counts[status]++;
      if (counts.pending > 0) counts.pending--;
    }
    return [name, Object.fromEntries(STATUSES.map((status) => [status, counts[status]]))] as const;
  });
  return Object.fromEntries(counters.filter(([, counts]) => Object.values(counts).some((count) => count > 0)));
}
