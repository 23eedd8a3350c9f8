import type { Context } from "../context.ts";
import { ServerError } from "../errors.ts";
import { identifier, uniqueIdentifier } from "../identifiers.ts";
import { isList, isObject, type Json, type JsonObject, writeJson } from "../json.ts";
import { contentVerbs, expandPermissions } from "../permissions.ts";
import type { Stored } from "../store.ts";
import { type Column, storedValue, valueFault } from "./columns.ts";
import type { FoundTable } from "./places.ts";
import { farTable, isToOne, link, linkedIds, referencesOf, relationsOf, unlink } from "./relations.ts";
import { columnsOf, indexesOf } from "./tables.ts";
import { errorOf, type Words } from "./words.ts";

/** A table, and the request that works on its rows. */
export type Scene = {
  readonly context: Pick<Context, "store" | "now">;
  readonly words: Words;
  readonly table: FoundTable;
};

/** A row as it is kept: values of columns without the relationships, which are links (relations.ts). */
export function valuesOf(row: Stored): JsonObject {
  return row.data["data"] as JsonObject;
}

/** A row by id; 404 when there is none. */
export function rowOf({ context, words, table }: Scene, id: string): Stored {
  const row = context.store.get(table.rows, id);
  if (!row) throw new ServerError(errorOf(words, "row", "not_found"), { values: [id] });
  return row;
}

/** Adds a row after all checks. A clash of ids or of a unique index is 409 and uses up a sequence number. */
export function insertRow(scene: Scene, id: string, given: JsonObject, permissions: readonly Json[]): Stored {
  const { context, words, table } = scene;
  const { store, now } = context;
  const columns = usable(store, table);
  const { data, related } = split(columns, given);
  const filled = withDefaults(columns, data);
  checkRow(scene, columns, filled);
  const rowId = identifier(id);
  const sequence = reserve(scene, 1);
  if (store.get(table.rows, rowId) || hasTwin(scene, filled, null)) throw taken(words, rowId);
  const stored = {
    data: filled,
    permissions: expandPermissions(permissions, contentVerbs),
    createdAt: now,
    updatedAt: now,
    sequence: String(sequence),
  };
  const position = store.insert(table.rows, rowId, stored) ?? 0;
  relate(scene, rowId, related);
  return { sequence: position, id: rowId, data: stored };
}

/** A row that a migration brings: with its own dates, and relationships as ids. */
export type MigratedRow = {
  readonly id: string;
  readonly data: JsonObject;
  readonly permissions: readonly Json[];
  readonly sequence: number;
};

/**
 * Writes a row as a migration does: what no column is called is left out. One that is there already is refused, left alone or
 * replaced, as `onDuplicate` says.
 */
export function migrateRow(scene: Scene, onDuplicate: string, row: MigratedRow): void {
  const { context, words, table } = scene;
  const { store, now } = context;
  const columns = usable(store, table);
  const { $createdAt = now, $updatedAt = now } = row.data;
  const known = Object.entries(row.data).filter(([key]) => columns.some((column) => column.key === key));
  const { data, related } = split(columns, Object.fromEntries(known));
  const filled = withDefaults(columns, data);
  checkRow(scene, columns, filled);
  const there = store.get(table.rows, row.id);
  const isTwin = hasTwin(scene, filled, there?.id ?? null);
  if (onDuplicate === "skip" && (there || isTwin)) return;
  if ((onDuplicate !== "overwrite" && there) || isTwin) throw taken(words, row.id);
  const stored: JsonObject = {
    data: filled,
    permissions: row.permissions,
    createdAt: $createdAt,
    updatedAt: $updatedAt,
    sequence: there?.data["sequence"] ?? String(row.sequence),
  };
  if (there) store.update(table.rows, there.id, stored);
  else store.insert(table.rows, row.id, stored);
  relate(scene, row.id, related);
}

/** Changes some values of a row; `permissions` null keeps them. */
export function changeRow(scene: Scene, row: Stored, given: JsonObject, permissions: readonly Json[] | null): Stored {
  const { context, words, table } = scene;
  const columns = usable(context.store, table);
  const { data, related } = split(columns, given);
  const before = Object.fromEntries(
    Object.entries(valuesOf(row)).filter(([key]) => columns.some((column) => column.key === key)),
  );
  const filled = withDefaults(columns, { ...before, ...data });
  checkRow(scene, columns, filled);
  if (hasTwin(scene, filled, row.id)) throw taken(words, row.id);
  const changed = {
    ...row.data,
    data: filled,
    permissions: permissions === null ? (row.data["permissions"] ?? []) : expandPermissions(permissions, contentVerbs),
    updatedAt: context.now,
  };
  context.store.update(table.rows, row.id, changed);
  relate(scene, row.id, related);
  return { ...row, data: changed };
}

