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

/** The related rows that a value names: ids, or objects to be made or changed; a value of the wrong shape is refused. */
export function referencesOf(column: Column, value: Json): readonly Json[] {
  const refuse = (message: string) => new ServerError("relationship_value_invalid", { message });
  const isReference = (one: Json) => typeof one === "string" || isObject(one);
  if (value === null) return [];
  if (isToOne(column)) {
    if (isReference(value)) return [value];
    const given = isList(value) ? "Array of documents or document IDs given." : `${typeOf(value)} given.`;
    throw refuse(`Invalid relationship value. Must be either a document, document ID or null. ${given}`);
  }
  if (isList(value) && value.every(isReference)) return value;
  throw refuse(
    `Invalid relationship value. Must be either an array of documents or document IDs, ${typeOf(value)} given.`,
  );
}

function linksPlace({ place }: FoundTable, column: Column): Place {
  return { scope: place.scope, collection: `links:${column.link}` };
}

function same(one: Json | undefined, other: string): boolean {
  return String(one).toLowerCase() === other.toLowerCase();
}

function typeOf(value: Json): string {
  if (isList(value)) return "array";
  return typeof value === "number" || typeof value === "bigint" ? "integer" : typeof value;
}
