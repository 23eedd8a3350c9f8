import type { Context } from "../context.ts";
import { ServerError } from "../errors.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import type { Place, Store, Stored } from "../store.ts";
import { type Column, columnWidth, type Index, isMade, showColumn, showIndex } from "./columns.ts";
import type { FoundDatabase, FoundTable } from "./places.ts";
import { errorOf, type Words } from "./words.ts";

const rowWidth = 65_535;
const baseWidth = 1067;

/** Where the databases of a project are kept. */
export function databasesPlace(scope: string): Place {
  return { scope, collection: "databases" };
}

/** The types of databases that TablesDB serves. The classic routes ask for no type, and 1.9.0 does not at all. */
const tableDatabases: readonly unknown[] = ["tablesdb", "legacy"];

/** The database of a request; 404 when there is none, or TablesDB is asked for one of documents. */
export function findDatabase(
  { store, project, version }: Pick<Context, "store" | "project" | "version">,
  words: Words,
  id: string,
): FoundDatabase {
  const place = databasesPlace(project.id);
  const stored = store.get(place, id);
  const isOfAnyType = words.root === "databases" || version === "1.9.0";
  if (!stored || !(isOfAnyType || tableDatabases.includes(stored.data["type"])))
    throw new ServerError("database_not_found", { values: [id] });
  return { stored, place, tables: { scope: project.id, collection: `tables:${stored.sequence}` } };
}

/** The table of a request; 404 when it or its database is missing. */
export function findTable(
  context: Pick<Context, "store" | "project" | "version">,
  words: Words,
  params: Params,
): FoundTable {
  const database = findDatabase(context, words, params.text("databaseId"));
  return tableIn(context.store, words, database, params.text(words.tableId));
}

/** A table of a database by id. */
export function tableIn(store: Store, words: Words, database: FoundDatabase, id: string): FoundTable {
  const stored = store.get(database.tables, id);
  if (!stored) throw new ServerError(errorOf(words, "table", "not_found"), { values: [id] });
  return placesOf(database, stored);
}

/** The places of what a table holds. */
export function placesOf(database: FoundDatabase, stored: Stored): FoundTable {
  const scope = database.place.scope;
  const inside = (kind: string): Place => ({
    scope,
    collection: `${kind}:${database.stored.sequence}:${stored.sequence}`,
  });
  return {
    database,
    stored,
    place: database.tables,
    columns: inside("columns"),
    indexes: inside("indexes"),
    rows: inside("rows"),
    lists: inside("lists"),
  };
}

/** The columns of a table in creation order. */
export function columnsOf(store: Store, table: FoundTable): Column[] {
  return store.list(table.columns).map(({ data }) => data as Column);
}

/** The columns of a table that its rows may have. */
export function madeColumns(store: Store, table: FoundTable): Column[] {
  return columnsOf(store, table).filter(isMade);
}

/** The indexes of a table in creation order. */
export function indexesOf(store: Store, table: FoundTable): Index[] {
  return store.list(table.indexes).map(({ data }) => data as Index);
}

/** How many bytes of a row's width the columns take. */
function usedWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + columnWidth(column), baseWidth);
}

/** A table takes so many columns beside the seven that the server has in every one. */
const mostColumns = 1010;

/** Says whether these columns are more, or wider, than a table takes. */
export function isFull(columns: readonly Column[]): boolean {
  return columns.length > mostColumns || usedWidth(columns) >= rowWidth;
}

/** A database as the server tells it. */
export function showDatabase({ id, data }: Stored): JsonObject {
  return {
    $id: id,
    name: data["name"] ?? "",
    $createdAt: data["createdAt"] ?? "",
    $updatedAt: data["updatedAt"] ?? "",
    enabled: data["enabled"] ?? true,
    type: data["type"] ?? "tablesdb",
  };
}

/** A table as the server tells it; right after its creation without what it holds (real-server.md, F17). */
export function showTable(
  context: Pick<Context, "store" | "faults">,
  words: Words,
  table: FoundTable,
  bare = false,
): JsonObject {
  const { stored, database } = table;
  const { data, id } = stored;
  const columns = bare ? [] : columnsOf(context.store, table);
  const isStale = !bare && context.faults.isStale("table", id);
  return {
    $id: id,
    $createdAt: data["createdAt"] ?? "",
    $updatedAt: data["updatedAt"] ?? "",
    $permissions: data["permissions"] ?? [],
    databaseId: database.stored.id,
    name: data["name"] ?? "",
    enabled: data["enabled"] ?? true,
    [words.security]: data["security"] ?? false,
    [words.columns]: columns.map((column) => showColumn(words, isStale ? { ...column, status: "processing" } : column)),
    indexes: bare ? [] : indexesOf(context.store, table).map((index) => showIndex(words, table, index)),
    bytesMax: rowWidth,
    bytesUsed: usedWidth(columns),
  };
}

/** Removes a table with all that it holds, and the relationships of other tables that point to it. */
export function dropTable(store: Store, table: FoundTable): void {
  for (const stored of store.list(table.database.tables)) {
    if (stored.sequence === table.stored.sequence) continue;
    const other = placesOf(table.database, stored);
    for (const column of columnsOf(store, other)) {
      if (column.type === "relationship" && column.related === table.stored.id) store.remove(other.columns, column.key);
    }
  }
  for (const place of [table.columns, table.indexes, table.rows, table.lists]) store.clear(place);
  store.remove(table.place, table.stored.id);
}

/** Notes a change of a table's own fields. */
export function touch(store: Store, table: FoundTable, changes: { readonly [name: string]: Json }): Stored {
  const data = { ...table.stored.data, ...changes };
  store.update(table.place, table.stored.id, data);
  return { ...table.stored, data };
}
