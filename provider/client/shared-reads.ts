import type { JsonObject, Listing } from "../schema/backend.ts";

/** How a listing is asked: with queries, or one object by its own path. */
export interface ReadAccess {
  list(listing: Listing, queries: readonly string[]): Promise<readonly JsonObject[]>;
  /** Lists at most `most` objects; null when there are more. */
  listSome(listing: Listing, most: number): Promise<readonly JsonObject[] | null>;
  now(): number;
}

/** Reads of single objects that share list requests. */
export interface SharedReads {
  find(listing: Listing, id: string): Promise<JsonObject | null>;
  /** Reads an object back after a write, in one request with all others that are written at the same time. */
  findWritten(listing: Listing, id: string): Promise<JsonObject | null>;
  /** Does a write, and forgets what it may have changed. */
  writing<T>(path: string, work: () => Promise<T>): Promise<T>;
}

/** Lists are taken as true for so long, since somebody else may write. */
const FRESH_FOR = 10_000;
/** A list longer than this is not read whole. */
const LONGEST_LIST = 5000;
/** So many objects are asked for by id in one request. */
const BATCH = 50;
/** So long a read after a write waits for the writes beside it, to go in one request with their reads. */
const LONGEST_WAIT = 60;

/**
 * Shares reads. What is asked for in the same moment goes in one request that names the ids; once a listing has been asked twice it is read
 * whole and kept for a while, unless it may be very long. Columns and indexes of several tables of one database are taken from the list
 * of its tables, which tells them truly.
 */
export function createSharedReads(access: ReadAccess): SharedReads {
  const batches = new Map<string, Batch>();
  const asked = new Map<string, number>();
  const wholes = new Map<string, Whole>();
  const tables = new Map<string, Set<string>>();
  const writes = new Map<string, number>();

  /** The moment in which nothing of a scope is being written, if it comes soon. */
  const calm = async (scope: string): Promise<void> => {
    const until = access.now() + LONGEST_WAIT;
    while ((writes.get(scope) ?? 0) > 0 && access.now() < until) await soon();
  };

  const whole = (listing: Listing): Found => {
    const known = wholes.get(listing.path);
    if (known && access.now() - known.at < FRESH_FOR) return known.objects;
    const objects = access
      .listSome(listing, LONGEST_LIST)
      .then((all) => (all === null ? null : byKey(all, listing.key)));
    const entry: Whole = { at: access.now(), objects };
    wholes.set(listing.path, entry);
    objects.catch(() => wholes.delete(listing.path));
    return objects;
  };

  const byBatch = (listing: Listing, id: string, isWritten = false): Promise<JsonObject | null> => {
    const waiting = batches.get(listing.path);
    if (waiting && waiting.ids.size < BATCH) {
      waiting.ids.add(id);
      return waiting.objects.then((found) => pick(found, id));
    }
    const ids = new Set([id]);
    const ready = isWritten ? soon().then(() => calm(scopeOf(listing.path))) : soon();
    const objects = ready.then(() => {
      if (batches.get(listing.path)?.ids === ids) batches.delete(listing.path);
      return access.list(listing, [JSON.stringify({ method: "equal", attribute: listing.key, values: [...ids] })]);
    });
    const batch: Batch = { ids, objects: objects.then((all) => byKey(all, listing.key)) };
    batches.set(listing.path, batch);
    return batch.objects.then((found) => pick(found, id));
  };

  const find = async (listing: Listing, id: string): Promise<JsonObject | null> => {
    if (listing.queries === false) return pick((await whole(listing)) ?? new Map(), id);
    const inTable = TABLE_PART.exec(listing.path);
    if (inTable) {
      const shared = await findInTables(inTable, listing, id);
      if (shared !== undefined) return shared;
    }
    const known = wholes.get(listing.path);
    const isKnown = known !== undefined && access.now() - known.at < FRESH_FOR;
    const times = asked.get(listing.path) ?? 0;
    if (!batches.has(listing.path)) asked.set(listing.path, times + 1);
    if (listing.unbounded || (!isKnown && times === 0)) return byBatch(listing, id);
    const found = await whole(listing);
    return found === null ? byBatch(listing, id) : pick(found, id);
  };

  /** `undefined` = the table is to be asked itself. */
  const findInTables = async (
    part: RegExpExecArray,
    listing: Listing,
    id: string,
  ): Promise<JsonObject | null | undefined> => {
    const [, path = "", items = "", table = "", property = ""] = part;
    const seen = tables.get(path) ?? new Set();
    tables.set(path, seen.add(table));
    if (seen.size < 2) return undefined;
    const found = await whole({ path, items, key: "$id" });
    const row = found === null ? null : pick(found, table);
    if (row === null) return undefined;
    const inside = row[property];
    return Array.isArray(inside) ? pick(byKey(inside as readonly JsonObject[], listing.key), id) : undefined;
  };

  return {
    find,
    findWritten: (listing, id) => byBatch(listing, id, true),
    writing: async (path, work) => {
      const scope = scopeOf(path);
      const forget = (): void => {
        for (const known of wholes.keys()) if (isWithin(known, scope)) wholes.delete(known);
      };
      writes.set(scope, (writes.get(scope) ?? 0) + 1);
      forget();
      try {
        return await work();
      } finally {
        writes.set(scope, (writes.get(scope) ?? 1) - 1);
        forget();
      }
    },
  };
}

type Found = Promise<ReadonlyMap<string, JsonObject> | null>;
type ByKey = ReadonlyMap<string, JsonObject>;

interface Whole {
  readonly at: number;
  readonly objects: Found;
}

interface Batch {
  readonly ids: Set<string>;
  readonly objects: Promise<ByKey>;
}

const TABLE_PART = /^(\/(?:tablesdb|databases)\/[^/]+\/(tables|collections))\/([^/]+)\/(columns|attributes|indexes)$/;

/** What a write to a path may change: all below the same database, bucket list or service. */
function scopeOf(path: string): string {
  return path.split("/").slice(0, 3).join("/");
}

function isWithin(path: string, scope: string): boolean {
  return path === scope || path.startsWith(`${scope}/`) || scope.startsWith(`${path}/`);
}

function byKey(objects: readonly JsonObject[], key: string): ByKey {
  return new Map(objects.map((object) => [String(object[key]), object]));
}

/** Ids that differ in letter case only are one object on MariaDB (real-server F9). */
function pick(found: ByKey, id: string): JsonObject | null {
  const exact = found.get(id);
  if (exact) return exact;
  const folded = id.toLowerCase();
  for (const [key, object] of found) if (key.toLowerCase() === folded) return object;
  return null;
}

/** The end of this moment: all that Terraform asks at once has arrived by then. */
function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}
