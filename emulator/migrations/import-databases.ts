import { keepGhost } from "../databases/column-store.ts";
import { type Column, type Index, leastInteger, mostFloat, mostInteger, newColumn } from "../databases/columns.ts";
import { indexFault, MOST_INDEXES, OWN } from "../databases/index-routes.ts";
import type { FoundDatabase, FoundTable } from "../databases/places.ts";
import { forgetLinks } from "../databases/relations.ts";
import { migrateRow, reserve } from "../databases/rows.ts";
import { columnsOf, databasesPlace, indexesOf, isFull, placesOf } from "../databases/tables.ts";
import { tablesWords } from "../databases/words.ts";
import { ServerError } from "../errors.ts";
import { uniqueIdentifier } from "../identifiers.ts";
import { isList, isObject, type Json, type JsonObject, writeJson } from "../json.ts";
import { uidFault } from "../rules.ts";
import { MigrationError, type Resource } from "./resources.ts";
import { fail, type Transfer } from "./transfer.ts";

/** The code that MariaDB gives a duplicate. */
const DUPLICATE = 23_000;

/**
 * What an overwriting migration saw of a table: columns and indexes that it did not see are removed from it in the end (a
 * child column of a relationship that was there already is not seen, and goes).
 */
type Seen = { readonly table: FoundTable; readonly columns: Set<string>; readonly indexes: Set<string> };

/** Writes databases, tables, columns, indexes and rows straight into the store, as the server's library does, dates included. */
export type DatabaseWriter = {
  readonly write: (one: Resource) => void;
  /** Writes rows, all of them or none. */
  readonly writeRows: (rows: readonly Resource[]) => void;
  /** Removes from tables what an overwriting migration did not see. */
  readonly end: () => void;
};

/** Opens the databases of the project that a migration writes to. */
export function databaseWriter(transfer: Transfer): DatabaseWriter {
  const { store, scope } = transfer.context;
  const seen = new Map<string, Seen>();
  const waiting: Resource[] = [];
  const isOverwriting = transfer.onDuplicate === "overwrite";

  const saw = (table: FoundTable, kind: "columns" | "indexes", key: string) => {
    if (!isOverwriting) return;
    const known = seen.get(table.rows.collection) ?? { table, columns: new Set<string>(), indexes: new Set<string>() };
    known[kind].add(key);
    seen.set(table.rows.collection, known);
  };
  const endTable = (known: Seen) => {
    for (const column of columnsOf(store, known.table))
      if (!known.columns.has(column.key)) dropColumn(transfer, known.table, column);
    for (const index of indexesOf(store, known.table))
      if (!known.indexes.has(index.key)) store.remove(known.table.indexes, index.key);
    seen.delete(known.table.rows.collection);
  };
  const writers: Readonly<Record<string, (one: Resource) => void>> = {
    database: (one) => writeDatabase(transfer, one),
    table: (one) => writeTable(transfer, one),
    column: (one) => writeColumn(transfer, one, (table, key) => saw(table, "columns", key)),
    index: (one) => writeIndex(transfer, one, (table, key) => saw(table, "indexes", key)),
  };
  return {
    write: (one) => writers[one.name]?.(one),
    writeRows(rows) {
      for (const one of rows) {
        const fault = idFault(one.id);
        if (fault === undefined) one.status = "success";
        else fail(transfer, one, fault);
      }
      waiting.push(...rows.filter(({ status }) => status === "success"));
      const last = rows.at(-1);
      // The last one of a part brings all of it in; when it is wrong itself, they wait for the next.
      if (last?.status !== "success") return;
      const table = tableOf(transfer, last);
      const known = table && seen.get(table.rows.collection);
      if (known) endTable(known);
      if (table) writeRows(transfer, table, waiting.splice(0));
      else fail(transfer, last, "Collection not found");
    },
    end() {
      for (const known of seen.values())
        if (store.get(databasesPlace(scope), known.table.database.stored.id)) endTable(known);
    },
  };
}

const idFault = uidFault(36);

/** What happens to something that may be there already. */
type Action = "create" | "overwrite" | "skip";

