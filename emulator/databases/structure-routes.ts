import { type Context, empty, type Handler, type Handlers, type JobHandlers, json } from "../context.ts";
import { invalidArgument, ServerError } from "../errors.ts";
import { identifier, sameIdentifier } from "../identifiers.ts";
import { isInteger, isList, isNumber, isObject, type Json, type JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { containerVerbs, expandPermissions } from "../permissions.ts";
import { listItems } from "../queries.ts";
import { isKey } from "../rules.ts";
import {
  type Column,
  checkDefault,
  formatSizes,
  type Index,
  leastInteger,
  mostFloat,
  mostInteger,
  newColumn,
  showColumn,
  showIndex,
} from "./columns.ts";
import type { FoundTable } from "./places.ts";
import {
  columnsOf,
  databasesPlace,
  dropTable,
  findDatabase,
  findTable,
  indexesOf,
  placesOf,
  rowWidth,
  showDatabase,
  showTable,
  tableIn,
  touch,
  usedWidth,
} from "./tables.ts";
import { errorOf, type Words } from "./words.ts";

/** Databases, tables, columns and indexes in the words of one family. */
export function structureRoutes(words: Words): Handlers {
  const database = `/v1/${words.root}/:databaseId`;
  const tables = `${database}/${words.tables}`;
  const table = `${tables}/:${words.tableId}`;
  const columns = `${table}/${words.columns}`;
  const creations = COLUMN_TYPES.map((type) => [`POST ${columns}/${type}`, createColumn(words, type)] as const);
  const updates = COLUMN_TYPES.filter((type) => type !== "relationship").map(
    (type) => [`PATCH ${columns}/${type}/:key`, updateColumn(words, type)] as const,
  );
  return {
    [`POST /v1/${words.root}`]: (context, params) => createDatabase(context, words, params),
    [`GET /v1/${words.root}`]: (context, params) => listDatabases(context, words, params),
    [`GET ${database}`]: (context, params) =>
      json(showDatabase(findDatabase(context, params.text("databaseId")).stored)),
    [`PUT ${database}`]: (context, params) => updateDatabase(context, params),
    [`DELETE ${database}`]: (context, params) => deleteDatabase(context, params),

    [`POST ${tables}`]: (context, params) => createTable(context, words, params),
    [`GET ${tables}`]: (context, params) => listTables(context, words, params),
    [`GET ${table}`]: (context, params) => json(showTable(context, words, findTable(context, words, params))),
    [`PUT ${table}`]: (context, params) => updateTable(context, words, params),
    [`DELETE ${table}`]: (context, params) => {
      dropTable(context.store, findTable(context, words, params));
      return empty();
    },

    ...Object.fromEntries(creations),
    ...Object.fromEntries(updates),
    [`PATCH ${columns}/:key/relationship`]: updateRelationship(words),
    [`PATCH ${columns}/relationship/:key`]: updateRelationship(words),
    [`GET ${columns}`]: (context, params) => listColumns(context, words, params),
    [`GET ${columns}/:key`]: (context, params) => {
      const found = findTable(context, words, params);
      return json(showColumn(words, columnOf(context, words, found, params.text("key"))));
    },
    [`DELETE ${columns}/:key`]: (context, params) => deleteColumn(context, words, params),

    [`POST ${table}/indexes`]: (context, params) => createIndex(context, words, params),
    [`GET ${table}/indexes`]: (context, params) => listIndexes(context, words, params),
    [`GET ${table}/indexes/:key`]: (context, params) => {
      const found = findTable(context, words, params);
      return json(showIndex(words, found, indexOf(context, words, found, params.text("key"))));
    },
    [`DELETE ${table}/indexes/:key`]: (context, params) => deleteIndex(context, words, params),
  };
}

const COLUMN_TYPES = [
  "string",
  "varchar",
  "text",
  "mediumtext",
  "longtext",
  "integer",
  "bigint",
  "float",
  "boolean",
  "datetime",
  "email",
  "enum",
  "ip",
  "url",
  "point",
  "line",
  "polygon",
  "relationship",
] as const;

const WIRE: Readonly<Record<string, string>> = {
  float: "double",
  line: "linestring",
  email: "string",
  enum: "string",
  ip: "string",
  url: "string",
};

/** What the worker does with columns and indexes. */
export const structureJobs: JobHandlers = {
  "create-column": (context, payload) => {
    const found = jobTable(context, payload);
    const column = found && readColumn(context, found, String(payload["key"]));
    if (!found || !column || column.status !== "processing") return;
    const outcome = context.faults.outcome("column", found.stored.id, column.key);
    if (outcome?.outcome === "processing") return;
    const status = outcome?.outcome ?? "available";
    const done = { ...column, status, error: outcome?.error ?? "", updatedAt: context.now };
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
        index.columns.length > 1 &&
        index.columns.some((one) => sameIdentifier(one, column.key)),
    );
    // MariaDB does not let go of a column of a composite unique index (F15).
    if (blocking) return writeColumn(context, found, { ...column, status: "stuck", updatedAt: context.now });
    context.store.remove(found.columns, column.key);
    shrinkIndexes(context, found, column.key);
    for (const row of context.store.list(found.rows)) {
      const { [column.key]: _, ...rest } = row.data["data"] as JsonObject;
      context.store.update(found.rows, row.id, { ...row.data, data: rest });
    }
    if (column.type !== "relationship") return;
    const far = context.store.get(found.database.tables, column.related);
    if (far) context.store.remove(placesOf(found.database, far).columns, column.twoWayKey);
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

type Stores = Pick<Context, "store">;

function jobTable(
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

function jobPayload(found: FoundTable, key: string): JsonObject {
  const { database, stored } = found;
  return {
    database: database.stored.id,
    databaseSequence: database.stored.sequence,
    table: stored.id,
    tableSequence: stored.sequence,
    key,
  };
}

function readColumn({ store }: Stores, found: FoundTable, key: string): Column | undefined {
  return store.get(found.columns, key)?.data as Column | undefined;
}

function writeColumn({ store }: Stores, found: FoundTable, column: Column): void {
  store.update(found.columns, column.key, column as unknown as JsonObject);
}

function columnOf(context: Stores, words: Words, found: FoundTable, key: string): Column {
  const column = readColumn(context, found, key);
  if (!column) throw new ServerError(errorOf(words, "column", "not_found"), { values: [key] });
  return column;
}

function indexOf({ store }: Stores, words: Words, found: FoundTable, key: string): Index {
  const stored = store.get(found.indexes, key);
  if (!stored) throw new ServerError(errorOf(words, "index", "not_found"), { values: [key] });
  return stored.data as Index;
}

function createDatabase({ store, project, now }: Context, words: Words, params: Params) {
  const id = identifier(params.text("databaseId"));
  const data = {
    name: params.text("name"),
    enabled: params.flag("enabled"),
    type: words.type,
    createdAt: now,
    updatedAt: now,
  };
  const sequence = store.insert(databasesPlace(project.id), id, data);
  if (sequence === undefined) throw new ServerError("database_already_exists", { values: [id] });
  return json(showDatabase({ sequence, id, data }));
}

function listDatabases({ store, project }: Context, words: Words, params: Params) {
  // The classic list has classic databases only; the newer one has both (F31).
  const all = store
    .list(databasesPlace(project.id))
    .filter(({ data }) => data["type"] === "legacy" || (words.type === "tablesdb" && data["type"] === "tablesdb"));
  const { total, items } = listItems(
    all.map(showDatabase),
    params.asked(),
    view("Database", (one) => `${one["$id"]} ${one["name"]}`),
  );
  return json({ total, databases: items });
}

function updateDatabase(context: Context, params: Params) {
  const found = findDatabase(context, params.text("databaseId"));
  const data = {
    ...found.stored.data,
    name: params.textOrNull("name") ?? found.stored.data["name"] ?? "",
    enabled: params.flag("enabled"),
    updatedAt: context.now,
  };
  context.store.update(found.place, found.stored.id, data);
  return json(showDatabase({ ...found.stored, data }));
}

function deleteDatabase(context: Context, params: Params) {
  const found = findDatabase(context, params.text("databaseId"));
  for (const stored of context.store.list(found.tables)) dropTable(context.store, placesOf(found, stored));
  context.store.remove(found.place, found.stored.id);
  return empty();
}

function createTable(context: Context, words: Words, params: Params) {
  const { store, now } = context;
  const database = findDatabase(context, params.text("databaseId"));
  const id = identifier(params.text(words.tableId));
  const columns = params.list(words.columns).map((given) => inlineColumn(words, given, now));
  checkInlineKeys(columns);
  const data = {
    name: params.text("name"),
    enabled: params.flag("enabled"),
    security: params.flag(words.security),
    permissions: expandPermissions(params.list("permissions"), containerVerbs),
    createdAt: now,
    updatedAt: now,
  };
  const isTwice = columns.some((one, at) => columns.findIndex((other) => sameIdentifier(one.key, other.key)) < at);
  const sequence = isTwice ? undefined : store.insert(database.tables, id, data);
  if (sequence === undefined) throw new ServerError(errorOf(words, "table", "already_exists"), { values: [id] });
  if (usedWidth(columns) >= rowWidth)
    throw new ServerError(errorOf(words, "table", "limit_exceeded"), { values: [id] });
  const found = placesOf(database, { sequence, id, data });
  for (const column of columns) store.insert(found.columns, column.key, column as unknown as JsonObject);
  for (const given of params.list("indexes")) {
    const index = inlineIndex(words, found, columns, given, now);
    store.insert(found.indexes, index.key, index as unknown as JsonObject);
  }
  return json(showTable(context, words, found, true));
}

function listTables(context: Context, words: Words, params: Params) {
  const database = findDatabase(context, params.text("databaseId"));
  const all = context.store
    .list(database.tables)
    .map((stored) => showTable({ ...context, faults: NO_STALE(context) }, words, placesOf(database, stored)));
  const { total, items } = listItems(
    all,
    params.asked(),
    view(words.table === "table" ? "Table" : "Collection", (one) => `${one["$id"]} ${one["name"]}`),
  );
  return json({ total, [words.tables]: items });
}

/** Lists of tables are never stale. */
function NO_STALE(context: Context): Context["faults"] {
  return { ...context.faults, isStale: () => false };
}

function updateTable(context: Context, words: Words, params: Params) {
  const found = findTable(context, words, params);
  const before = found.stored.data;
  const permissions = params.listOrNull("permissions");
  const changes = {
    name: params.textOrNull("name") ?? before["name"] ?? "",
    enabled: params.flag("enabled"),
    security: params.flag(words.security),
    permissions: permissions === null ? (before["permissions"] ?? []) : expandPermissions(permissions, containerVerbs),
  };
  const isChanged = JSON.stringify({ ...before, ...changes }) !== JSON.stringify(before);
  const stored = touch(context.store, found, isChanged ? { ...changes, updatedAt: context.now } : changes);
  return json(showTable(context, words, { ...found, stored }));
}

function createColumn(words: Words, type: (typeof COLUMN_TYPES)[number]): Handler {
  return (context, params) => {
    const found = findTable(context, words, params);
    return type === "relationship"
      ? createRelationship(context, words, found, params)
      : createPlain(context, words, found, type, params);
  };
}

function createPlain(context: Context, words: Words, found: FoundTable, type: string, params: Params) {
  const { store, now } = context;
  const key = params.text("key");
  const required = params.flag("required");
  const array = params.flag("array");
  const fallback = params.raw("default");
  const encrypt = params.flag("encrypt");
  const wire = WIRE[type] ?? type;
  const format = wire === "string" && type !== "string" ? type : "";
  const size = type === "string" || type === "varchar" ? params.whole("size") : sizeOf(type, params);
  const bounds = boundsOf(words, type, params);
  const column = newColumn({
    key,
    type: wire,
    format,
    required,
    array,
    size,
    encrypt,
    createdAt: now,
    default: fallback,
    elements: params.list("elements"),
    ...bounds,
  });
  if (required && fallback !== null) throw defaultError(words, "required column");
  if (array && fallback !== null) throw defaultError(words, "array columns");
  if (encrypt && (type === "string" || type === "varchar") && size < 150) {
    throw new ServerError("general_bad_request", {
      message: "Size too small. Encrypted strings require a minimum size of 150 characters.",
      code: 400,
    });
  }
  checkDefault(words, column, fallback, false);
  if (usedWidth([...columnsOf(store, found), column]) >= rowWidth)
    throw new ServerError(errorOf(words, "column", "limit_exceeded"), { values: [found.stored.id] });
  if (store.insert(found.columns, key, column as unknown as JsonObject) === undefined)
    throw new ServerError(errorOf(words, "column", "already_exists"), { values: [key] });
  context.enqueue("create-column", jobPayload(found, key));
  return json(showColumn(words, column));
}

function sizeOf(type: string, params: Params): number {
  if (formatSizes[type] !== undefined) return formatSizes[type];
  if (type === "text") return 65_535;
  if (type === "mediumtext") return 16_777_215;
  if (type === "longtext") return 2_147_483_647;
  if (type === "integer") {
    const max = params.raw("max");
    return max === null || Number(max) > 2_147_483_647 ? 8 : 4;
  }
  return 0;
}

function boundsOf(words: Words, type: string, params: Params): { readonly min: Json; readonly max: Json } | object {
  if (type !== "integer" && type !== "bigint" && type !== "float") return {};
  const min = params.raw("min") ?? (type === "float" ? -mostFloat : leastInteger);
  const max = params.raw("max") ?? (type === "float" ? mostFloat : mostInteger);
  if (isNumber(min) && isNumber(max) && min > max) {
    throw new ServerError(errorOf(words, "column", "value_invalid"), {
      message: "Minimum value must be lesser than maximum value",
    });
  }
  return { min, max };
}

function defaultError(words: Words, what: string): ServerError {
  return new ServerError(errorOf(words, "column", "default_unsupported"), {
    message: `Cannot set default value for ${what}`,
  });
}

function createRelationship(context: Context, words: Words, found: FoundTable, params: Params) {
  const { store, now } = context;
  const far = tableIn(store, words, found.database, params.text(words.relatedId));
  const key = params.textOrNull("key") ?? far.stored.id;
  const twoWayKey = params.textOrNull("twoWayKey") ?? found.stored.id;
  const twoWay = params.flag("twoWay");
  const taken = (name: string) => new ServerError(errorOf(words, "column", "already_exists"), { values: [name] });
  for (const other of columnsOf(store, found)) {
    if (sameIdentifier(other.key, key)) throw taken(key);
    if (other.type === "relationship" && other.related === far.stored.id && sameIdentifier(other.twoWayKey, twoWayKey))
      throw taken(twoWay ? twoWayKey : key);
    if (
      params.text("type") === "manyToMany" &&
      other.relationType === "manyToMany" &&
      other.related === far.stored.id
    ) {
      throw new ServerError(errorOf(words, "column", "already_exists"), {
        message: 'Creating more than one "manyToMany" relationship on the same table is currently not permitted.',
      });
    }
  }
  const column = newColumn({
    key,
    type: "relationship",
    createdAt: now,
    related: far.stored.id,
    relationType: params.text("type"),
    twoWay,
    twoWayKey,
    onDelete: params.text("onDelete") || "restrict",
    side: "parent",
  });
  store.insert(found.columns, key, column as unknown as JsonObject);
  if (twoWay) {
    const child: Column = { ...column, key: twoWayKey, related: found.stored.id, twoWayKey: key, side: "child" };
    if (store.insert(far.columns, twoWayKey, child as unknown as JsonObject) === undefined) throw taken(twoWayKey);
  }
  context.enqueue("create-column", jobPayload(found, key));
  return json(showColumn(words, column));
}

function updateColumn(words: Words, type: string): Handler {
  return (context, params) => {
    const found = findTable(context, words, params);
    const column = columnOf(context, words, found, params.text("key"));
    if (column.status !== "available") throw new ServerError(errorOf(words, "column", "not_available"));
    const required = params.flag("required");
    const fallback = params.raw("default");
    if (required && fallback !== null) throw defaultError(words, "required column");
    if (column.array && fallback !== null) throw defaultError(words, "array columns");
    const isNumeric = ["integer", "bigint", "double"].includes(column.type) && column.min !== null;
    const changed: Column = {
      ...column,
      required,
      default: fallback,
      // Cleared in one step, it is still what rows get (F6).
      effective: required ? null : (fallback ?? column.effective),
      updatedAt: context.now,
      ...(params.given("size") && params.raw("size") !== null ? { size: params.whole("size") } : {}),
      ...(isNumeric && params.raw("min") !== null ? { min: params.raw("min") } : {}),
      ...(isNumeric && params.raw("max") !== null ? { max: params.raw("max") } : {}),
      ...(type === "enum" ? { elements: params.list("elements") } : {}),
    };
    if (isNumber(changed.min) && isNumber(changed.max) && changed.min > changed.max) {
      throw new ServerError(errorOf(words, "column", "value_invalid"), {
        message: "Minimum value must be lesser than maximum value",
      });
    }
    checkDefault(words, changed, fallback, true);
    refuseShrink(context, words, found, column, changed);
    const others = columnsOf(context.store, found).filter((one) => one.key !== column.key);
    if (usedWidth([...others, changed]) >= rowWidth)
      throw new ServerError(errorOf(words, "column", "limit_exceeded"), { values: [found.stored.id] });
    const renamed = rename(context, words, found, changed, params.textOrNull("newKey"));
    writeColumn(context, found, renamed);
    return json(showColumn(words, renamed, { encrypt: null }));
  };
}

function refuseShrink({ store }: Context, words: Words, found: FoundTable, before: Column, after: Column): void {
  if (after.size >= before.size || !["string", "varchar"].includes(after.type)) return;
  const isTooLong = store.list(found.rows).some(({ data }) => {
    const value = (data["data"] as JsonObject)[before.key];
    return typeof value === "string" && [...value].length > after.size;
  });
  if (isTooLong) throw new ServerError(errorOf(words, "column", "invalid_resize"));
}

/** Gives a column another key: rows and indexes follow. */
function rename({ store }: Context, words: Words, found: FoundTable, column: Column, to: string | null): Column {
  if (to === null || to === column.key) return column;
  if (store.get(found.columns, to))
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

function updateRelationship(words: Words): Handler {
  return (context, params) => {
    const { store } = context;
    const found = findTable(context, words, params);
    const column = columnOf(context, words, found, params.text("key"));
    if (column.status !== "available") throw new ServerError(errorOf(words, "column", "not_available"));
    // Without onDelete the answer says restrict, whatever it was (F7).
    const onDelete = params.textOrNull("onDelete") ?? "restrict";
    const renamed = rename(
      context,
      words,
      found,
      { ...column, onDelete, updatedAt: context.now },
      params.textOrNull("newKey"),
    );
    writeColumn(context, found, renamed);
    const stored = store.get(found.database.tables, column.related);
    const far = stored && placesOf(found.database, stored);
    const mirror = far && readColumn(context, far, column.twoWayKey);
    if (far && mirror)
      writeColumn(context, far, { ...mirror, onDelete, twoWayKey: renamed.key, updatedAt: context.now });
    return json(showColumn(words, renamed));
  };
}

function listColumns(context: Context, words: Words, params: Params) {
  const found = findTable(context, words, params);
  const all = columnsOf(context.store, found).map((column) => showColumn(words, column));
  const { total, items } = listItems(all, params.asked(), {
    ...view(words.columnError === "column" ? "Column" : "Attribute"),
    id: (one) => String(one["key"]),
  });
  return json({ total, [words.columns]: items });
}

function deleteColumn(context: Context, words: Words, params: Params) {
  const found = findTable(context, words, params);
  const column = columnOf(context, words, found, params.text("key"));
  if (column.status === "available")
    writeColumn(context, found, { ...column, status: "deleting", updatedAt: context.now });
  context.enqueue("delete-column", jobPayload(found, column.key));
  return empty();
}

function shrinkIndexes({ store }: Stores, found: FoundTable, key: string): void {
  for (const index of indexesOf(store, found)) {
    const at = index.columns.findIndex((one) => sameIdentifier(one, key));
    if (at === -1) continue;
    const without = <T>(list: readonly T[]) => list.filter((_, place) => place !== at);
    const columns = without(index.columns);
    const isTwin = indexesOf(store, found).some(
      (other) => other.key !== index.key && JSON.stringify(other.columns) === JSON.stringify(columns),
    );
    if (columns.length === 0 || index.type === "fulltext" || isTwin) store.remove(found.indexes, index.key);
    else {
      const lengths = index.lengths.every((length) => length === 0) ? [] : without(index.lengths);
      store.update(found.indexes, index.key, {
        ...index,
        columns,
        lengths,
        orders: without(index.orders),
      } as unknown as JsonObject);
    }
  }
}

const MOST_INDEXES = 58;
const LONGEST_INDEX = 768;
const SYSTEM = ["$id", "$createdAt", "$updatedAt"];

function createIndex(context: Context, words: Words, params: Params) {
  const { store, now } = context;
  const found = findTable(context, words, params);
  const key = params.text("key");
  const type = params.text("type");
  const keys = params.list(words.columns).map(String);
  const columns = columnsOf(store, found);
  for (const name of keys) {
    if (SYSTEM.includes(name)) continue;
    const column = columns.find((one) => sameIdentifier(one.key, name));
    if (!column) throw new ServerError(errorOf(words, "column", "unknown"), { values: [name] });
    if (column.type === "relationship") {
      throw new ServerError(errorOf(words, "column", "type_invalid"), {
        message: `Cannot create an index for a relationship column: ${name}`,
      });
    }
    if (column.status !== "available")
      throw new ServerError(errorOf(words, "column", "not_available"), { values: [name] });
    if (column.array)
      throw new ServerError("index_invalid", {
        message: "Creating indexes on array attributes is not currently supported.",
      });
  }
  if (store.get(found.indexes, key))
    throw new ServerError(errorOf(words, "index", "already_exists"), { values: [key] });
  if (store.count(found.indexes) >= MOST_INDEXES)
    throw new ServerError(errorOf(words, "index", "limit_exceeded"), { values: [found.stored.id] });
  const lengths = keys.map((_, at) => params.list("lengths")[at] ?? 0);
  checkIndex(words, columns, type, keys, lengths);
  const index: Index = {
    key,
    type,
    status: "processing",
    error: "",
    columns: keys,
    orders: params.list("orders"),
    lengths,
    createdAt: now,
    updatedAt: now,
    enforced: true,
  };
  store.insert(found.indexes, key, index as unknown as JsonObject);
  context.enqueue("create-index", jobPayload(found, key));
  return json(showIndex(words, found, index));
}

/** What the database itself refuses of an index. */
function checkIndex(
  words: Words,
  columns: readonly Column[],
  type: string,
  keys: readonly string[],
  lengths: readonly Json[],
): void {
  const refuse = (message: string) => new ServerError(errorOf(words, "index", "invalid"), { message });
  if (!["key", "unique", "fulltext", "spatial"].includes(type)) {
    throw refuse(
      `Unknown index type: ${type}. Must be one of key, unique, fulltext, spatial, object, hnsw_euclidean, hnsw_cosine, hnsw_dot, trigram, ttl`,
    );
  }
  if (keys.length === 0) throw refuse("No attributes provided for index");
  if (new Set(keys.map((key) => key.toLowerCase())).size < keys.length) throw refuse("Duplicate attributes provided");
  let total = 0;
  for (const [at, name] of keys.entries()) {
    const column = columns.find((one) => sameIdentifier(one.key, name));
    if (!column) continue;
    const isText = ["string", "varchar", "text", "mediumtext", "longtext"].includes(column.type);
    const isSpatial = ["point", "linestring", "polygon"].includes(column.type);
    const length = Number(lengths[at] ?? 0);
    if (type === "fulltext" && !isText)
      throw refuse(`Attribute "${name}" cannot be part of a fulltext index, must be of type string`);
    if (type === "spatial" && !isSpatial)
      throw refuse(
        `Spatial index can only be created on spatial attributes (point, linestring, polygon). Attribute "${name}" is of type "${column.type}"`,
      );
    if (type === "spatial" && !column.required)
      throw refuse(
        `Spatial indexes do not allow null values. Mark the attribute "${name}" as required or create the index on a column with no null values.`,
      );
    if (length < 0) throw refuse(`Negative index length provided for ${name}`);
    if (isText && length > column.size)
      throw refuse(`Index length ${length} is larger than the size for ${name}: ${column.size}"`);
    total += isText ? length || column.size : 1;
  }
  if (type !== "fulltext" && type !== "spatial" && total > LONGEST_INDEX)
    throw refuse(`Index length is longer than the maximum: ${LONGEST_INDEX}`);
}

function listIndexes(context: Context, words: Words, params: Params) {
  const found = findTable(context, words, params);
  const all = indexesOf(context.store, found).map((index) => showIndex(words, found, index));
  const { total, items } = listItems(all, params.asked(), { ...view("Index"), id: (one) => String(one["key"]) });
  return json({ total, indexes: items });
}

function deleteIndex(context: Context, words: Words, params: Params) {
  const found = findTable(context, words, params);
  const index = indexOf(context, words, found, params.text("key"));
  if (index.status === "available")
    context.store.update(found.indexes, index.key, {
      ...index,
      status: "deleting",
      updatedAt: context.now,
    } as unknown as JsonObject);
  context.enqueue("delete-index", jobPayload(found, index.key));
  return empty();
}

function hasDuplicates({ store }: Stores, found: FoundTable, index: Index): boolean {
  const seen = new Set<string>();
  for (const { data } of store.list(found.rows)) {
    const values = index.columns.map((key) => (data["data"] as JsonObject)[key] ?? null);
    if (values.includes(null)) continue;
    const tuple = JSON.stringify(values).toLowerCase();
    if (seen.has(tuple)) return true;
    seen.add(tuple);
  }
  return false;
}

const INLINE_TYPES = ["string", "integer", "double", "boolean", "datetime", "point", "linestring", "polygon", "bigint"];

/** A column of a table's create call (real-server.md, F13 and F18). */
function inlineColumn(words: Words, given: Json, now: string): Column {
  if (!isObject(given)) throw invalidArgument("Each attribute must be an object");
  const key = String(given["key"] ?? "");
  if (!isKey(key)) throw invalidArgument(`Invalid attribute key: ${key}`);
  const type = String(given["type"] ?? "");
  const format = typeof given["format"] === "string" ? given["format"] : "";
  if (!INLINE_TYPES.includes(type)) throw invalidArgument(`Invalid type for attribute '${key}': ${type}`);
  const size = given["size"] ?? null;
  if (type === "string" && (!isInteger(size) || size < 1 || size > 1_073_741_824)) {
    throw invalidArgument(
      `Invalid or missing size for string attribute '${key}'. Size must be between 1 and 1073741824`,
    );
  }
  const required = given["required"] === true;
  const array = given["array"] === true;
  const fallback = given["default"] ?? null;
  const [min, max] = [given["min"] ?? null, given["max"] ?? null];
  const isBounded = min !== null || max !== null;
  const limits = type === "double" ? [-mostFloat, mostFloat] : [leastInteger, mostInteger];
  const column = newColumn({
    key,
    type,
    format,
    status: "available",
    createdAt: now,
    required,
    array,
    size: Number(size ?? 0),
    default: fallback,
    elements: isList(given["elements"]) ? given["elements"] : [],
    ...(isBounded ? { min: min ?? limits[0] ?? null, max: max ?? limits[1] ?? null } : {}),
  });
  if (required && fallback !== null) throw invalidArgument(`Cannot set default value for required attribute '${key}'`);
  if (array && fallback !== null) throw invalidArgument(`Cannot set default value for array attribute '${key}'`);
  try {
    checkDefault(words, column, fallback, false);
  } catch (cause) {
    throw cause instanceof ServerError
      ? invalidArgument(`Invalid default value for attribute '${key}': ${cause.message}`)
      : cause;
  }
  return column;
}

function checkInlineKeys(columns: readonly Column[]): void {
  const seen = new Set<string>();
  for (const { key } of columns) {
    if (seen.has(key)) throw invalidArgument(`Duplicate attribute key: ${key}`);
    seen.add(key);
  }
}

function inlineIndex(words: Words, found: FoundTable, columns: readonly Column[], given: Json, now: string): Index {
  if (!isObject(given)) throw invalidArgument("Each index must be an object");
  const keys = given["attributes"];
  if (!isList(keys))
    throw invalidArgument("Index at position 0 is missing required field 'attributes' (must be an array)");
  const names = keys.map(String);
  const orders = isList(given["orders"]) ? given["orders"] : [];
  const wrong = orders.find((order) => order !== "ASC" && order !== "DESC" && order !== null);
  if (wrong !== undefined) throw invalidArgument(`Invalid order in index: ${String(wrong)}`);
  const missing = names.find((name) => !SYSTEM.includes(name) && !columns.some((column) => column.key === name));
  if (missing !== undefined) {
    throw new ServerError(errorOf(words, "index", "invalid"), {
      message: `Invalid index attribute "${missing}" not found`,
    });
  }
  const lengths = names.map((_, at) => (isList(given["lengths"]) ? (given["lengths"][at] ?? 0) : 0));
  checkIndex(words, columns, String(given["type"]), names, lengths);
  void found;
  return {
    key: String(given["key"]),
    type: String(given["type"]),
    status: "available",
    error: "",
    columns: names,
    orders,
    lengths,
    createdAt: now,
    updatedAt: now,
    enforced: true,
  };
}

function view(noun: string, searchText?: (one: JsonObject) => string) {
  return {
    noun,
    value: (one: JsonObject, attribute: string) => one[attribute],
    id: (one: JsonObject) => String(one["$id"]),
    ...(searchText ? { searchText } : {}),
  };
}
