import { type Access, accessOf, ownPermissions, permits, refuse, refuseForeign, type Verb } from "../access.ts";
import { type Context, empty, type Handlers, json } from "../context.ts";
import { invalidArgument, ServerError } from "../errors.ts";
import { identifier } from "../identifiers.ts";
import { isList, isNumber, isObject, type Json, type JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { contentVerbs, expandPermissions, permissionsFault } from "../permissions.ts";
import type { Query } from "../queries.ts";
import { isKey, keyMessage } from "../rules.ts";
import type { Stored } from "../store.ts";
import { listedOrKept } from "./list-cache.ts";
import type { FoundTable } from "./places.ts";
import { relationsOf } from "./relations.ts";
import { checkedQueries, everyRow, selectRows } from "./row-queries.ts";
import {
  changeRow,
  changeRows,
  countRow,
  everything,
  givenOf,
  insertRow,
  listedRow,
  putRow,
  removeRow,
  reserve,
  rowOf,
  type Scene,
  type Selection,
  selectionOf,
  showRow,
} from "./rows.ts";
import { columnsOf, findTable } from "./tables.ts";
import {
  mockRow,
  openTransaction,
  pendingTransaction,
  rowInside,
  rowsInside,
  stage,
  stageMany,
} from "./transactions.ts";
import { errorOf, type Words } from "./words.ts";

/** Rows (documents) in the words of one family: one by one, in bulk, and counters; each also inside a transaction. */
export function rowRoutes(words: Words): Handlers {
  const rows = `/v1/${words.root}/:databaseId/${words.tables}/:${words.tableId}/${words.rows}`;
  const row = `${rows}/:${words.rowId}`;
  const routes: Readonly<Record<string, Answer>> = {
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
      (context: Context, params: Params) => {
        const access = accessOf(context);
        refusePayload(words, key, params);
        refuseSeveral(access, words, key, params);
        const table = findTable(context, words, params);
        refuseDisabled(access, words, table);
        return answer({ context, words, table, access }, params);
      },
    ]),
  );
}

type Sight = Scene & { readonly context: Context; readonly access: Access };
type Answer = (scene: Sight, params: Params) => ReturnType<typeof json>;

/** What a write must and must not say of its rows is checked before the table is looked for. */
function refusePayload(words: Words, route: string, params: Params): void {
  const [method, path = ""] = route.split(" ");
  const isOne = path.endsWith(`:${words.rowId}`);
  const data = params.raw("data");
  const hasData = isObject(data) ? Object.keys(data).length > 0 : isList(data) && data.length > 0;
  if (method === "POST") return refuseCreate(words, hasData, params);
  const isChange = method === "PATCH" && (isOne || path.endsWith(words.rows));
  if (!isChange && !(method === "PUT" && isOne)) return;
  const isMissing = !hasData && (!isOne || params.listOrNull("permissions") === null);
  const isSeveral = method === "PUT" && isList(data) && data.length > 1;
  if (isMissing || isSeveral) throw new ServerError(errorOf(words, "row", "missing_payload"));
}

/** Writes of several rows are for keys and administrators: to others their database is not there. */
function refuseSeveral({ isTrusted }: Access, words: Words, route: string, params: Params): void {
  if (isTrusted || !route.endsWith(`/${words.rows}`) || route.startsWith("GET ")) return;
  if (!route.startsWith("POST ")) throw new ServerError("database_not_found", { values: [params.text("databaseId")] });
  if (params.list(words.rows).length > 0) throw new ServerError("general_unauthorized_scope");
}

/** What is switched off is not there, except for keys and administrators. */
function refuseDisabled({ isTrusted }: Access, words: Words, { database, stored }: FoundTable): void {
  if (isTrusted) return;
  if (database.stored.data["enabled"] === false)
    throw new ServerError("database_not_found", { values: [database.stored.id] });
  if (stored.data["enabled"] === false)
    throw new ServerError(errorOf(words, "table", "not_found"), { values: [stored.id] });
}

/** The permissions that count for a row: those of the table, and its own where rows have some. */
function rulesOf({ table }: Scene, row?: Stored): (Json | undefined)[] {
  const { data } = table.stored;
  return [data["permissions"], ...(row && data["security"] === true ? [row.data["permissions"]] : [])];
}