/** Removes a row; what becomes of related rows is the relationships' `onDelete`. */
export function removeRow(scene: Scene, row: Stored): void {
  const { context, words, table } = scene;
  const { store } = context;
  for (const column of relationsOf(store, table)) {
    const far = farTable(store, table, column);
    const ids = linkedIds(store, table, column, row.id);
    if (!far || ids.length === 0) continue;
    const rule = String(column.effective);
    const isOwner =
      column.side === "parent" ? column.relationType !== "manyToOne" : column.relationType === "manyToOne";
    if (rule === "restrict" && isOwner && column.relationType !== "manyToMany")
      throw new ServerError(errorOf(words, "row", "delete_restricted"));
    unlink(store, table, column, row.id);
    if (rule !== "cascade" || !isOwner) continue;
    for (const id of ids) {
      const other = store.get(far.rows, id);
      if (other) removeRow({ ...scene, table: far }, other);
    }
  }
  store.remove(table.rows, row.id);
}

/** Takes sequence numbers: every attempt to insert uses one up, as an auto-increment column does (recording 16). */
export function reserve({ context, table }: Scene, count: number): number {
  const { store } = context;
  const place = { scope: table.place.scope, collection: "row-counters" };
  const id = table.rows.collection;
  const last = Number(store.get(place, id)?.data["last"] ?? 0);
  if (store.insert(place, id, { last: last + count }) === undefined) store.update(place, id, { last: last + count });
  return last + 1;
}

/** What an answer tells of the relationships: all that a read tells, or what a write was given. */
export type Telling = { readonly kind: "read"; readonly expand: readonly string[] } | Written;
type Written = { readonly kind: "created" | "changed" | "upserted"; readonly given: JsonObject };

/** A row as the server tells it. */
export function showRow(scene: Scene, row: Stored, telling: Telling, hidden = ""): JsonObject {
  const { context, words, table } = scene;
  const values = valuesOf(row);
  const own = columnsOf(context.store, table).filter(
    ({ status, type }) => status === "available" && type !== "relationship",
  );
  const told = own.map((column) => [column.key, values[column.key] ?? (column.array ? [] : null)] as const);
  const relations = relationsOf(context.store, table).filter(({ key }) => key !== hidden);
  return {
    ...Object.fromEntries(told),
    ...Object.fromEntries(relations.flatMap((column) => tell(scene, row, column, telling))),
    $id: row.id,
    $sequence: row.data["sequence"] ?? "",
    $createdAt: row.data["createdAt"] ?? "",
    $updatedAt: row.data["updatedAt"] ?? "",
    $permissions: row.data["permissions"] ?? [],
    $databaseId: table.database.stored.id,
    [`$${words.tableId}`]: table.stored.id,
  };
}

/** One relationship of a row: reads tell an id where there is one partner, and whole rows where those were selected. */
function tell(scene: Scene, row: Stored, column: Column, telling: Telling): (readonly [string, Json])[] {
  const { context, table } = scene;
  const { key } = column;
  const ids = linkedIds(context.store, table, column, row.id);
  const [first = null] = ids;
  const whole = (fresh: boolean): Json => {
    const far = farTable(context.store, table, column);
    const rows = far === undefined ? [] : ids.flatMap((id) => context.store.get(far.rows, id) ?? []);
    const shown = far === undefined ? [] : rows.map((one) => showNear({ ...scene, table: far }, one, column, fresh));
    return isToOne(column) ? (shown[0] ?? null) : shown;
  };
  if (telling.kind === "read") {
    if (telling.expand.includes(key)) return [[key, whole(true)]];
    return isToOne(column) ? [[key, first]] : [];
  }
  if (Object.hasOwn(telling.given, key)) return [[key, whole(isMade(telling.given[key] ?? null))]];
  if (telling.kind === "changed") return [];
  if (!isToOne(column)) return [[key, whole(true)]];
  return telling.kind === "upserted" ? [[key, first]] : [];
}

/** A related row inside another: a row that was made or selected tells its single partners, one that was named its lists. */
function showNear(scene: Scene, row: Stored, through: Column, fresh: boolean): JsonObject {
  const hidden = through.twoWay ? through.twoWayKey : "";
  const telling: Telling = fresh ? { kind: "read", expand: [] } : { kind: "created", given: {} };
  return showRow(scene, row, telling, hidden);
}

function isMade(value: Json): boolean {
  return (isList(value) ? value : [value]).some(isObject);
}

