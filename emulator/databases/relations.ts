import { ServerError } from "../errors.ts";
import { isList, isObject, type Json } from "../json.ts";
import type { Place, Store } from "../store.ts";
import type { Column } from "./columns.ts";
import type { FoundTable } from "./places.ts";
import { madeColumns, placesOf } from "./tables.ts";

/**
 * How rows are related: every relationship keeps its links, pairs of a row of the parent side and one of the child side, in one
 * place that both sides read. What a row shows of it depends on the side and on the kind.
 */

/** The relationship columns of a table that rows can use. */
export function relationsOf(store: Store, table: FoundTable): Column[] {
  return madeColumns(store, table).filter(({ type }) => type === "relationship");
}

/**
 * The far sides of relationships that lead to a table one way: no list tells them, yet the database has them, and their keys are not free.
 */
export function hiddenSides(store: Store, { database, stored }: FoundTable): Column[] {
  return store.list(database.tables).flatMap((table) =>
    relationsOf(store, placesOf(database, table))
      .filter(({ related, twoWay }) => related === stored.id && !twoWay)
      .map((column) => ({ ...column, key: column.twoWayKey, twoWayKey: column.key, related: table.id, side: "child" })),
  );
}

/** Says whether a row has at most one related row through this column. */
export function isToOne({ relationType, side }: Column): boolean {
  return relationType === "oneToOne" || relationType === (side === "parent" ? "manyToOne" : "oneToMany");
}

/** The table on the other side; undefined when it is gone. */
export function farTable(store: Store, table: FoundTable, column: Column): FoundTable | undefined {
  const stored = store.get(table.database.tables, column.related);
  return stored && placesOf(table.database, stored);
}

/** The ids of the rows that a row is linked to, in the order in which they were linked. */
export function linkedIds(store: Store, table: FoundTable, column: Column, rowId: string): string[] {
  const [own, other] = column.side === "parent" ? (["parent", "child"] as const) : (["child", "parent"] as const);
  return store
    .list(linksPlace(table, column))
    .filter(({ data }) => same(data[own], rowId))
    .map(({ data }) => String(data[other]));
}

/** Makes these the linked rows; a row that can have only one partner leaves the one it had. */
export function link(store: Store, table: FoundTable, column: Column, rowId: string, ids: readonly string[]): void {
  unlink(store, table, column, rowId);
  const [own, other] = column.side === "parent" ? (["parent", "child"] as const) : (["child", "parent"] as const);
  const isExclusive = column.relationType === (column.side === "parent" ? "oneToMany" : "manyToOne");
  const place = linksPlace(table, column);
  for (const id of ids) {
    if (isExclusive || column.relationType === "oneToOne") {
      for (const { id: pair, data } of store.list(place)) if (same(data[other], id)) store.remove(place, pair);
    }
    const pair = { [own]: rowId, [other]: id };
    store.insert(place, `${pair["parent"]}>${pair["child"]}`, pair);
  }
}

/** Removes all links of a row through a column. */
export function unlink(store: Store, table: FoundTable, column: Column, rowId: string): void {
  const own = column.side === "parent" ? "parent" : "child";
  const place = linksPlace(table, column);
  for (const { id, data } of store.list(place)) if (same(data[own], rowId)) store.remove(place, id);
}

/** Forgets the links of a relationship that is deleted. */
export function forgetLinks(store: Store, table: FoundTable, column: Column): void {
  if (column.link !== "") store.clear(linksPlace(table, column));
}

/** The related rows that a value of a new row names: ids, or objects to be made or changed; of the wrong shape it is refused. */
export function firstReferences(column: Column, value: Json): readonly Json[] {
  if (value === null) return [];
  const isSingle = typeof value === "string" || isObject(value);
  if (isToOne(column)) {
    if (isSingle) return [value];
    throw refusal(isList(value) ? "a document ID or a document, array given." : ANY_SHAPE);
  }
  if (isList(value)) return value;
  const given = typeof value === "string" ? "document ID" : "document";
  throw refusal(isSingle ? `an array of documents or document IDs, ${given} given.` : ANY_SHAPE);
}

const ANY_SHAPE = "a document, document ID, or an array of documents or document IDs.";

/** The same of a row that is there, in other words; undefined when nothing was related and nothing is to be. */
export function newReferences(column: Column, value: Json, isRelated: boolean): readonly Json[] | undefined {
  if (!isRelated && (value === null || (isList(value) && value.length === 0))) return undefined;
  const { relationType, twoWay } = column;
  if (!isToOne(column)) {
    if (isList(value)) return value;
    // The database is asked for a column of that name, which a table has not.
    if (relationType === "manyToMany" && value === null) throw new ServerError("general_unknown");
    if (relationType === "manyToMany") throw refusal("an array of documents or document IDs.", "");
    throw refusal(`an array of documents or document IDs, ${typeOf(value)} given.`);
  }
  if (value === null) return [];
  if (typeof value === "string" || isObject(value)) return [value];
  const isArray = isList(value);
  if (relationType !== "oneToOne") throw refusal(`a document ID or a document${isArray ? ", array given" : ""}.`);
  throw refusal(`a document, document ID or null.${isArray && !twoWay ? " Array given." : ""}`);
}

function refusal(shape: string, either = "either "): ServerError {
  const message = `Invalid relationship value. Must be ${either}${shape}`;
  return new ServerError("relationship_value_invalid", { message });
}

function linksPlace({ place }: FoundTable, column: Column): Place {
  return { scope: place.scope, collection: `links:${column.link}` };
}

function same(one: Json | undefined, other: string): boolean {
  return String(one).toLowerCase() === other.toLowerCase();
}

/** As PHP calls it. */
function typeOf(value: Json): string {
  if (value === null) return "NULL";
  return typeof value === "number" || typeof value === "bigint" ? "integer" : typeof value;
}