/** A row that the caller may see; any other is not there. */
function visibleRow(scene: Sight, id: string): Stored {
  const row = rowOf(scene, id);
  if (permits(scene.access, "read", ...rulesOf(scene, row))) return row;
  throw new ServerError(errorOf(scene.words, "row", "not_found"), { values: [id] });
}

/** A row that the caller may change or delete. */
function ownedRow(scene: Sight, id: string, verb: Verb): Stored {
  const row = rowOf(scene, id);
  if (!permits(scene.access, verb, ...rulesOf(scene, row))) throw new ServerError("user_unauthorized");
  return row;
}

function refuseCreate(words: Words, hasData: boolean, params: Params): void {
  const hasRows = params.list(words.rows).length > 0;
  const id = params.text(words.rowId);
  const refuse = (message: string) => new ServerError("general_bad_request", { message });
  if (!hasData && !hasRows) throw new ServerError(errorOf(words, "row", "missing_data"));
  if (hasData && hasRows) throw refuse(`You can only send one of the following parameters: data, ${words.rows}`);
  if (hasData && id === "") {
    const noun = words.row === "row" ? "Row" : "Document";
    const message = `${noun} ID is required when creating a single ${words.row}.`;
    throw new ServerError(errorOf(words, "row", "missing_data"), { message });
  }
  if (hasRows && id !== "")
    throw refuse(
      `Param "${words.rowId}" is not allowed when creating multiple ${words.rows}, set "$id" on each instead.`,
    );
  if (hasRows && params.list("permissions").length > 0)
    throw refuse(
      `Param "permissions" is disallowed when creating multiple ${words.rows}, set "$permissions" on each instead`,
    );
}

function create(scene: Sight, params: Params) {
  const { words } = scene;
  if (params.list(words.rows).length > 0) return createMany(scene, params);
  const data = dataOf(scene, params);
  const id = identifier(params.text(words.rowId));
  const permissions = ownPermissions(scene.access, expanded(params.listOrNull("permissions")));
  const rules = scene.table.stored.data["permissions"];
  if (!permits(scene.access, "create", rules)) throw refuse(scene.access, "create", rules);
  const given = givenOf(scene, data);
  const staged = { ...timed(data, given), $id: id, $permissions: permissions };
  if (stage(scene, params, { action: "create", id: params.text(words.rowId), data: staged }))
    return json(mockRow(scene, id, staged));
  const row = insertRow(scene, id, given, permissions, params.text(words.rowId));
  return json(showRow(scene, row, { kind: "created", given: data }));
}

/** The data of a request as an operation keeps it: what is no value is left out. */
function timed(raw: JsonObject, { data, createdAt, updatedAt }: ReturnType<typeof givenOf>): JsonObject {
  const times = Object.entries({ $createdAt: createdAt, $updatedAt: updatedAt });
  const told = times.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return raw === data ? data : { ...data, ...Object.fromEntries(told) };
}

function createMany(scene: Sight, params: Params) {
  refuseRelated(scene, "create", scene.words.columns);
  const listed = rowsOf(scene, params);
  const refuse = (message: string) => new ServerError("general_bad_request", { message });
  for (const { id, permissions } of listed) {
    if (id !== "unique()" && !isKey(id)) throw refuse(keyMessage());
    const fault = permissionsFault(permissions ?? [], 0, ALL_VERBS);
    if (fault !== undefined) throw refuse(fault);
  }
  const whole = listed.map(({ id, permissions, data }) => ({
    ...data,
    $id: identifier(id),
    $permissions: expandPermissions(permissions ?? [], contentVerbs),
  }));
  if (stage(scene, params, { action: "bulkCreate", id: null, data: whole }))
    return json({ total: whole.length, [scene.words.rows]: [] }, 200);
  const made = scene.context.store.attempt(() =>
    whole.map(({ $id, $permissions, ...data }) => insertRow(scene, $id, givenOf(scene, data), $permissions, "")),
  );
  return several(
    scene,
    made.map((row) => showRow(scene, row, { kind: "created", given: {} })),
  );
}

function read(scene: Sight, params: Params) {
  const id = params.text(scene.words.rowId);
  const queries = checkedQueries(scene, params.raw("queries") ?? [], false);
  const transaction = params.textOrNull("transactionId");
  if (transaction !== null) {
    const row = rowInside(scene, transaction, id);
    if (!row) throw new ServerError(errorOf(scene.words, "row", "not_found"), { values: [id] });
    return json(row);
  }
  const row = visibleRow(scene, id);
  return json(showRow(scene, row, { kind: "read", selection: selected(scene, queries) }));
}

