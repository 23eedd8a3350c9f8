import { type Context, empty, type Handler, type Handlers, json } from "../context.ts";
import { ServerError } from "../errors.ts";
import { isNumber, type Json, type JsonObject, writeJson } from "../json.ts";
import type { Params } from "../params.ts";
import { listItems } from "../queries.ts";
import { columnOf, ghostOf, jobPayload, rename, view, writeColumn } from "./column-store.ts";
import {
  type Column,
  checkDefault,
  formatSizes,
  isSpatial,
  leastInteger,
  mostFloat,
  mostInteger,
  newColumn,
  showColumn,
} from "./columns.ts";
import { checkIndex, nullableFault } from "./index-routes.ts";
import type { FoundTable } from "./places.ts";
import { columnsOf, findTable, indexesOf, isFull, tableIn } from "./tables.ts";
import { errorOf, type Words } from "./words.ts";

/** Columns of every type but relationships, in the words of one family, under the given path. */
export function columnRoutes(words: Words, columns: string): Handlers {
  return {
    ...Object.fromEntries(COLUMN_TYPES.map((type) => [`POST ${columns}/${type}`, createColumn(words, type)] as const)),
    ...Object.fromEntries(
      COLUMN_TYPES.map((type) => [`PATCH ${columns}/${type}/:key`, updateColumn(words, type)] as const),
    ),
    [`GET ${columns}`]: (context, params) => listColumns(context, words, params),
    [`GET ${columns}/:key`]: (context, params) => getColumn(context, words, params),
    [`DELETE ${columns}/:key`]: (context, params) => deleteColumn(context, words, params),
  };
}

function createColumn(words: Words, type: string): Handler {
  return (context, params) => createPlain(context, words, type, params);
}

function getColumn(context: Context, words: Words, params: Params) {
  const found = findTable(context, words, params);
  const key = params.text("key");
  return json(showColumn(words, staleColumn(context, found, key) ?? columnOf(context, words, found, key)));
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
] as const;

const WIRE: Readonly<Record<string, string>> = {
  float: "double",
  line: "linestring",
  email: "string",
  enum: "string",
  ip: "string",
  url: "string",
};

