import type { Backend, Change, DataLoss, Listing, Row } from "../../schema/index.ts";

const AVOID =
  "To keep them, leave the resource in the configuration, take it out of Terraform with a removed block (destroy = false), or set deletion_protection = true.";

/** Counts the rows of a database that is about to be destroyed. */
export function rowsOfDatabase(root: string, containers: string, records: string) {
  return async (backend: Backend, change: Change): Promise<readonly DataLoss[]> => {
    if (!change.prior || !isDestroyed(change)) return [];
    const base = `${root}/${change.prior["id"]}/${containers}`;
    const tables = await backend.list({ path: base, items: containers, key: "$id" });
    const counts = await Promise.all(
      tables.map((table) => countRecords(backend, `${base}/${String(table["$id"])}`, records)),
    );
    const filled = counts.filter((count) => count > 0);
    const total = filled.reduce((sum, count) => sum + count, 0);
    const what = `${records} in ${filled.length} ${filled.length === 1 ? containers.slice(0, -1) : containers}`;
    return [{ what, count: total, remedy: AVOID }];
  };
}

/** Counts the rows of a table that is about to be destroyed. `container` is its path without the id's own prefix. */
export function rowsOfTable(path: (row: Row) => string, records: string) {
  return async (backend: Backend, change: Change): Promise<readonly DataLoss[]> => {
    if (!change.prior || !isDestroyed(change)) return [];
    return [{ what: records, count: await countRecords(backend, path(change.prior), records), remedy: AVOID }];
  };
}

/** The number of rows (documents) of a table (collection). */
export async function countRecords(
  backend: Backend,
  container: string,
  records: string,
  queries: readonly string[] = [],
): Promise<number> {
  const listing: Listing = { path: `${container}/${records}`, items: records, key: "$id", unbounded: true };
  return backend.count(listing, queries);
}

/** Does the change take the object away? */
export function isDestroyed({ action }: Change): boolean {
  return action === "delete" || action === "replace";
}