function update(scene: Sight, params: Params) {
  const id = params.text(scene.words.rowId);
  const raw = dataOf(scene, params);
  const given = givenOf(scene, raw);
  const permissions = params.listOrNull("permissions");
  const transaction = params.textOrNull("transactionId");
  if (transaction !== null) {
    const row = rowInside(scene, transaction, id);
    if (!row) throw new ServerError(errorOf(scene.words, "row", "not_found"), { values: [id] });
    const data = { ...timed(raw, given), $id: id, $permissions: expanded(permissions) ?? row["$permissions"] ?? [] };
    stage(scene, params, { action: "update", id, data });
    return json({ ...row, ...data });
  }
  const row = rowOf(scene, id);
  refuseForeign(scene.access, expanded(permissions) ?? []);
  const owned = ownedRow(scene, row.id, "update");
  return json(showRow(scene, changeRow(scene, owned, given, permissions), { kind: "changed", given: raw }));
}

function expanded(permissions: readonly Json[] | null): string[] | null {
  return permissions === null ? null : expandPermissions(permissions, contentVerbs);
}

function upsert(scene: Sight, params: Params) {
  const id = params.text(scene.words.rowId);
  const raw = dataOf(scene, params);
  const given = givenOf(scene, raw);
  const permissions = params.listOrNull("permissions");
  const transaction = params.textOrNull("transactionId");
  if (transaction !== null) {
    const known = rowInside(scene, transaction, id);
    const data = {
      ...timed(raw, given),
      $id: id,
      $permissions: expanded(permissions) ?? known?.["$permissions"] ?? [],
    };
    stage(scene, params, { action: "upsert", id, data });
    return json(mockRow(scene, id, data), 201);
  }
  const known = scene.context.store.get(scene.table.rows, id);
  refuseForeign(scene.access, expanded(permissions) ?? []);
  if (known) ownedRow(scene, id, "update");
  else if (!permits(scene.access, "create", ...rulesOf(scene))) throw new ServerError("user_unauthorized");
  const own = known ? permissions : ownPermissions(scene.access, expanded(permissions));
  const [made] = putRows(scene, [{ id, data: raw, permissions: own }]);
  return json(made ? showRow(scene, made, { kind: "upserted", given: raw }) : null, 200);
}

function upsertMany(scene: Sight, params: Params) {
  refuseRelated(scene, "upsert");
  const listed = rowsOf(scene, params);
  const data = listed.map((one) => ({
    ...one.data,
    $id: one.id,
    ...(one.permissions === null ? {} : { $permissions: one.permissions }),
  }));
  if (stageMany(scene, params, { action: "bulkUpsert", id: null, data }))
    return json({ total: data.length, [scene.words.rows]: [] }, 200);
  const ids = new Set(listed.map(({ id }) => id));
  if (ids.size < listed.length)
    throw new ServerError(errorOf(scene.words, "row", "already_exists"), { values: ["multiple"] });
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
  const made = listed.map(({ id, data, permissions }) => putRow(scene, id, givenOf(scene, data), permissions));
  reserve(scene, isKnown.filter(Boolean).length);
  return made;
}

function updateMany(scene: Sight, params: Params) {
  refuseRelated(scene, "update");
  const data = dataOf(scene, params);
  const raw = params.raw("queries") ?? [];
  const permissions = data["$permissions"] ?? null;
  const fault = permissions === null ? undefined : permissionsFault(permissions, 0, ALL_VERBS);
  if (fault !== undefined) throw new ServerError("general_bad_request", { message: fault });
  if (stageMany(scene, params, { action: "bulkUpdate", id: null, data: { data, queries: raw } }))
    return json({ total: 0, [scene.words.rows]: [] });
  const rows = selectRows(scene, checkedQueries(scene, raw), everyRow).items;
  const made = changeRows(scene, rows, data);
  return several(scene, shown(scene, made));
}

const ALL_VERBS = ["create", "read", "update", "delete", "write"] as const;

function remove(scene: Sight, params: Params) {
  const id = params.text(scene.words.rowId);
  const transaction = params.textOrNull("transactionId");
  if (transaction !== null && !rowInside(scene, transaction, id))
    throw new ServerError(errorOf(scene.words, "row", "not_found"), { values: [id] });
  if (transaction === null) removeRow(scene, ownedRow(scene, id, "delete"));
  else stage(scene, params, { action: "delete", id, data: [] });
  return empty();
}