function createPlain(context: Context, words: Words, type: string, params: Params) {
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
  // What the values themselves do not allow comes before what the table does not.
  if (encrypt && (type === "string" || type === "varchar") && size < 150) {
    throw new ServerError("general_bad_request", {
      message: "Size too small. Encrypted strings require a minimum size of 150 characters.",
      code: 400,
    });
  }
  checkDefault(words, column, fallback, false);
  const found = findTable(context, words, params);
  if (required && fallback !== null) throw defaultError(words, `required ${words.columnError}`);
  if (array && fallback !== null) throw defaultError(words, `array ${words.columns}`);
  if (required && isSpatial(column) && store.count(found.rows) > 0) {
    const [thing, things] = [words.columnError, words.rows];
    throw new ServerError(errorOf(words, "row", "invalid_structure"), {
      message: `Failed to add required spatial ${thing}: existing ${things} present. Make the ${thing} optional.`,
    });
  }
  if (isFull([...columnsOf(store, found), column]))
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

function updateColumn(words: Words, type: string): Handler {
  return (context, params) => {
    const found = findTable(context, words, params);
    const column = columnOf(context, words, found, params.text("key"));
    if (column.status !== "available") throw new ServerError(errorOf(words, "column", "not_available"));
    const required = params.flag("required");
    const fallback = params.raw("default");
    if (required && fallback !== null) throw defaultError(words, `required ${words.columnError}`);
    if (column.array && fallback !== null) throw defaultError(words, `array ${words.columns}`);
    const isNumeric = ["integer", "bigint", "double"].includes(column.type) && column.min !== null;
    const changed: Column = {
      ...column,
      required,
      default: fallback,
      // Cleared in one step, it is still what rows get (F6).
      effective: required ? null : (fallback ?? column.effective),
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
    refuseElements(words, changed, type);
    checkDefault(words, changed, fallback, true);
    const all = columnsOf(context.store, found).map((one) => (one.key === column.key ? changed : one));
    // The message names the table as the server knows it.
    if (isFull(all))
      throw new ServerError(errorOf(words, "column", "limit_exceeded"), { values: [internalName(found)] });
    refuseIndexed(context, words, found, column, changed);
    refuseShrink(context, words, found, column, changed);
    const renamed = rename(context, words, found, changed, params.textOrNull("newKey"));
    const isChanged = writeJson(renamed as unknown as JsonObject) !== writeJson(column as unknown as JsonObject);
    const written = isChanged ? { ...renamed, updatedAt: context.now } : renamed;
    writeColumn(context, found, written);
    // The answer has the fields of the route's type, whatever the column's own is (F11), and never tells encrypt (F22).
    return json({ ...showColumn(words, written, type), ...(TEXTS.includes(type) ? { encrypt: null } : {}) });
  };
}

const TEXTS: readonly string[] = ["string", "varchar", "text", "mediumtext", "longtext"];

/** An enum must keep elements, which only its own route takes: any other tells none (F11, F25). */
function refuseElements(words: Words, { format, elements }: Column, type: string): void {
  if (format !== "enum") return;
  const refuse = (message: string) => new ServerError(errorOf(words, "column", "value_invalid"), { message });
  if (type !== "enum" || elements.length === 0) throw refuse("Enum elements must not be empty");
}

/** The indexes of a column must suit it after the change as well. */
function refuseIndexed({ store }: Context, words: Words, found: FoundTable, before: Column, after: Column): void {
  const indexes = indexesOf(store, found).filter(({ columns }) => columns.includes(before.key));
  if (isSpatial(after) && !after.required && indexes.some(({ type }) => type === "spatial"))
    throw new ServerError(errorOf(words, "index", "invalid"), { message: nullableFault(before.key) });
  if (after.size === before.size) return;
  const all = columnsOf(store, found).map((one) => (one.key === before.key ? after : one));
  for (const index of indexes) {
    // A length that is the whole column is none.
    const lengths = index.columns.map((key, at) =>
      key === before.key && index.lengths[at] === before.size ? 0 : (index.lengths[at] ?? 0),
    );
    checkIndex(words, all, { ...index, lengths });
  }
}

function internalName({ database, stored }: FoundTable): string {
  return `database_${database.stored.sequence}_collection_${stored.sequence}`;
}

function refuseShrink({ store }: Context, words: Words, found: FoundTable, before: Column, after: Column): void {
  const hasNull = () =>
    store.list(found.rows).some(({ data }) => ((data["data"] as JsonObject)[before.key] ?? null) === null);
  // A spatial column of rows without a value cannot become required (F24).
  if (isSpatial(after) && after.required && !before.required && hasNull())
    throw new ServerError(errorOf(words, "column", "invalid_resize"));
  if (after.size >= before.size || !["string", "varchar"].includes(after.type)) return;
  const isTooLong = store.list(found.rows).some(({ data }) => {
    const value = (data["data"] as JsonObject)[before.key];
    return typeof value === "string" && [...value].length > after.size;
  });
  if (isTooLong) throw new ServerError(errorOf(words, "column", "invalid_resize"));
}

function listColumns(context: Context, words: Words, params: Params) {
  const found = findTable(context, words, params);
  // A list does not tell of columns that are texts, other than plain strings, whether they are encrypted (measured).
  const all = columnsOf(context.store, found).map((column) => {
    const shown = showColumn(words, column);
    return Object.hasOwn(shown, "encrypt") && column.type !== "string" ? { ...shown, encrypt: null } : shown;
  });
  const { total, items } = listItems(all, params.asked(), {
    ...view(words.columnError === "column" ? "Column" : "Attribute"),
    id: (one) => String(one["key"]),
  });
  return json({ total, [words.columns]: items });
}

/** With the fault, a deleted column as the cache still has it: it can be read and deleted once more. */
function staleColumn(context: Context, found: FoundTable, key: string): Column | undefined {
  return context.faults.isStale("column", found.stored.id) ? ghostOf(context, found, key) : undefined;
}

function deleteColumn(context: Context, words: Words, params: Params) {
  const found = findTable(context, words, params);
  if (staleColumn(context, found, params.text("key"))) return empty();
  const column = columnOf(context, words, found, params.text("key"));
  const markDeleting = (table: FoundTable, one: Column) => {
    if (one.status === "available") writeColumn(context, table, { ...one, status: "deleting", updatedAt: context.now });
  };
  markDeleting(found, column);
  if (column.type === "relationship" && column.twoWay) {
    const far = tableIn(context.store, words, found.database, column.related);
    markDeleting(far, columnOf(context, words, far, column.twoWayKey));
  }
  context.enqueue("delete-column", jobPayload(found, column.key));
  return empty();
}
