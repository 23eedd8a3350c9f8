import type { JobHandlers } from "../context.ts";
import { sameIdentifier } from "../identifiers.ts";
import type { JsonObject } from "../json.ts";
import { jobTable, keepGhost, readColumn, type Stores, writeColumn } from "./column-store.ts";
import { type Column, type Index, isMade } from "./columns.ts";
import type { FoundTable } from "./places.ts";
import { forgetLinks, hiddenSides, relationsOf } from "./relations.ts";
import { tupleOf, valuesOf } from "./rows.ts";
import { columnsOf, indexesOf, placesOf } from "./tables.ts";

/** What the worker does with columns and indexes. */
export const structureJobs: JobHandlers = {
  "create-column": (context, payload) => {
    const found = jobTable(context, payload);
    const column = found && readColumn(context, found, String(payload["key"]));
    if (!found || !column || column.status !== "processing") return;
    const outcome = context.faults.outcome("column", found.stored.id, column.key);
    if (outcome?.outcome === "processing") return;
    const clash = clashOf(context, found, column);
    const status = outcome?.outcome ?? (clash === undefined ? "available" : "failed");
    const error = outcome?.error ?? clash ?? "";
    const done = { ...column, status, error, updatedAt: context.now };
    writeColumn(context, found, done);
    if (column.type !== "relationship" || !column.twoWay || status !== "available") return;
    const far = placesOf(found.database, context.store.get(found.database.tables, column.related) ?? found.stored);
    const child = readColumn(context, far, column.twoWayKey);
    if (child) writeColumn(context, far, { ...child, status: "available", updatedAt: context.now });
  },
  "delete-column": (context, payload) => {
    const found = jobTable(context, payload);
    const column = found && readColumn(context, found, String(payload["key"]));
    if (!found || !column) return;
    const blocking = indexesOf(context.store, found).find(
      (index) =>
        index.type === "unique" &&
        index.enforced &&
        index.columns.length > 1 &&
        index.columns.some((one) => sameIdentifier(one, column.key)),
    );
    // MariaDB does not let go of a column of a composite unique index (F15).
    if (blocking)
      return writeColumn(context, found, { ...column, status: "stuck", held: isMade(column), updatedAt: context.now });
    // In its place the database finds the far side of a relationship from elsewhere.
    if (column.type !== "relationship" && hiddenSides(context.store, found).some(({ key }) => key === column.key)) {
      const error = "Cannot delete relationship as an attribute";
      return writeColumn(context, found, { ...column, status: "stuck", error, updatedAt: context.now });
    }
    removeColumn(context, found, column);
    shrinkIndexes(context, found, column.key);
    if (column.type !== "relationship") return;
    forgetLinks(context.store, found, column);
    if (!column.twoWay) return;
    const stored = context.store.get(found.database.tables, column.related);
    const far = stored && placesOf(found.database, stored);
    // Whatever has the key over there goes as well, be it no part of the relationship (F3).
    const other = far && readColumn(context, far, column.twoWayKey);
    if (far && other) removeColumn(context, far, other);
  },
  "create-index": (context, payload) => {
    const found = jobTable(context, payload);
    const stored = found && context.store.get(found.indexes, String(payload["key"]));
    if (!found || !stored) return;
    const index = stored.data as Index;
    const outcome = context.faults.outcome("index", found.stored.id, index.key);
    if (outcome?.outcome === "processing") return;
    const enforced = index.type !== "unique" || !hasDuplicates(context, found, index);
    context.store.update(found.indexes, index.key, {
      ...index,
      status: outcome?.outcome ?? "available",
      error: outcome?.error ?? "",
      enforced,
      updatedAt: context.now,
    });
  },
  "delete-index": (context, payload) => {
    const found = jobTable(context, payload);
    if (found) context.store.remove(found.indexes, String(payload["key"]));
  },
};

/** What the database has already, where the server did not see that a column cannot be made. */
function clashOf({ store }: Stores, found: FoundTable, column: Column): string | undefined {
  const hidden = hiddenSides(store, found);
  if (column.type !== "relationship")
    return hidden.some(({ key }) => sameIdentifier(key, column.key))
      ? "Attribute already exists in metadata"
      : undefined;
  const isTwin = ({ related, twoWayKey }: Column) =>
    related === column.related && sameIdentifier(twoWayKey, column.twoWayKey);
  return [...relationsOf(store, found), ...hidden].some(isTwin) ? "Related attribute already exists" : undefined;
}

/** Removes a column with its values. */
function removeColumn({ store }: Stores, found: FoundTable, column: Column): void {
  store.remove(found.columns, column.key);
  keepGhost({ store }, found, column);
  for (const row of store.list(found.rows)) {
    const { [column.key]: gone, ...rest } = valuesOf(row);
    if (gone !== undefined) store.update(found.rows, row.id, { ...row.data, data: rest });
  }
}

function shrinkIndexes({ store }: Stores, found: FoundTable, key: string): void {
  for (const index of indexesOf(store, found)) {
    const at = index.columns.findIndex((one) => sameIdentifier(one, key));
    if (at === -1) continue;
    // Whatever is equal to the part that goes is gone with it: of two columns in the same order, no order is left.
    const without = <T>(list: readonly T[]) => list.filter((part) => at >= list.length || part !== list[at]);
    const columns = without(index.columns);
    const orders = without(index.orders);
    const isTwin = indexesOf(store, found).some(
      (other) =>
        other.key !== index.key && JSON.stringify([other.columns, other.orders]) === JSON.stringify([columns, orders]),
    );
    if (columns.length === 0 || isTwin) store.remove(found.indexes, index.key);
    else {
      const lengths = without(index.lengths);
      store.update(found.indexes, index.key, { ...index, columns, lengths, orders } as unknown as JsonObject);
    }
  }
}

function hasDuplicates({ store }: Stores, found: FoundTable, index: Index): boolean {
  const columns = columnsOf(store, found);
  const tuples = store.list(found.rows).flatMap((row) => tupleOf(index, columns, valuesOf(row)) ?? []);
  return new Set(tuples).size < tuples.length;
}