function removeMany(scene: Sight, params: Params) {
  refuseRelated(scene, "delete");
  const raw = params.raw("queries") ?? [];
  if (stageMany(scene, params, { action: "bulkDelete", id: null, data: { queries: raw } }))
    return json({ total: 0, [scene.words.rows]: [] });
  const gone = selectRows(scene, checkedQueries(scene, raw), everyRow).items;
  const told = shown(scene, gone);
  for (const row of gone) removeRow(scene, row);
  return several(scene, told);
}

function shown(scene: Scene, rows: readonly Stored[]): JsonObject[] {
  return rows.map((row) => showRow(scene, row, { kind: "read", selection: everything }));
}

/** An answer tells how many rows were written, and no more of them than one request may name. */
const MOST_TOLD = 100;

function several({ words }: Scene, rows: readonly Json[], status?: number) {
  return json({ total: rows.length, [words.rows]: rows.slice(0, MOST_TOLD) }, status);
}

/** Bulk operations do not work on tables with relationships; of all but `create`, both families say "attributes". */
function refuseRelated({ context, words, table }: Scene, what: string, noun = "attributes"): void {
  if (!columnsOf(context.store, table).some(({ type }) => type === "relationship")) return;
  const family = words.root === "tablesdb" ? "tablesDB" : "databases";
  throw new ServerError("general_bad_request", {
    message: `Bulk ${what} is not supported for ${family} with relationship ${noun}`,
  });
}

function count(scene: Sight, params: Params, sign: 1 | -1) {
  const { context, words } = scene;
  const id = params.text(words.rowId);
  const key = params.text(words.column);
  const value = params.raw("value");
  const step = isNumber(value) ? value : 1;
  const bound = sign === 1 ? "max" : "min";
  const transaction = params.textOrNull("transactionId");
  if (transaction !== null) {
    openTransaction(context, transaction);
    pendingTransaction(context, transaction);
    const data = { [words.columnError]: key, value: step, [bound]: params.raw(bound) };
    stage(scene, params, { action: sign === 1 ? "increment" : "decrement", id, data });
    return json(mockRow(scene, id, { [key]: step }));
  }
  if (context.store.get(scene.table.rows, id)) ownedRow(scene, id, "update");
  const row = countRow(scene, id, key, { step, sign, limit: params.raw(bound) });
  return json(showRow(scene, row, { kind: "changed", given: {} }));
}

function list(scene: Sight, params: Params) {
  const { context, table, access, words } = scene;
  const queries = checkedQueries(scene, params.raw("queries") ?? []);
  const isCounted = params.given("total") ? params.flag("total") : true;
  const sees = permits(access, "read", ...rulesOf(scene));
  if (!sees && table.stored.data["security"] !== true) throw new ServerError("user_unauthorized");
  const find = () => {
    const { total, items } = selectRows(
      scene,
      queries,
      { total: isCounted },
      (row) => sees || permits(access, "read", ...rulesOf(scene, row)),
    );
    const selection = selected(scene, queries);
    return { total, rows: items.map((row) => showRow(scene, row, { kind: "read", selection })) };
  };
  const transaction = params.textOrNull("transactionId");
  if (transaction !== null) {
    const inside = rowsInside(scene, transaction, find(), queries);
    return json({ total: isCounted ? inside.total : 0, [words.rows]: inside.rows });
  }
  const seconds = params.whole("ttl");
  if (seconds === 0) {
    const { total, rows } = find();
    return json({ total, [words.rows]: rows });
  }
  const key = { access, table, queries: params.raw("queries") ?? [] };
  const rows = listedOrKept(context, { ...key, part: "rows" }, seconds, () => find().rows);
  const total = isCounted ? listedOrKept(context, { ...key, part: "total" }, seconds, () => find().total).value : 0;
  return {
    kind: "json" as const,
    body: { total, [words.rows]: rows.value },
    headers: { "x-appwrite-cache": rows.isKept ? "hit" : "miss" },
  };
}

function selected({ context, table }: Scene, queries: readonly Query[]): Selection {
  const lists = queries.filter(({ method }) => method === "select").map(({ values }) => values.map(String));
  return selectionOf(relationsOf(context.store, table), lists);
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
