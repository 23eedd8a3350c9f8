import type { Context } from "../context.ts";
import { datetimeMessage, readDatetime } from "../dates.ts";
import { invalidArgument, ServerError } from "../errors.ts";
import { identifier, sameIdentifier, timestamp, uniqueIdentifier } from "../identifiers.ts";
import { isList, isNumber, isObject, type Json, type JsonObject, writeJson } from "../json.ts";
import { contentVerbs, expandPermissions } from "../permissions.ts";
import { isKey, keyMessage } from "../rules.ts";
import type { Stored } from "../store.ts";
import { type Column, type Index, storedValue, valueFault } from "./columns.ts";
import { type Operator, operated, operatorFault, operatorsIn } from "./operators.ts";
import type { FoundTable } from "./places.ts";
import {
  farTable,
  firstReferences,
  hiddenSides,
  isToOne,
  link,
  linkedIds,
  newReferences,
  relationsOf,
  unlink,
} from "./relations.ts";
import { indexesOf, madeColumns } from "./tables.ts";
import { errorOf, type Words } from "./words.ts";

/** A table, and the request that works on its rows, or a job, which nobody calls. */
export type Scene = {
  readonly context: Pick<Context, "store" | "now"> & Partial<Pick<Context, "caller">>;
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

/** What a request says of a row: its values, and the times that keys and administrators may set. */
export type Given = {
  readonly data: JsonObject;
  readonly createdAt: Json | undefined;
  readonly updatedAt: Json | undefined;
};

/** Takes out of a request's data what is no value: ids and the like are passed over, times are kept. */
export function givenOf({ words, context }: Scene, raw: JsonObject): Given {
  const { $createdAt, $updatedAt, ...rest } = raw;
  const frame = ["$id", "$permissions", "$sequence", "$databaseId", "$collection", "$tenant", `$${words.tableId}`];
  const data = Object.fromEntries(Object.entries(rest).filter(([name]) => !frame.includes(name)));
  const isTrusted = context.caller?.kind !== "guest" && context.caller?.kind !== "user";
  return {
    data,
    createdAt: isTrusted ? ($createdAt ?? undefined) : undefined,
    updatedAt: isTrusted ? ($updatedAt ?? undefined) : undefined,
  };
}

/** Adds a row after all checks. A clash of ids or of a unique index is 409 and uses up a sequence number. */
export function insertRow(
  scene: Scene,
  id: string,
  given: Given,
  permissions: readonly Json[],
  named = identifier(id),
): Stored {
  const { context, words, table } = scene;
  const { store, now } = context;
  const columns = madeColumns(store, table);
  const { data, related } = split(columns, given.data);
  const filled = withDefaults(columns, data);
  checkRow(scene, columns, filled);
  const times = {
    createdAt: timeOf(words, "$createdAt", given.createdAt) ?? now,
    updatedAt: timeOf(words, "$updatedAt", given.updatedAt) ?? now,
  };
  const rowId = identifier(id);
  const sequence = reserve(scene, 1);
  if (store.get(table.rows, rowId) || hasTwin(scene, filled, null) || areTaken(scene, null, related))
    throw taken(words, named);
  const stored = {
    data: filled,
    permissions: expandPermissions(permissions, contentVerbs),
    ...times,
    sequence: String(sequence),
  };
  const row = { sequence: store.insert(table.rows, rowId, stored) ?? 0, id: rowId, data: stored };
  relate(scene, row, related, "created");
  return row;
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
  const columns = madeColumns(store, table);
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
  const sequence = there?.sequence ?? store.insert(table.rows, row.id, stored) ?? 0;
  relate(scene, { sequence, id: row.id, data: stored }, related, "migrated");
}

/** Changes some values of a row; `permissions` null keeps them. */
export function changeRow(scene: Scene, row: Stored, given: Given, permissions: readonly Json[] | null): Stored {
  const { context, words, table } = scene;
  const columns = madeColumns(context.store, table);
  const before = Object.fromEntries(
    Object.entries(valuesOf(row)).filter(([key]) => columns.some((column) => column.key === key)),
  );
  const operators = checkedOperators(scene, columns, given.data, before);
  const { data, related } = split(columns, { ...given.data, ...results(columns, operators, before) });
  const filled = withDefaults(columns, { ...before, ...data });
  checkRow(scene, columns, filled);
  if (hasTwin(scene, filled, row.id) || areTaken(scene, row, related)) throw taken(words, row.id);
  const changed = {
    ...row.data,
    data: filled,
    permissions: permissions === null ? (row.data["permissions"] ?? []) : expandPermissions(permissions, contentVerbs),
    createdAt: timeOf(words, "$createdAt", given.createdAt) ?? row.data["createdAt"] ?? "",
    updatedAt: timeOf(words, "$updatedAt", given.updatedAt) ?? context.now,
  };
  context.store.update(table.rows, row.id, changed);
  relate(scene, { ...row, data: changed }, related, "changed");
  return { ...row, data: changed };
}

/** Adds a row or changes the one that is there. Either way the statement takes a sequence number. */
export function putRow(scene: Scene, id: string, given: Given, permissions: readonly Json[] | null): Stored {
  const row = scene.context.store.get(scene.table.rows, id);
  return row ? changeRow(scene, row, given, permissions) : insertRow(scene, id, given, permissions ?? []);
}

/**
 * Gives several rows the same values, which are checked alone and once, also when there are no rows: what is missing of them is
 * no matter, and a null is kept. A clash with a unique index is none of the errors that the server expects here.
 */
export function changeRows(scene: Scene, rows: readonly Stored[], raw: JsonObject): Stored[] {
  const { context, words, table } = scene;
  const { store, now } = context;
  const columns = madeColumns(store, table);
  const given = givenOf(scene, raw);
  const operators = checkedOperators(scene, columns, given.data, undefined);
  const own = columns.filter(({ key }) => Object.hasOwn(given.data, key) && !operators.has(key));
  const data = Object.fromEntries(
    own.map((column) => [column.key, storedValue(column, given.data[column.key] ?? null)]),
  );
  checkRow(scene, columns, { ...withoutKeys(given.data, operators), ...data }, false);
  const permissions = isList(raw["$permissions"]) ? expandPermissions(raw["$permissions"], []) : null;
  const times = {
    createdAt: timeOf(words, "$createdAt", given.createdAt),
    updatedAt: timeOf(words, "$updatedAt", given.updatedAt) ?? now,
  };
  return rows.map((row) => {
    const filled = { ...valuesOf(row), ...data, ...results(columns, operators, valuesOf(row)) };
    if (hasTwin(scene, filled, row.id)) throw new ServerError("general_unknown", { code: 500 });
    const changed = {
      ...row.data,
      data: filled,
      permissions: permissions ?? row.data["permissions"] ?? [],
      createdAt: times.createdAt ?? row.data["createdAt"] ?? "",
      updatedAt: times.updatedAt,
    };
    store.update(table.rows, row.id, changed);
    return { ...row, data: changed };
  });
}

/** The operators of a request, right for their columns; one for no column is an unknown attribute, which is told elsewhere. */
function checkedOperators(
  { words }: Scene,
  columns: readonly Column[],
  data: JsonObject,
  before: JsonObject | undefined,
): Map<string, Operator> {
  const operators = operatorsIn(data, columns);
  for (const [key, operator] of operators) {
    const column = columns.find((one) => one.key === key);
    const fault = column && operatorFault(column, operator, before && (before[key] ?? null));
    if (fault !== undefined) throw invalidStructure(words, fault);
    if (!column) operators.delete(key);
  }
  return operators;
}

function results(columns: readonly Column[], operators: ReadonlyMap<string, Operator>, before: JsonObject): JsonObject {
  const told = columns.flatMap((column) => {
    const operator = operators.get(column.key);
    return operator ? [[column.key, operated(column, operator, before[column.key] ?? null)] as const] : [];
  });
  return Object.fromEntries(told);
}

function withoutKeys(data: JsonObject, keys: ReadonlyMap<string, unknown>): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !keys.has(key)));
}

