import type { Context } from "../context.ts";
import { ServerError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type { Column } from "./columns.ts";
import type { FoundTable } from "./places.ts";
import { databasesPlace, indexesOf, placesOf } from "./tables.ts";
import { errorOf, type Words } from "./words.ts";

/** What the functions of this file need of a request or a job. */
export type Stores = Pick<Context, "store">;

/** The table that a job was made for; undefined when it, or its database, is gone or is another of the same id. */
export function jobTable(
  { store, scope }: { readonly store: Context["store"]; readonly scope: string },
  payload: JsonObject,
): FoundTable | undefined {
  const database = store.get(databasesPlace(scope), String(payload["database"]));
  if (!database || database.sequence !== payload["databaseSequence"]) return undefined;
  const place = {
    stored: database,
    place: databasesPlace(scope),
    tables: { scope, collection: `tables:${database.sequence}` },
  };
  const table = store.get(place.tables, String(payload["table"]));
  return table && table.sequence === payload["tableSequence"] ? placesOf(place, table) : undefined;
}

/** What a job about a column or index of a table carries. */
export function jobPayload(found: FoundTable, key: string): JsonObject {
  const { database, stored } = found;
  return {
    database: database.stored.id,
    databaseSequence: database.stored.sequence,
    table: stored.id,
    tableSequence: stored.sequence,
    key,
  };
}

/** A column by key, in any letter case. */
export function readColumn({ store }: Stores, found: FoundTable, key: string): Column | undefined {
  return store.get(found.columns, key)?.data as Column | undefined;
}

/** Writes a column that exists. */
export function writeColumn({ store }: Stores, found: FoundTable, column: Column): void {
  store.update(found.columns, column.key, column as unknown as JsonObject);
}

/** A column by key; 404 when there is none. */
export function columnOf(context: Stores, words: Words, found: FoundTable, key: string): Column {
  const column = readColumn(context, found, key);
  if (!column) throw new ServerError(errorOf(words, "column", "not_found"), { values: [key] });
  return column;
}

/** Gives a column another key: rows and indexes follow. */
export function rename({ store }: Stores, words: Words, found: FoundTable, column: Column, to: string | null): Column {
  if (to === null || to === column.key) return column;
  const other = store.get(found.columns, to);
  // Only the letter case changes: then it is the column itself.
  if (other && other.id !== column.key)
    throw new ServerError(errorOf(words, "column", "already_exists"), { values: [column.key] });
  store.rename(found.columns, column.key, to);
  for (const row of store.list(found.rows)) {
    const { [column.key]: value = null, ...rest } = row.data["data"] as JsonObject;
    store.update(found.rows, row.id, { ...row.data, data: { ...rest, [to]: value } });
  }
  for (const index of indexesOf(store, found)) {
    store.update(found.indexes, index.key, {
      ...index,
      columns: index.columns.map((one) => (one === column.key ? to : one)),
    } as unknown as JsonObject);
  }
  return { ...column, key: to };
}

/** How lists of databases, tables, columns and indexes are seen by queries. */
export function view(noun: string, searchText?: (one: JsonObject) => string) {
  return {
    noun,
    refusals: "told" as const,
    value: (one: JsonObject, attribute: string) => one[attribute],
    id: (one: JsonObject) => String(one["$id"]),
    ...(searchText ? { searchText } : {}),
  };
}

/** Keeps a copy of a deleted column, for the stale cache that a fault can turn on. */
export function keepGhost({ store }: Stores, found: FoundTable, column: Column): void {
  store.remove(ghostsOf(found), column.key);
  store.insert(ghostsOf(found), column.key, column as unknown as JsonObject);
}

/** A deleted column as a stale cache still has it: at `deleting`, until its key is used again (F1). */
export function ghostOf({ store }: Stores, found: FoundTable, key: string): Column | undefined {
  return readColumn({ store }, found, key) ? undefined : (store.get(ghostsOf(found), key)?.data as Column | undefined);
}

function ghostsOf(found: FoundTable): FoundTable["columns"] {
  return { ...found.columns, collection: `gone-${found.columns.collection}` };
}
