import { type Context, empty, type Handlers, json } from "../context.ts";
import { ServerError } from "../errors.ts";
import { identifier, sameIdentifier } from "../identifiers.ts";
import type { JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { containerVerbs, expandPermissions } from "../permissions.ts";
import { listItems } from "../queries.ts";
import { columnRoutes } from "./column-routes.ts";
import { view } from "./column-store.ts";
import { indexRoutes } from "./index-routes.ts";
import { checkInlineIndex, inlineColumns, inlineIndexes } from "./inline.ts";
import { relationshipRoutes } from "./relationship-routes.ts";
import {
  databasesPlace,
  dropTable,
  findDatabase,
  findTable,
  isFull,
  placesOf,
  showDatabase,
  showTable,
  touch,
} from "./tables.ts";
import { errorOf, type Words } from "./words.ts";

/** Databases, tables, columns and indexes in the words of one family. */
export function structureRoutes(words: Words): Handlers {
  const database = `/v1/${words.root}/:databaseId`;
  const tables = `${database}/${words.tables}`;
  const table = `${tables}/:${words.tableId}`;
  return {
    [`POST /v1/${words.root}`]: (context, params) => createDatabase(context, words, params),
    [`GET /v1/${words.root}`]: (context, params) => listDatabases(context, words, params),
    [`GET ${database}`]: (context, params) =>
      json(showDatabase(findDatabase(context, words, params.text("databaseId")).stored)),
    [`PUT ${database}`]: (context, params) => updateDatabase(context, words, params),
    [`DELETE ${database}`]: (context, params) => deleteDatabase(context, words, params),

    [`POST ${tables}`]: (context, params) => createTable(context, words, params),
    [`GET ${tables}`]: (context, params) => listTables(context, words, params),
    [`GET ${table}`]: (context, params) => json(showTable(context, words, findTable(context, words, params))),
    [`PUT ${table}`]: (context, params) => updateTable(context, words, params),
    [`DELETE ${table}`]: (context, params) => {
      dropTable(context.store, findTable(context, words, params));
      return empty();
    },

    // The audit of requests is not kept.
    [`GET ${database}/logs`]: (context, params) => {
      findDatabase(context, words, params.text("databaseId"));
      return json({ total: 0, logs: [] });
    },
    [`GET ${table}/logs`]: (context, params) => {
      findTable(context, words, params);
      return json({ total: 0, logs: [] });
    },

    ...columnRoutes(words, `${table}/${words.columns}`),
    ...relationshipRoutes(words, `${table}/${words.columns}`),
    ...indexRoutes(words, `${table}/indexes`),
  };
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

function updateDatabase(context: Context, words: Words, params: Params) {
  const found = findDatabase(context, words, params.text("databaseId"));
  const data = {
    ...found.stored.data,
    name: params.textOrNull("name") ?? found.stored.data["name"] ?? "",
    enabled: params.flag("enabled"),
    updatedAt: context.now,
  };
  context.store.update(found.place, found.stored.id, data);
  return json(showDatabase({ ...found.stored, data }));
}

function deleteDatabase(context: Context, words: Words, params: Params) {
  const found = findDatabase(context, words, params.text("databaseId"));
  for (const stored of context.store.list(found.tables)) dropTable(context.store, placesOf(found, stored));
  context.store.remove(found.place, found.stored.id);
  return empty();
}

function createTable(context: Context, words: Words, params: Params) {
  const { store, now } = context;
  const database = findDatabase(context, words, params.text("databaseId"));
  const id = identifier(params.text(words.tableId));
  const taken = new ServerError(errorOf(words, "table", "already_exists"), { values: [id] });
  if (store.get(database.tables, id)) throw taken;
  const columns = inlineColumns(context.version, params.list(words.columns), now);
  const indexes = inlineIndexes(params.list("indexes"), now).map((index) =>
    checkInlineIndex(words, context.version, columns, index),
  );
  const data = {
    name: params.text("name"),
    enabled: params.flag("enabled"),
    security: params.flag(words.security),
    permissions: expandPermissions(params.list("permissions"), containerVerbs),
    createdAt: now,
    updatedAt: now,
  };
  if (isFull(columns)) throw new ServerError(errorOf(words, "table", "limit_exceeded"), { values: [id] });
  const isTwice = columns.some((one, at) => columns.findIndex((other) => sameIdentifier(one.key, other.key)) < at);
  const sequence = isTwice ? undefined : store.insert(database.tables, id, data);
  if (sequence === undefined) throw taken;
  const found = placesOf(database, { sequence, id, data });
  for (const column of columns) store.insert(found.columns, column.key, column as unknown as JsonObject);
  for (const index of indexes) store.insert(found.indexes, index.key, index as unknown as JsonObject);
  return json(showTable(context, words, found, true));
}

function listTables(context: Context, words: Words, params: Params) {
  const database = findDatabase(context, words, params.text("databaseId"));
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
  if (params.flag("purge")) context.store.clear(found.lists);
  const isChanged = JSON.stringify({ ...before, ...changes }) !== JSON.stringify(before);
  const stored = touch(context.store, found, isChanged ? { ...changes, updatedAt: context.now } : changes);
  return json(showTable(context, words, { ...found, stored }));
}