/** By how much a counter goes up or down, and how far it may. */
export type Counting = { readonly step: number | bigint; readonly sign: 1 | -1; readonly limit: Json };

/** Counts a number of a row up or down; its time of change stays. */
export function countRow(scene: Scene, rowId: string, key: string, { step, sign, limit }: Counting): Stored {
  const { context, words, table } = scene;
  if (step <= 0) throw invalidArgument("Value must be numeric and greater than 0");
  const column = madeColumns(context.store, table).find((one) => one.key === key);
  const row = context.store.get(table.rows, rowId);
  const isNumeric = column !== undefined && ["integer", "bigint", "double"].includes(column.type) && !column.array;
  const family = words.root === "tablesdb" ? "tablesDB" : "databases";
  if (column && !isNumeric)
    throw new ServerError("attribute_type_invalid", { message: `${family} "${key}" is not a number` });
  // A missing row is told as a missing column, and neither is named.
  if (!column || !row) throw new ServerError(errorOf(words, "column", "not_found"));
  const before = valuesOf(row)[key] ?? 0;
  const now = isNumber(before) ? before : 0;
  const isWhole = column.type !== "double" && !(typeof step === "number" && !Number.isInteger(step));
  const value = isWhole ? smallest(BigInt(now) + BigInt(sign) * BigInt(step)) : Number(now) + sign * Number(step);
  if (isNumber(limit) && (sign === 1 ? value > limit : value < limit)) {
    throw new ServerError(errorOf(words, "column", "limit_exceeded"), {
      message: `${family} "${key}" has reached the ${sign === 1 ? "maximum" : "minimum"} value of ${limit}`,
    });
  }
  const told = { ...row.data, data: { ...valuesOf(row), [key]: value } };
  // A part of a whole number is told, and rounded where it is kept.
  const kept = column.type !== "double" && typeof value === "number" ? rounded(value) : value;
  context.store.update(table.rows, row.id, { ...told, data: { ...told.data, [key]: kept } });
  return { ...row, data: told };
}