/** Seconds decide which side is newer. What is the same is left alone. */
function actionOf(
  { onDuplicate }: Transfer,
  there: JsonObject | undefined,
  from: JsonObject,
  isSame: () => boolean,
): Action {
  if (onDuplicate === "fail" || there === undefined) return "create";
  const seconds = (one: JsonObject) => Math.floor(Date.parse(String(one["updatedAt"])) / 1000);
  const isNewer = onDuplicate === "overwrite" && seconds(from) > seconds(there);
  return isNewer && !isSame() ? "overwrite" : "skip";
}

function writeDatabase(transfer: Transfer, one: Resource): void {
  const { store, scope } = transfer.context;
  const { name = "", enabled = true, type = "legacy", createdAt = "", updatedAt = "" } = one.data;
  const place = databasesPlace(scope);
  const there = store.get(place, one.id);
  const data = { name, enabled, type, createdAt, updatedAt };
  const action = actionOf(transfer, there?.data, data, () => isAlike(there?.data, data, ["name", "enabled", "type"]));
  if (action === "skip") one.status = "skip";
  else if (action === "overwrite" && there) {
    store.update(place, there.id, { ...data, createdAt: there.data["createdAt"] ?? createdAt });
    one.status = "success";
  } else if (store.insert(place, one.id, data) === undefined)
    throw new MigrationError("Document already exists", DUPLICATE);
  else one.status = "success";
}

function writeTable(transfer: Transfer, one: Resource): void {
  const { store } = transfer.context;
  const database = databaseOf(transfer, one.parent);
  if (!database) return fail(transfer, one, "Database not found");
  const { name = "", enabled = true, security = false, permissions = [], createdAt = "", updatedAt = "" } = one.data;
  const data = { name, enabled, security, permissions, createdAt, updatedAt };
  const there = store.get(database.tables, one.id);
  const isSame = () =>
    isAlike(there?.data, data, ["name", "enabled", "security"]) &&
    writeJson(sorted(there?.data["permissions"])) === writeJson(sorted(permissions));
  const action = actionOf(transfer, there?.data, data, isSame);
  if (action === "skip") one.status = "skip";
  else if (action === "overwrite" && there) {
    store.update(database.tables, there.id, { ...data, createdAt: there.data["createdAt"] ?? createdAt });
    one.status = "success";
  } else if (store.insert(database.tables, one.id, data) === undefined)
    throw new MigrationError("Document already exists", DUPLICATE);
  else one.status = "success";
}

function writeColumn(transfer: Transfer, one: Resource, saw: (table: FoundTable, key: string) => void): void {
  const { store } = transfer.context;
  if (!databaseOf(transfer, one.parent?.parent)) return fail(transfer, one, "Database not found");
  const table = tableOf(transfer, one);
  if (!table) return fail(transfer, one, "Table not found");
  const column = copiedColumn(one.data as unknown as Column);
  if (column.required && column.default !== null)
    return fail(transfer, one, "Cannot set default value for required column");
  if (column.array && column.default !== null) return fail(transfer, one, "Cannot set default value for array column");
  const isRelation = column.type === "relationship";
  const related = isRelation ? store.get(table.database.tables, column.related) : undefined;
  if (isRelation && !related) return fail(transfer, one, "Related table not found");
  saw(table, column.key);

  const there = store.get(table.columns, column.key)?.data as Column | undefined;
  const action = actionOf(transfer, there as unknown as JsonObject | undefined, one.data, () =>
    isSameColumn(there, column),
  );
  if (action === "skip") {
    one.status = "skip";
    return;
  }
  if (action === "overwrite" && there) {
    if (changeInPlace(transfer, table, there, column)) {
      one.status = "success";
      return;
    }
    dropColumn(transfer, table, there);
  }
  if (isFull([...columnsOf(store, table), column])) return fail(transfer, one, "Attribute limit exceeded");
  if (store.insert(table.columns, column.key, column as unknown as JsonObject) === undefined)
    return fail(transfer, one, "Attribute already exists");
  if (isRelation && column.twoWay && related) {
    const far = placesOf(table.database, related);
    const child: Column = {
      ...column,
      key: column.twoWayKey,
      related: table.stored.id,
      twoWayKey: column.key,
      side: "child",
    };
    if (store.insert(far.columns, child.key, child as unknown as JsonObject) === undefined) {
      store.remove(table.columns, column.key);
      return fail(transfer, one, "Attribute already exists");
    }
    saw(far, child.key);
  }
  one.status = "success";
}

