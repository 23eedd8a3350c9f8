import { type Context, empty, type Handlers, json } from "../context.ts";
import { invalidArgument, ServerError } from "../errors.ts";
import { sameIdentifier } from "../identifiers.ts";
import { isList, isNumber, isObject, type Json, type JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { type AttributeType, listItems, parseQueries, type Query, queriesFault } from "../queries.ts";
import type { Stored } from "../store.ts";
import { type Column, queryType } from "./columns.ts";
import { linkedIds, relationsOf } from "./relations.ts";
import { changeRow, insertRow, listedRow, removeRow, reserve, rowOf, type Scene, showRow, valuesOf } from "./rows.ts";
import { columnsOf, findTable, indexesOf } from "./tables.ts";
import { inTransaction, stage, stagedRow } from "./transactions.ts";
import { errorOf, type Words } from "./words.ts";

/** Rows (documents) in the words of one family: one by one, in bulk, and counters; each also inside a transaction. */
export function rowRoutes(words: Words): Handlers {
  const rows = `/v1/${words.root}/:databaseId/${words.tables}/:${words.tableId}/${words.rows}`;
  const row = `${rows}/:${words.rowId}`;
  const routes: Readonly<Record<string, (scene: Sight, params: Params) => ReturnType<typeof json>>> = {
    [`POST ${rows}`]: create,
    [`GET ${rows}`]: list,
    [`PUT ${rows}`]: upsertMany,
    [`PATCH ${rows}`]: updateMany,
    [`DELETE ${rows}`]: removeMany,
    [`GET ${row}`]: read,
    [`PATCH ${row}`]: update,
    [`PUT ${row}`]: upsert,
    [`DELETE ${row}`]: remove,
    // The audit of requests is not kept.
    [`GET ${row}/logs`]: (scene, params) => {
      rowOf(scene, params.text(words.rowId));
      return json({ total: 0, logs: [] });
    },
    [`PATCH ${row}/:${words.column}/increment`]: (scene, params) => count(scene, params, 1),
    [`PATCH ${row}/:${words.column}/decrement`]: (scene, params) => count(scene, params, -1),
  };
  return Object.fromEntries(
    Object.entries(routes).map(([key, answer]) => [
      key,
      (context: Context, params: Params) =>
        answer({ context, words, table: findTable(context, words, params) }, params),
    ]),
  );
}

type Sight = Scene & { readonly context: Context };

function create(scene: Sight, params: Params) {
  const { words } = scene;
  const many = rowsOf(scene, params);
  if (many.length > 0) return createMany(scene, params, many);
  const data = dataOf(scene, params);
  if (Object.keys(data).length === 0) throw new ServerError(errorOf(words, "row", "missing_data"));
  const id = params.text(words.rowId);
  if (id === "")
    throw new ServerError(errorOf(words, "row", "missing_data"), {
      message: `${words.row === "row" ? "Row" : "Document"} ID is required when creating a single ${words.row}.`,
    });
  const permissions = params.list("permissions");
  const staged = stage(scene, params, [{ action: "create", id, data, permissions }]);
  if (staged) return json(staged[0] ?? null);
  return json(showRow(scene, insertRow(scene, id, data, permissions), { kind: "created", given: data }));
}

function createMany(scene: Sight, params: Params, listed: ReturnType<typeof rowsOf>) {
  refuseRelated(scene, "create");
  const staged = stage(
    scene,
    params,
    listed.map((one) => ({ action: "create", ...one, permissions: one.permissions ?? [] })),
  );
  if (staged) return several(scene, staged);
  const made = scene.context.store.attempt(() =>
    listed.map(({ id, data, permissions }) => insertRow(scene, id, data, permissions ?? [])),
  );
  return several(
    scene,
    made.map((row) => showRow(scene, row, { kind: "created", given: {} })),
  );
}

function read(scene: Sight, params: Params) {
  const id = params.text(scene.words.rowId);
  const staged = stagedRow(scene, params, id);
  if (staged) return json(staged);
  const row = rowOf(scene, id);
  const queries = queriesOf(scene, params);
  return json(narrowed(showRow(scene, row, { kind: "read", expand: expandedOf(scene, queries) }), queries));
}

function update(scene: Sight, params: Params) {
  const { words } = scene;
  const id = params.text(words.rowId);
  const data = dataOf(scene, params);
  const permissions = params.listOrNull("permissions");
  if (Object.keys(data).length === 0 && permissions === null)
    throw new ServerError(errorOf(words, "row", "missing_payload"));
  const staged = stage(scene, params, [{ action: "update", id, data, permissions }]);
  if (staged) return json(staged[0] ?? null);
  return json(showRow(scene, changeRow(scene, rowOf(scene, id), data, permissions), { kind: "changed", given: data }));
}

function upsert(scene: Sight, params: Params) {
  const id = params.text(scene.words.rowId);
  const data = dataOf(scene, params);
  const permissions = params.listOrNull("permissions");
  const staged = stage(scene, params, [{ action: "upsert", id, data, permissions }]);
  if (staged) return json(staged[0] ?? null, 200);
  const [made] = putRows(scene, [{ id, data, permissions }]);
  return json(made ? showRow(scene, made, { kind: "upserted", given: data }) : null, 200);
}

function upsertMany(scene: Sight, params: Params) {
  refuseRelated(scene, "upsert");
  const listed = rowsOf(scene, params);
  const staged = stage(
    scene,
    params,
    listed.map((one) => ({ action: "upsert", ...one })),
  );
  if (staged) return several(scene, staged, 200);
  const made = scene.context.store.attempt(() => putRows(scene, listed));
  return several(
    scene,
    made.map((row) => showRow(scene, row, { kind: "upserted", given: {} })),
    200,
  );
}

/** Inserts or changes rows; the statement takes a sequence number for each, and the new rows get the first of them. */
function putRows(scene: Sight, listed: readonly ReturnType<typeof listedRow>[]): Stored[] {
  const { store } = scene.context;
  const isKnown = listed.map(({ id }) => store.get(scene.table.rows, id) !== undefined);
  const made = listed.map(({ id, data, permissions }) => {
    const row = store.get(scene.table.rows, id);
    return row ? changeRow(scene, row, data, permissions) : insertRow(scene, id, data, permissions ?? []);
  });
  reserve(scene, isKnown.filter(Boolean).length);
  return made;
}

function updateMany(scene: Sight, params: Params) {
  refuseRelated(scene, "update");
  const data = dataOf(scene, params);
  if (Object.keys(data).length === 0) throw new ServerError(errorOf(scene.words, "row", "missing_payload"));
  const rows = selected(scene, params).items;
  const staged = stage(
    scene,
    params,
    rows.map(({ id }) => ({ action: "update", id, data, permissions: null })),
  );
  if (staged) return several(scene, staged);
  const made = rows.map((row) => changeRow(scene, row, data, null));
  return several(
    scene,
    made.map((row) => showRow(scene, row, { kind: "read", expand: [] })),
  );
}

function remove(scene: Sight, params: Params) {
  const id = params.text(scene.words.rowId);
  if (stage(scene, params, [{ action: "delete", id, data: {}, permissions: null }])) return empty();
  removeRow(scene, rowOf(scene, id));
  return empty();
}

function removeMany(scene: Sight, params: Params) {
  refuseRelated(scene, "delete");
  const gone = selected(scene, params).items;
  const staged = stage(
    scene,
    params,
    gone.map(({ id }) => ({ action: "delete", id, data: {}, permissions: null })),
  );
  if (!staged) for (const row of gone) removeRow(scene, row);
  return several(
    scene,
    gone.map((row) => showRow(scene, row, { kind: "read", expand: [] })),
  );
}

function several({ words }: Scene, rows: readonly Json[], status?: number) {
  return json({ total: rows.length, [words.rows]: rows }, status);
}

/** Bulk operations do not work on tables with relationships. */
function refuseRelated({ context, words, table }: Scene, what: string): void {
  if (!columnsOf(context.store, table).some(({ type }) => type === "relationship")) return;
  const family = words.root === "tablesdb" ? "tablesDB" : "databases";
  throw new ServerError("general_bad_request", {
    message: `Bulk ${what} is not supported for ${family} with relationship ${words.columns}`,
  });
}

function count(scene: Sight, params: Params, sign: 1 | -1) {
  const { context, words, table } = scene;
  const row = rowOf(scene, params.text(words.rowId));
  const key = params.text(words.column);
  const column = columnsOf(context.store, table).find((one) => one.key === key);
  if (!column) throw new ServerError(errorOf(words, "column", "not_found"), { values: [key] });
  const data = valuesOf(row);
  const now = data[key] ?? 0;
  const step = params.raw("value") ?? 1;
  if (!isNumber(now) || !isNumber(step))
    throw new ServerError(errorOf(words, "column", "type_invalid"), { values: [key] });
  const isWhole = column.type !== "double";
  const value = isWhole
    ? smallest(BigInt(now) + BigInt(sign) * BigInt(Math.trunc(Number(step))))
    : Number(now) + sign * Number(step);
  const limit = params.raw(sign === 1 ? "max" : "min");
  if (isNumber(limit) && (sign === 1 ? value > limit : value < limit)) {
    throw new ServerError(errorOf(words, "column", "limit_exceeded"), {
      message: `Attribute "${key}" has reached the ${sign === 1 ? "maximum" : "minimum"} value of ${limit}`,
    });
  }
  const changed = { ...row.data, data: { ...data, [key]: value } };
  context.store.update(table.rows, row.id, changed);
  return json(showRow(scene, { ...row, data: changed }, { kind: "changed", given: {} }));
}

function list(scene: Sight, params: Params) {
  const answer = () => {
    const { total, items, queries } = selected(scene, params);
    const expand = expandedOf(scene, queries);
    const rows = items.map((row) => narrowed(showRow(scene, row, { kind: "read", expand }), queries));
    return json({ total, [scene.words.rows]: rows });
  };
  return inTransaction(scene, params, answer);
}

/** The relationships whose rows a select asks for (`boss.*`). */
function expandedOf({ context, table }: Scene, queries: readonly Query[]): string[] {
  const asked = selectedNames(queries).map((name) => name.split(".")[0] ?? "");
  return relationsOf(context.store, table).flatMap(({ key }) => (asked.includes(key) ? [key] : []));
}

function selectedNames(queries: readonly Query[]): string[] {
  return queries.filter(({ method }) => method === "select").flatMap(({ values }) => values.map(String));
}

function narrowed(row: JsonObject, queries: readonly Query[]): JsonObject {
  const select = selectedNames(queries);
  if (select.length === 0 || select.includes("*")) return row;
  const wanted = select.map((name) => name.split(".")[0]);
  return Object.fromEntries(Object.entries(row).filter(([name]) => name.startsWith("$") || wanted.includes(name)));
}

/** The queries of a request after the server's checks: 400 `general_query_invalid`. */
function queriesOf({ context, table }: Scene, params: Params): readonly Query[] {
  const columns = columnsOf(context.store, table);
  const raw = params.raw("queries");
  const fault = queriesFault(raw ?? [], {
    schema: typesOf(columns),
    arrays: new Set(columns.filter(({ array }) => array).map(({ key }) => key)),
    encrypted: new Set(columns.filter(({ encrypt }) => encrypt).map(({ key }) => key)),
    select: true,
  });
  if (fault !== undefined) throw new ServerError("general_query_invalid", { message: fault });
  const queries = parseQueries(raw);
  const search = queries.find((query) => query.method === "search");
  const isIndexed = indexesOf(context.store, table).some(
    ({ type, columns: keys }) =>
      type === "fulltext" && keys.some((key) => sameIdentifier(key, search?.attribute ?? "")),
  );
  if (search && !isIndexed) {
    throw new ServerError("general_query_invalid", {
      message: `Searching by attribute "${search.attribute}" requires a fulltext index.`,
    });
  }
  return queries;
}

function typesOf(columns: readonly Column[]): Record<string, AttributeType> {
  return Object.fromEntries(columns.map((column) => [column.key, queryType(column)]));
}

function selected(scene: Scene, params: Params) {
  const { context, words, table } = scene;
  const queries = queriesOf(scene, params);
  const relations = relationsOf(context.store, table);
  const page = listItems(
    context.store.list(table.rows),
    { queries, total: params.given("total") ? params.flag("total") : true },
    {
      noun: words.row === "row" ? "Row" : "Document",
      value: (row, attribute) => valueAt(scene, row, attribute, relations),
      id: (row) => row.id,
      types: typesOf(columnsOf(context.store, table)),
    },
  );
  return { ...page, queries };
}

function valueAt(
  { context, table }: Scene,
  row: Stored,
  attribute: string,
  relations: readonly Column[],
): Json | undefined {
  switch (attribute) {
    case "$id":
      return row.id;
    case "$createdAt":
      return row.data["createdAt"];
    case "$updatedAt":
      return row.data["updatedAt"];
    case "$sequence":
      return row.data["sequence"];
    default: {
      const relation = relations.find(({ key }) => key === attribute);
      return relation ? linkedIds(context.store, table, relation, row.id)[0] : valuesOf(row)[attribute];
    }
  }
}

/** The values of a request; a whole number written as a float is made to look it where the column takes integers only. */
function dataOf(scene: Sight, params: Params): JsonObject {
  const data = params.raw("data");
  if (data !== null && !isObject(data) && !isList(data))
    throw invalidArgument("Invalid `data` param: Value must be a valid JSON string");
  return asWritten(scene, "data", params.object("data"));
}

function rowsOf(scene: Sight, params: Params): ReturnType<typeof listedRow>[] {
  return params.list(scene.words.rows).map((given, at) => {
    const listed = listedRow(given);
    return { ...listed, data: asWritten(scene, `${scene.words.rows}.${at}`, listed.data) };
  });
}

function asWritten({ context, table }: Sight, path: string, data: JsonObject): JsonObject {
  const { floats } = context.request;
  if (floats.size === 0) return data;
  const integers = columnsOf(context.store, table).filter(({ type }) => type === "integer" || type === "bigint");
  const changed = integers
    .filter(({ key }) => floats.has(`${path}.${key}`))
    .map(({ key }) => [key, Number(data[key]) + 0.5] as const);
  return { ...data, ...Object.fromEntries(changed) };
}

function smallest(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