/** Halves go away from zero, as MariaDB rounds. */
function rounded(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

function smallest(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** A time that a request sets, as it is kept; undefined when it sets none. */
function timeOf(words: Words, name: string, value: Json | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value === "") throw invalidStructure(words, `Missing required attribute "${name}"`);
  const time = readDatetime(value);
  if (time) return timestamp(time);
  throw invalidStructure(words, `Attribute "${name}" has invalid type. ${datetimeMessage}`);
}

function invalidStructure(words: Words, message: string): ServerError {
  return new ServerError(errorOf(words, "row", "invalid_structure"), {
    message: `Invalid document structure: ${message}`,
  });
}

/** Removes a row; what becomes of related rows is the relationships' `onDelete`, also of those that lead here one way. */
export function removeRow(scene: Scene, row: Stored): void {
  const { context, words, table } = scene;
  const { store } = context;
  for (const column of [...relationsOf(store, table), ...hiddenSides(store, table)]) {
    const far = farTable(store, table, column);
    const related = far ? linkedIds(store, table, column, row.id).flatMap((id) => store.get(far.rows, id) ?? []) : [];
    const fate = fateOf(column);
    if (fate === "refuse" && related.length > 0) throw new ServerError(errorOf(words, "row", "delete_restricted"));
    if (fate !== "keep") unlink(store, table, column, row.id);
    if (far && fate === "delete") for (const other of related) removeRow({ ...scene, table: far }, other);
  }
  store.remove(table.rows, row.id);
}

/** What happens to rows that are related to one that goes; `keep` leaves them its id, which nothing has any more. */
function fateOf({ effective, relationType, side, twoWay }: Column): "refuse" | "delete" | "unlink" | "keep" {
  const isParent = side === "parent";
  const decides = relationType === "manyToOne" ? !isParent : isParent;
  if (effective === "cascade") {
    if (relationType === "oneToOne" && !isParent) return twoWay ? "delete" : "keep";
    return decides ? "delete" : "unlink";
  }
  if (effective !== "restrict") return "unlink";
  if (decides) return "refuse";
  return relationType === "manyToMany" || (relationType === "oneToOne" && twoWay) ? "keep" : "unlink";
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
export type Telling = { readonly kind: "read"; readonly selection: Selection } | Written;
type Written = { readonly kind: "created" | "changed" | "upserted"; readonly given: JsonObject };

/** A row as the server tells it. */
export function showRow(scene: Scene, row: Stored, telling: Telling, hidden = ""): JsonObject {
  const { context, words, table } = scene;
  const values = valuesOf(row);
  const names = telling.kind === "read" ? telling.selection.names : null;
  const own = madeColumns(context.store, table).filter(
    ({ type, key }) => type !== "relationship" && (names === null || names.has(key)),
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
  const whole = (asked: readonly string[] | undefined): Json => {
    const far = farTable(context.store, table, column);
    const rows = far === undefined ? [] : ids.flatMap((id) => context.store.get(far.rows, id) ?? []);
    const shown = far === undefined ? [] : rows.map((one) => showNear({ ...scene, table: far }, one, column, asked));
    return isToOne(column) ? (shown[0] ?? null) : shown;
  };
  if (telling.kind === "read") {
    const { names, nested } = telling.selection;
    const asked = nested.get(key);
    if (asked) return [[key, whole(asked)]];
    return isToOne(column) && (names === null || names.has(key)) ? [[key, first]] : [];
  }
  if (Object.hasOwn(telling.given, key)) return [[key, whole(isMade(telling.given[key] ?? null) ? ["*"] : undefined)]];
  if (telling.kind === "changed") return [];
  if (!isToOne(column)) return [[key, whole(["*"])]];
  return telling.kind === "upserted" ? [[key, first]] : [];
}

/**
 * A related row inside another: of one that was made or selected what is asked of it (with its single partners), of one that
 * was named its lists.
 */
function showNear(scene: Scene, row: Stored, through: Column, asked: readonly string[] | undefined): JsonObject {
  const hidden = through.twoWay ? through.twoWayKey : "";
  const relations = relationsOf(scene.context.store, scene.table);
  const telling: Telling = asked
    ? { kind: "read", selection: selectionOf(relations, [asked]) }
    : { kind: "created", given: {} };
  return showRow(scene, row, telling, hidden);
}

/** What a read tells of a row: the names of columns (null: all of them), and what is asked of related rows, by column. */
export type Selection = {
  readonly names: ReadonlySet<string> | null;
  readonly nested: ReadonlyMap<string, readonly string[]>;
};

/** All columns, and no related rows. */
export const everything: Selection = { names: null, nested: new Map() };

/**
 * What lists of names select, each of one query: `boss.name` asks for the name of a related row. Where a query names only lists of
 * related rows, it means all columns as well.
 */
export function selectionOf(relations: readonly Column[], lists: readonly (readonly string[])[]): Selection {
  const nested = new Map<string, string[]>();
  const names = lists.flatMap((list) => {
    const own = list.flatMap((name) => {
      const [top = "", ...rest] = name.split(".");
      const relation = name.includes(".") ? relations.find(({ key }) => key === top) : undefined;
      if (!relation) return [name];
      nested.set(top, [...(nested.get(top) ?? []), rest.join(".") || "*"]);
      return isToOne(relation) ? [top] : [];
    });
    return own.length === 0 ? ["*"] : own;
  });
  return { names: names.length === 0 || names.includes("*") ? null : new Set(names), nested };
}

function isMade(value: Json): boolean {
  return (isList(value) ? value : [value]).some(isObject);
}

/** What names related rows must be ids, or objects whose id is one; anything that PHP takes for empty is passed over. */
function refuseReferences(value: Json): void {
  const refuse = (message: string) => new ServerError("relationship_value_invalid", { message });
  const isEmpty = value === null || value === "" || value === 0 || value === "0" || value === false;
  for (const one of isEmpty ? [] : isList(value) ? value : [value]) {
    if (typeof one !== "string" && !isObject(one))
      throw refuse("Relationship value must be an object, document ID string, or associative array");
    const id = isObject(one) ? (one["$id"] ?? "unique()") : one;
    if (typeof id !== "string") throw refuse("Relationship $id must be a string");
    if (id !== "unique()" && !isKey(id)) throw refuse(keyMessage());
  }
}

/** Links a row as its relationship values say; objects among them are made, with its permissions, or changed when they exist. */
function relate(
  scene: Scene,
  row: Stored,
  related: ReadonlyMap<Column, Json>,
  how: "created" | "changed" | "migrated",
): void {
  const { store } = scene.context;
  for (const [column, value] of related) {
    const far = farTable(store, scene.table, column);
    if (!far) continue;
    refuseReferences(value);
    const linked = linkedIds(store, scene.table, column, row.id);
    const references =
      how === "changed" ? newReferences(column, value, linked.length > 0) : firstReferences(column, value);
    if (!references) continue;
    const permissions = row.data["permissions"] ?? [];
    const ids = references.map((one) => referencedId({ ...scene, table: far }, one, permissions));
    // A new row keeps even the id of a partner that is not there, and a migration brings partners later.
    const keepsAll = how === "migrated" || (how === "created" && isToOne(column));
    const kept = keepsAll ? ids : ids.filter((id) => store.get(far.rows, id));
    link(store, scene.table, column, row.id, kept);
  }
}

/** Says whether a partner that a row is to have alone has another, or the row itself: each is noted in a unique index. */
function areTaken({ context, table }: Scene, row: Stored | null, related: ReadonlyMap<Column, Json>): boolean {
  const { store } = context;
  return [...related].some(([column, value]) => {
    const far = farTable(store, table, column);
    const named = isObject(value) ? value["$id"] : value;
    if (column.relationType !== "oneToOne" || !far || value === null || isList(value)) return false;
    const partner = typeof named === "string" ? store.get(far.rows, named) : undefined;
    if (!partner && !isObject(value)) return false;
    const isOther = (id: string, other: string | undefined) => !sameIdentifier(id, other ?? "");
    const back: Column = { ...column, side: column.side === "parent" ? "child" : "parent" };
    const holders = partner ? linkedIds(store, far, back, partner.id) : [];
    const partners = row && column.twoWay ? linkedIds(store, table, column, row.id) : [];
    return (
      holders.some((id) => isOther(id, row?.id)) ||
      partners.some((id) => isOther(id, partner?.id) && store.get(far.rows, id) !== undefined)
    );
  });
}

function referencedId(scene: Scene, reference: Json, inherited: Json): string {
  if (!isObject(reference)) return String(reference);
  const { $id = "unique()", $permissions = null, ...rest } = reference;
  const given = givenOf(scene, rest);
  const known = scene.context.store.get(scene.table.rows, String($id));
  const permissions = isList($permissions) ? $permissions : null;
  if (!known) return insertRow(scene, String($id), given, permissions ?? (isList(inherited) ? inherited : [])).id;
  if (Object.keys(given.data).length > 0 || permissions !== null) changeRow(scene, known, given, permissions);
  return known.id;
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

function checkRow({ words }: Scene, columns: readonly Column[], data: JsonObject, isWhole = true): void {
  const missing = columns.find(({ required, key }) => isWhole && required && (data[key] ?? null) === null);
  if (missing) throw invalidStructure(words, `Missing required attribute "${missing.key}"`);
  const byKey = new Map(columns.map((column) => [column.key, column]));
  const unknown = Object.keys(data).find((key) => !byKey.has(key));
  if (unknown !== undefined) throw invalidStructure(words, `Unknown attribute: "${unknown}"`);
  for (const [key, value] of Object.entries(data)) {
    const column = byKey.get(key);
    const isAbsent = column === undefined || (value === null && !column.required);
    const fault = isAbsent ? undefined : valueFault(column, value);
    if (fault !== undefined) throw invalidStructure(words, fault);
  }
}

/** A refused insert or change: what it used up of the sequence stays used. */
function taken(words: Words, id: string): ServerError {
  return new ServerError(errorOf(words, "row", "already_exists"), { values: [id], keeps: true });
}

/** Says whether an enforced unique index has the same values in another row. */
function hasTwin({ context, table }: Scene, data: JsonObject, self: string | null): boolean {
  const { store } = context;
  const columns = madeColumns(store, table);
  return indexesOf(store, table)
    .filter(({ type, enforced, status }) => type === "unique" && enforced && status === "available")
    .some((index) => {
      const tuple = tupleOf(index, columns, data);
      const isTwin = (row: Stored) => row.id !== self && tupleOf(index, columns, valuesOf(row)) === tuple;
      return tuple !== null && store.list(table.rows).some(isTwin);
    });
}

/**
 * The values of an index, as MariaDB compares them: as much of a text as the index holds, in any letter case; null when they never
 * clash, because one of them is null, or is encrypted and so another every time it is written.
 */
export function tupleOf(index: Index, columns: readonly Column[], data: JsonObject): string | null {
  const values = index.columns.map((key, at) => {
    const length = Number(index.lengths[at] ?? 0);
    const value = columns.find((column) => column.key === key)?.encrypt ? null : (data[key] ?? null);
    return typeof value === "string" && length > 0 ? [...value].slice(0, length).join("") : value;
  });
  return values.includes(null) ? null : writeJson(values).toLowerCase();
}

/** A row in a list of rows to write: its id (a new one without), permissions when given, and data. */
export function listedRow(given: Json): { id: string; permissions: readonly Json[] | null; data: JsonObject } {
  const { $id, $permissions = null, ...rest } = isObject(given) ? given : ({} as JsonObject);
  const id = typeof $id === "string" && $id !== "" ? $id : uniqueIdentifier();
  return { id, permissions: isList($permissions) ? $permissions : null, data: rest };
}