/** A column as the server's library writes it: available at once, not encrypted, with bounds that hold nobody. */
function copiedColumn(from: Column): Column {
  const isInteger = from.type === "integer" || from.type === "bigint";
  const bounds = isInteger
    ? { min: from.min ?? leastInteger, max: from.max ?? mostInteger }
    : from.type === "double"
      ? // What it takes for the least float is the smallest one above nothing.
        { min: from.min ?? LEAST_POSITIVE, max: from.max ?? mostFloat }
      : {};
  const isBig = "max" in bounds && Number(bounds.max) > 2_147_483_647;
  return {
    ...newColumn(from),
    ...bounds,
    ...(from.type === "integer" ? { size: isBig ? 8 : 4 } : {}),
    status: "available",
    error: "",
    updatedAt: from.updatedAt,
    effective: from.type === "relationship" ? from.onDelete : from.default,
    encrypt: false,
    link: from.type === "relationship" ? uniqueIdentifier() : "",
    side: from.type === "relationship" ? "parent" : "",
    unbound: true,
  };
}

const LEAST_POSITIVE = 2.225_073_858_507_201_4e-308;

const RELATION_FIELDS = ["relationType", "twoWay", "twoWayKey", "related"] as const;
const FIXED_FIELDS = ["type", "array", "format", "min", "max", "elements", "encrypt"] as const;

function isSameColumn(there: Column | undefined, column: Column): boolean {
  if (there?.type !== column.type) return false;
  const fields =
    column.type === "relationship"
      ? [...RELATION_FIELDS, "onDelete" as const]
      : [...FIXED_FIELDS, "size" as const, "required" as const, "default" as const];
  return isAlike(there as unknown as JsonObject, column as unknown as JsonObject, fields) && isSameRange(there, column);
}

/** A range is a format of a column that a request made, and none of one that a migration made. */
function isSameRange(there: Column, column: Column): boolean {
  return there.min === null || there.unbound === column.unbound;
}

/** Changes what can be changed of a column that is there; false when it must be made anew. */
function changeInPlace(transfer: Transfer, table: FoundTable, there: Column, column: Column): boolean {
  const { store } = transfer.context;
  const write = (place: FoundTable, one: Column) => store.update(place.columns, one.key, one as unknown as JsonObject);
  const fields = column.type === "relationship" ? RELATION_FIELDS : FIXED_FIELDS;
  const [before, after] = [there as unknown as JsonObject, column as unknown as JsonObject];
  if (!isAlike(before, after, fields) || there.type !== column.type || !isSameRange(there, column)) return false;
  const { updatedAt, onDelete } = column;
  if (column.type !== "relationship") {
    write(table, { ...column, createdAt: there.createdAt });
    return true;
  }
  if (!there.twoWay && there.onDelete !== onDelete) return false;
  write(table, { ...there, onDelete, effective: onDelete, updatedAt });
  const related = there.twoWay ? store.get(table.database.tables, there.related) : undefined;
  const far = related && placesOf(table.database, related);
  const child = far && (store.get(far.columns, there.twoWayKey)?.data as Column | undefined);
  if (far && child) write(far, { ...child, onDelete, effective: onDelete, updatedAt });
  return true;
}

/** Removes a column with its values; of a relationship both sides. */
function dropColumn({ context: { store } }: Transfer, table: FoundTable, column: Column): void {
  store.remove(table.columns, column.key);
  keepGhost({ store }, table, column);
  for (const row of store.list(table.rows)) {
    const { [column.key]: _, ...rest } = row.data["data"] as JsonObject;
    store.update(table.rows, row.id, { ...row.data, data: rest });
  }
  if (column.type !== "relationship") return;
  forgetLinks(store, table, column);
  const related = column.twoWay ? store.get(table.database.tables, column.related) : undefined;
  if (related) store.remove(placesOf(table.database, related).columns, column.twoWayKey);
}

