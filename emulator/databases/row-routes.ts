import { type Context, empty, type Handlers, json } from "../context.ts";
import { invalidArgument, ServerError } from "../errors.ts";
import { identifier, sameIdentifier, uniqueIdentifier } from "../identifiers.ts";
import { isList, isNumber, isObject, type Json, type JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { contentVerbs, expandPermissions } from "../permissions.ts";
import { type AttributeType, listItems, parseQueries, type Query, queriesFault } from "../queries.ts";
import type { Stored } from "../store.ts";
import { type Column, queryType, storedValue, valueFault } from "./columns.ts";
import type { FoundTable } from "./places.ts";
import { columnsOf, findTable, indexesOf, placesOf } from "./tables.ts";
import { errorOf, type Words } from "./words.ts";

/** Rows (documents) in the words of one family: one by one, in bulk, and counters. */
export function rowRoutes(words: Words): Handlers {
  const rows = `/v1/${words.root}/:databaseId/${words.tables}/:${words.tableId}/${words.rows}`;
  const row = `${rows}/:${words.rowId}`;
  return {
    [`POST ${rows}`]: (context, params) => create(context, words, params),
    [`GET ${rows}`]: (context, params) => list(context, words, params),
    [`PUT ${rows}`]: (context, params) => upsertMany(context, words, params),
    [`PATCH ${rows}`]: (context, params) => updateMany(context, words, params),
    [`DELETE ${rows}`]: (context, params) => removeMany(context, words, params),
    [`GET ${row}`]: (context, params) => {
      const table = findTable(context, words, params);
      return json(show(words, table, context, rowOf(context, words, table, params.text(words.rowId))));
    },
    [`PATCH ${row}`]: (context, params) => update(context, words, params),
    [`PUT ${row}`]: (context, params) => upsert(context, words, params),
    [`DELETE ${row}`]: (context, params) => {
      const table = findTable(context, words, params);
      remove(context, words, table, rowOf(context, words, table, params.text(words.rowId)));
      return empty();
    },
    [`PATCH ${row}/:${words.column}/increment`]: (context, params) => count(context, words, params, 1),
    [`PATCH ${row}/:${words.column}/decrement`]: (context, params) => count(context, words, params, -1),
  };
}

function create(context: Context, words: Words, params: Params) {
  const table = findTable(context, words, params);
  const many = params.list(words.rows);
  if (many.length > 0) {
    const made = many.map((given) => {
      const object = isObject(given) ? given : {};
      const { $id = "unique()", $permissions = null, ...data } = object;
      return insert(context, words, table, String($id), data, isList($permissions) ? $permissions : []);
    });
    return json({ total: made.length, [words.rows]: made.map((one) => show(words, table, context, one)) });
  }
  const data = dataOf(params);
  if (Object.keys(data).length === 0) throw new ServerError(errorOf(words, "row", "missing_data"));
  const id = params.text(words.rowId);
  if (id === "")
    throw new ServerError(errorOf(words, "row", "missing_data"), {
      message: `${words.row === "row" ? "Row" : "Document"} ID is required when creating a single ${words.row}.`,
    });
  return json(show(words, table, context, insert(context, words, table, id, data, params.list("permissions"))));
}

function insert(
  context: Context,
  words: Words,
  table: FoundTable,
  id: string,
  data: JsonObject,
  permissions: readonly Json[],
): Stored {
  const { store, now } = context;
  const columns = columnsOf(store, table);
  const filled = withDefaults(columns, data);
  check(context, words, table, columns, filled, null);
  const rowId = identifier(id);
  const stored = {
    data: filled,
    permissions: expandPermissions(permissions, contentVerbs),
    createdAt: now,
    updatedAt: now,
  };
  const sequence = store.insert(table.rows, rowId, stored);
  if (sequence === undefined) throw new ServerError(errorOf(words, "row", "already_exists"), { values: [rowId] });
  const position = store.count(table.rows);
  store.update(table.rows, rowId, { ...stored, sequence: String(position) });
  return { sequence, id: rowId, data: { ...stored, sequence: String(position) } };
}

function update(context: Context, words: Words, params: Params) {
  const table = findTable(context, words, params);
  const row = rowOf(context, words, table, params.text(words.rowId));
  const data = dataOf(params);
  const permissions = params.listOrNull("permissions");
  if (Object.keys(data).length === 0 && permissions === null)
    throw new ServerError(errorOf(words, "row", "missing_payload"));
  return json(show(words, table, context, change(context, words, table, row, data, permissions)));
}

function change(
  context: Context,
  words: Words,
  table: FoundTable,
  row: Stored,
  data: JsonObject,
  permissions: readonly Json[] | null,
): Stored {
  const columns = columnsOf(context.store, table);
  const before = row.data["data"] as JsonObject;
  const known = Object.fromEntries(
    Object.entries(before).filter(([key]) => columns.some((column) => column.key === key)),
  );
  const filled = withDefaults(columns, { ...known, ...data });
  check(context, words, table, columns, filled, row.id);
  const changed = {
    ...row.data,
    data: filled,
    permissions: permissions === null ? (row.data["permissions"] ?? []) : expandPermissions(permissions, contentVerbs),
    updatedAt: context.now,
  };
  context.store.update(table.rows, row.id, changed);
  return { ...row, data: changed };
}

function upsert(context: Context, words: Words, params: Params) {
  const table = findTable(context, words, params);
  const id = params.text(words.rowId);
  const row = context.store.get(table.rows, id);
  const data = dataOf(params);
  const made = row
    ? change(context, words, table, row, data, params.listOrNull("permissions"))
    : insert(context, words, table, id, data, params.list("permissions"));
  return json(show(words, table, context, made), 200);
}

function upsertMany(context: Context, words: Words, params: Params) {
  const table = findTable(context, words, params);
  const made = params.list(words.rows).map((given) => {
    const { $id = uniqueIdentifier(), $permissions = null, ...data } = isObject(given) ? given : {};
    const row = context.store.get(table.rows, String($id));
    const permissions = isList($permissions) ? $permissions : null;
    return row
      ? change(context, words, table, row, data, permissions)
      : insert(context, words, table, String($id), data, permissions ?? []);
  });
  return json({ total: made.length, [words.rows]: made.map((one) => show(words, table, context, one)) }, 200);
}

function updateMany(context: Context, words: Words, params: Params) {
  const table = findTable(context, words, params);
  const data = dataOf(params);
  if (Object.keys(data).length === 0) throw new ServerError(errorOf(words, "row", "missing_payload"));
  const made = selected(context, words, table, params).items.map((row) =>
    change(context, words, table, row, data, null),
  );
  return json({ total: made.length, [words.rows]: made.map((one) => show(words, table, context, one)) });
}

function removeMany(context: Context, words: Words, params: Params) {
  const table = findTable(context, words, params);
  const gone = selected(context, words, table, params).items;
  for (const row of gone) remove(context, words, table, row);
  return json({ total: gone.length, [words.rows]: gone.map((one) => show(words, table, context, one)) });
}

function remove(context: Context, words: Words, table: FoundTable, row: Stored): void {
  const { store } = context;
  for (const column of columnsOf(store, table)) {
    if (column.type !== "relationship") continue;
    const stored = store.get(table.database.tables, column.related);
    if (!stored) continue;
    const far = placesOf(table.database, stored);
    const pointing = store
      .list(far.rows)
      .filter(({ data }) => idsOf((data["data"] as JsonObject)[column.twoWayKey] ?? null).includes(row.id));
    const own = idsOf((row.data["data"] as JsonObject)[column.key] ?? null);
    if (
      column.onDelete === "restrict" &&
      column.side === "parent" &&
      own.length > 0 &&
      column.relationType.startsWith("one")
    ) {
      throw new ServerError(errorOf(words, "row", "delete_restricted"));
    }
    if (column.onDelete === "cascade") for (const id of own) store.remove(far.rows, id);
    if (column.onDelete === "setNull") {
      for (const one of pointing)
        store.update(far.rows, one.id, {
          ...one.data,
          data: { ...(one.data["data"] as JsonObject), [column.twoWayKey]: null },
        });
    }
  }
  store.remove(table.rows, row.id);
}

function count(context: Context, words: Words, params: Params, sign: 1 | -1) {
  const table = findTable(context, words, params);
  const row = rowOf(context, words, table, params.text(words.rowId));
  const key = params.text(words.column);
  const column = columnsOf(context.store, table).find((one) => one.key === key);
  if (!column) throw new ServerError(errorOf(words, "column", "not_found"), { values: [key] });
  const data = row.data["data"] as JsonObject;
  const now = data[key] ?? 0;
  const step = params.raw("value") ?? 1;
  if (!isNumber(now) || !isNumber(step))
    throw new ServerError(errorOf(words, "column", "type_invalid"), { values: [key] });
  const isWhole = column.type !== "double";
  const value = isWhole
    ? smallest(BigInt(now) + BigInt(sign) * BigInt(Math.trunc(Number(step))))
    : Number(now) + sign * Number(step);
  const changed = { ...row.data, data: { ...data, [key]: value } };
  context.store.update(table.rows, row.id, changed);
  return json(show(words, table, context, { ...row, data: changed }));
}

function list(context: Context, words: Words, params: Params) {
  const table = findTable(context, words, params);
  const { total, items, queries } = selected(context, words, table, params);
  const select = queries.filter((query) => query.method === "select").flatMap((query) => query.values.map(String));
  const wanted = select.length === 0 || select.includes("*") ? null : select;
  const rows = items.map((row) => narrowed(show(words, table, context, row), wanted));
  return json({ total, [words.rows]: rows });
}

function narrowed(row: JsonObject, wanted: readonly string[] | null): JsonObject {
  if (wanted === null) return row;
  return Object.fromEntries(Object.entries(row).filter(([name]) => name.startsWith("$") || wanted.includes(name)));
}

function selected(
  context: Context,
  words: Words,
  table: FoundTable,
  params: Params,
): { readonly total: number; readonly items: Stored[]; readonly queries: readonly Query[] } {
  const columns = columnsOf(context.store, table);
  const types: Record<string, AttributeType> = Object.fromEntries(
    columns.map((column) => [column.key, queryType(column)]),
  );
  const raw = params.raw("queries");
  const fault = queriesFault(raw ?? [], {
    schema: types,
    arrays: new Set(columns.filter(({ array }) => array).map(({ key }) => key)),
    encrypted: new Set(columns.filter(({ encrypt }) => encrypt).map(({ key }) => key)),
    select: true,
  });
  if (fault !== undefined) throw new ServerError("general_query_invalid", { message: fault });
  const queries = parseQueries(raw);
  const search = queries.find((query) => query.method === "search");
  if (
    search &&
    !indexesOf(context.store, table).some(
      (index) => index.type === "fulltext" && index.columns.some((key) => sameIdentifier(key, search.attribute)),
    )
  ) {
    throw new ServerError("general_query_invalid", {
      message: `Searching by attribute "${search.attribute}" requires a fulltext index.`,
    });
  }
  const page = listItems(
    context.store.list(table.rows),
    { queries, total: params.given("total") ? params.flag("total") : true },
    {
      noun: words.row === "row" ? "Row" : "Document",
      value: (row, attribute) => valueAt(row, attribute),
      id: (row) => row.id,
      types,
    },
  );
  return { ...page, queries };
}

function valueAt(row: Stored, attribute: string): Json | undefined {
  switch (attribute) {
    case "$id":
      return row.id;
    case "$createdAt":
      return row.data["createdAt"];
    case "$updatedAt":
      return row.data["updatedAt"];
    case "$sequence":
      return row.data["sequence"];
    default:
      return (row.data["data"] as JsonObject)[attribute];
  }
}

function show(words: Words, table: FoundTable, { store }: Pick<Context, "store">, row: Stored): JsonObject {
  const data = row.data["data"] as JsonObject;
  const columns = columnsOf(store, table).filter(
    ({ status, type }) => status === "available" && type !== "relationship",
  );
  const told = Object.fromEntries(
    columns.map((column) => [column.key, data[column.key] ?? (column.array ? [] : null)]),
  );
  const related = Object.fromEntries(
    columnsOf(store, table)
      .filter(({ type, key }) => type === "relationship" && Object.hasOwn(data, key))
      .map(({ key }) => [key, data[key] ?? null]),
  );
  return {
    ...told,
    ...related,
    $id: row.id,
    $sequence: row.data["sequence"] ?? "",
    $createdAt: row.data["createdAt"] ?? "",
    $updatedAt: row.data["updatedAt"] ?? "",
    $permissions: row.data["permissions"] ?? [],
    $databaseId: table.database.stored.id,
    [`$${words.tableId}`]: table.stored.id,
  };
}

function withDefaults(columns: readonly Column[], data: JsonObject): JsonObject {
  const usable = columns.filter(({ status }) => status === "available" || status === "deleting");
  const own = usable.filter(({ type }) => type !== "relationship");
  const filled = own.map(
    (column) =>
      [column.key, storedValue(column, data[column.key] ?? column.effective ?? (column.array ? [] : null))] as const,
  );
  // What no column is called is kept for the check that refuses it.
  return { ...data, ...Object.fromEntries(filled) };
}

function check(
  context: Context,
  words: Words,
  table: FoundTable,
  columns: readonly Column[],
  data: JsonObject,
  self: string | null,
): void {
  const refuse = (message: string) =>
    new ServerError(errorOf(words, "row", "invalid_structure"), { message: `Invalid document structure: ${message}` });
  const usable = columns.filter(({ status }) => status === "available" || status === "deleting");
  for (const column of usable) {
    if (column.required && (data[column.key] ?? null) === null)
      throw refuse(`Missing required attribute "${column.key}"`);
  }
  for (const [key, value] of Object.entries(data)) {
    if (key.startsWith("$")) continue;
    const column = usable.find((one) => one.key === key);
    if (!column) throw refuse(`Unknown attribute: "${key}"`);
    if (value === null || column.type === "relationship") continue;
    if (column.array && !isList(value)) throw refuse(`Attribute "${key}" must be an array`);
    const fault = (column.array && isList(value) ? value : [value])
      .map((element) => valueFault(column, element))
      .find((one) => one !== undefined);
    if (fault !== undefined) throw refuse(fault);
  }
  for (const index of indexesOf(context.store, table)) {
    if (index.type !== "unique" || !index.enforced || index.status !== "available") continue;
    const tuple = tupleOf(index.columns, data);
    const twin =
      tuple === null
        ? undefined
        : context.store
            .list(table.rows)
            .find((row) => row.id !== self && tupleOf(index.columns, row.data["data"] as JsonObject) === tuple);
    if (twin) throw new ServerError(errorOf(words, "row", "already_exists"), { values: [self ?? twin.id] });
  }
}

function tupleOf(keys: readonly string[], data: JsonObject): string | null {
  const values = keys.map((key) => data[key] ?? null);
  return values.includes(null)
    ? null
    : JSON.stringify(values, (_, value: unknown) =>
        typeof value === "bigint" ? value.toString() : value,
      ).toLowerCase();
}

function rowOf({ store }: Pick<Context, "store">, words: Words, table: FoundTable, id: string): Stored {
  const row = store.get(table.rows, id);
  if (!row) throw new ServerError(errorOf(words, "row", "not_found"), { values: [id] });
  return row;
}

function dataOf(params: Params): JsonObject {
  const data = params.raw("data");
  if (data !== null && !isObject(data) && !isList(data))
    throw invalidArgument("Invalid `data` param: Value must be a valid JSON string");
  return params.object("data");
}

function idsOf(value: Json): readonly string[] {
  if (typeof value === "string") return [value];
  if (isObject(value)) return typeof value["$id"] === "string" ? [value["$id"]] : [];
  return isList(value) ? value.flatMap(idsOf) : [];
}

function smallest(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