/** Links a row as its relationship values say; objects among them are made, or changed when they exist. */
function relate(scene: Scene, rowId: string, related: ReadonlyMap<Column, Json>): void {
  const { store } = scene.context;
  for (const [column, value] of related) {
    const far = farTable(store, scene.table, column);
    if (!far) continue;
    const ids = referencesOf(column, value).map((one) => referencedId({ ...scene, table: far }, one));
    link(store, scene.table, column, rowId, ids);
  }
}

function referencedId(scene: Scene, reference: Json): string {
  if (!isObject(reference)) return String(reference);
  const { $id = "unique()", $permissions = null, ...rest } = reference;
  const data = Object.fromEntries(Object.entries(rest).filter(([key]) => !key.startsWith("$")));
  const known = scene.context.store.get(scene.table.rows, String($id));
  const permissions = isList($permissions) ? $permissions : null;
  if (!known) return insertRow(scene, String($id), data, permissions ?? []).id;
  if (Object.keys(data).length > 0 || permissions !== null) changeRow(scene, known, data, permissions);
  return known.id;
}

function usable(store: Context["store"], table: FoundTable): Column[] {
  return columnsOf(store, table).filter(({ status }) => status === "available" || status === "deleting");
}

function split(columns: readonly Column[], given: JsonObject): { data: JsonObject; related: Map<Column, Json> } {
  const relations = columns.filter(({ type }) => type === "relationship");
  const related = new Map(
    relations.filter(({ key }) => Object.hasOwn(given, key)).map((column) => [column, given[column.key] ?? null]),
  );
  const data = Object.fromEntries(Object.entries(given).filter(([key]) => !relations.some((one) => one.key === key)));
  return { data, related };
}

function withDefaults(columns: readonly Column[], data: JsonObject): JsonObject {
  const own = columns.filter(({ type }) => type !== "relationship");
  const filled = own.map(
    (column) =>
      [column.key, storedValue(column, data[column.key] ?? column.effective ?? (column.array ? [] : null))] as const,
  );
  // What no column is called is kept for the check that refuses it.
  return { ...data, ...Object.fromEntries(filled) };
}

function checkRow({ words }: Scene, columns: readonly Column[], data: JsonObject): void {
  const refuse = (message: string) =>
    new ServerError(errorOf(words, "row", "invalid_structure"), { message: `Invalid document structure: ${message}` });
  for (const column of columns) {
    if (column.required && (data[column.key] ?? null) === null)
      throw refuse(`Missing required attribute "${column.key}"`);
  }
  const byKey = new Map(columns.map((column) => [column.key, column]));
  const given = Object.entries(data).filter(([key]) => !key.startsWith("$"));
  const unknown = given.find(([key]) => !byKey.has(key));
  if (unknown) throw refuse(`Unknown attribute: "${unknown[0]}"`);
  for (const [key, value] of given) {
    const column = byKey.get(key);
    const fault = column === undefined || value === null ? undefined : valueFault(column, value);
    if (fault !== undefined) throw refuse(fault);
  }
}

/** A refused insert or change: what it used up of the sequence stays used. */
function taken(words: Words, id: string): ServerError {
  return new ServerError(errorOf(words, "row", "already_exists"), { values: [id], keeps: true });
}

/** Says whether an enforced unique index has the same values in another row. */
function hasTwin({ context, table }: Scene, data: JsonObject, self: string | null): boolean {
  const { store } = context;
  return indexesOf(store, table)
    .filter(({ type, enforced, status }) => type === "unique" && enforced && status === "available")
    .some((index) => {
      const tuple = tupleOf(index.columns, data);
      const isTwin = (row: Stored) => row.id !== self && tupleOf(index.columns, valuesOf(row)) === tuple;
      return tuple !== null && store.list(table.rows).some(isTwin);
    });
}

/** The values of an index, as MariaDB compares them; null when one of them is null, which never clashes. */
export function tupleOf(keys: readonly string[], data: JsonObject): string | null {
  const values = keys.map((key) => data[key] ?? null);
  return values.includes(null) ? null : writeJson(values).toLowerCase();
}

/** A row in a list of rows to write: its id (a new one without), permissions when given, and data. */
export function listedRow(given: Json): { id: string; permissions: readonly Json[] | null; data: JsonObject } {
  const { $id, $permissions = null, ...rest } = isObject(given) ? given : ({} as JsonObject);
  const id = typeof $id === "string" && $id !== "" ? $id : uniqueIdentifier();
  return { id, permissions: isList($permissions) ? $permissions : null, data: rest };
}