function writeIndex(transfer: Transfer, one: Resource, saw: (table: FoundTable, key: string) => void): void {
  const { store } = transfer.context;
  if (!databaseOf(transfer, one.parent?.parent)) return fail(transfer, one, "Database not found");
  const table = tableOf(transfer, one);
  if (!table) return fail(transfer, one, "Table not found");
  const from = one.data as unknown as Index;
  saw(table, from.key);
  const there = store.get(table.indexes, from.key);
  const action = actionOf(transfer, there?.data, one.data, () =>
    isAlike(there?.data, one.data, ["type", "columns", "orders"]),
  );
  if (action === "skip") {
    one.status = "skip";
    return;
  }
  if (action === "overwrite") store.remove(table.indexes, from.key);
  if (store.count(table.indexes) >= MOST_INDEXES) return fail(transfer, one, "Index limit reached for table");
  const columns = columnsOf(store, table);
  for (const key of from.columns) {
    if (key.startsWith("$")) continue;
    const column = columns.find((other) => other.key === key);
    if (!column) throw new MigrationError(`Column not found in table: ${key}`);
    if (column.type === "relationship") throw new MigrationError("Relationship columns are not supported in indexes");
    if (column.status !== "available") throw new MigrationError(`Column not available: ${key}`);
  }
  const { key, type, orders, createdAt, updatedAt } = from;
  const lengths = from.columns.map(() => 0);
  const fault = indexFault([...columns, ...OWN], { key, type, columns: from.columns, lengths });
  if (fault !== undefined) return fail(transfer, one, `Invalid index: ${fault}`);
  const index: Index = {
    key,
    type,
    status: "available",
    error: "",
    columns: from.columns,
    orders,
    lengths,
    createdAt,
    updatedAt,
    enforced: true,
  };
  if (store.insert(table.indexes, key, index as unknown as JsonObject) === undefined)
    throw new MigrationError("Document already exists", DUPLICATE);
  one.status = "success";
}

/** Rows of one part are written together, and fail together: the last one is told. */
function writeRows(transfer: Transfer, table: FoundTable, rows: readonly Resource[]): void {
  const { store, now } = transfer.context;
  const scene = { context: { store, now }, words: tablesWords, table };
  const last = rows.at(-1);
  try {
    store.attempt(() => {
      let sequence = reserve(scene, rows.length);
      for (const one of rows) {
        const { data = {}, permissions = [] } = one.data;
        migrateRow(scene, transfer.onDuplicate, {
          id: one.id,
          data: isObject(data) ? data : {},
          permissions: isList(permissions) ? permissions : [],
          sequence: sequence++,
        });
      }
    });
  } catch (error) {
    if (!(error instanceof ServerError) || !last) throw error;
    const isTaken = error.type === "row_already_exists";
    fail(transfer, last, isTaken ? "Document already exists" : error.message);
  }
}

function databaseOf({ context: { store, scope } }: Transfer, one: Resource | undefined): FoundDatabase | undefined {
  const place = databasesPlace(scope);
  const stored = one && store.get(place, one.id);
  return stored && { stored, place, tables: { scope, collection: `tables:${stored.sequence}` } };
}

/** The table here of a column, an index or a row. */
function tableOf(transfer: Transfer, one: Resource): FoundTable | undefined {
  const database = databaseOf(transfer, one.parent?.parent);
  const stored = database && transfer.context.store.get(database.tables, one.parent?.id ?? "");
  return database && stored && placesOf(database, stored);
}

function isAlike(one: JsonObject | undefined, other: JsonObject, fields: readonly string[]): boolean {
  return one !== undefined && fields.every((name) => writeJson(one[name] ?? null) === writeJson(other[name] ?? null));
}

function sorted(list: Json | undefined): string[] {
  return isList(list) ? list.map(String).sort() : [];
}
