import { type Context, empty, type Handlers, json } from "../context.ts";
import { ServerError } from "../errors.ts";
import { sameIdentifier } from "../identifiers.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { listItems } from "../queries.ts";
import { jobPayload, type Stores, view } from "./column-store.ts";
import { type Column, type Index, isSpatial, showIndex } from "./columns.ts";
import type { FoundTable } from "./places.ts";
import { columnsOf, findTable, indexesOf } from "./tables.ts";
import { errorOf, type Words } from "./words.ts";

/** Indexes in the words of one family, under the given path. */
export function indexRoutes(words: Words, indexes: string): Handlers {
  return {
    [`POST ${indexes}`]: (context, params) => createIndex(context, words, params),
    [`GET ${indexes}`]: (context, params) => listIndexes(context, words, params),
    [`GET ${indexes}/:key`]: (context, params) => {
      const found = findTable(context, words, params);
      const index = indexOf(context, words, found, params.text("key"));
      const isStale = context.faults.isStale("table", found.stored.id);
      return json(showIndex(words, found, isStale ? { ...index, status: "processing" } : index));
    },
    [`DELETE ${indexes}/:key`]: (context, params) => deleteIndex(context, words, params),
  };
}

/** The most indexes of a table. */
export const MOST_INDEXES = 58;

const LONGEST_INDEX = 768;

/** What every row has and an index may use beside the columns. */
export const SYSTEM = ["$id", "$createdAt", "$updatedAt"];

function createIndex(context: Context, words: Words, params: Params) {
  const { store, now } = context;
  const found = findTable(context, words, params);
  const key = params.text("key");
  const type = params.text("type");
  const keys = params.list(words.columns).map(String);
  const columns = columnsOf(store, found);
  if (store.count(found.indexes) >= MOST_INDEXES)
    throw new ServerError(errorOf(words, "index", "limit_exceeded"), { values: [found.stored.id] });
  for (const name of keys) {
    if (SYSTEM.includes(name)) continue;
    const column = columns.find((one) => one.key === name);
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
  const given = params.list("lengths");
  const lengths = [...keys, ...given.slice(keys.length)].map((_, at) => given[at] ?? 0);
  checkIndex(words, columns, { key, type, columns: keys, lengths });
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
  if (store.insert(found.indexes, key, index as unknown as JsonObject) === undefined)
    throw new ServerError(errorOf(words, "index", "already_exists"), { values: [key] });
  context.enqueue("create-index", jobPayload(found, key));
  return json(showIndex(words, found, index));
}

/** The parts of an index that the database looks at. */
type Shape = Pick<Index, "key" | "type" | "columns" | "lengths">;

const TYPES = ["key", "unique", "fulltext", "spatial"];
const TEXTS = ["string", "varchar", "text", "mediumtext", "longtext"];

/** What every row has of its own, as an index sees it. */
export const OWN: readonly IndexedColumn[] = [
  { key: "$id", type: "string", size: 255, required: true },
  { key: "$createdAt", type: "datetime", size: 0, required: false },
  { key: "$updatedAt", type: "datetime", size: 0, required: false },
];

type IndexedColumn = Pick<Column, "key" | "type" | "size" | "required">;

/** What the database itself refuses of an index, in the order of its checks: 400 `column_index_invalid` (`index_invalid`). */
export function checkIndex(words: Words, columns: readonly Column[], index: Shape): void {
  const fault = indexFault([...columns, ...OWN], index);
  if (fault !== undefined) throw new ServerError(errorOf(words, "index", "invalid"), { message: fault });
}

/** What the database itself refuses of an index; `columns` with those that every row has. */
export function indexFault(
  columns: readonly IndexedColumn[],
  { key, type, columns: keys, lengths }: Shape,
): string | undefined {
  if (!TYPES.includes(type)) {
    return `Unknown index type: ${type}. Must be one of key, unique, fulltext, spatial, object, hnsw_euclidean, hnsw_cosine, hnsw_dot, trigram, ttl`;
  }
  if (keys.length === 0) return "No attributes provided for index";
  if (new Set(keys.map((one) => one.toLowerCase())).size < keys.length) return "Duplicate attributes provided";
  const named = keys.flatMap((one) => columns.find((column) => sameIdentifier(column.key, one)) ?? []);
  const noText = type === "fulltext" ? named.find((column) => !TEXTS.includes(column.type)) : undefined;
  if (noText) return `Attribute "${noText.key}" cannot be part of a fulltext index, must be of type string`;
  const limited = named.find((column, at) => !TEXTS.includes(column.type) && Number(lengths[at] ?? 0) !== 0);
  if (limited) return `Cannot set a length on "${limited.type}" attributes`;
  return (
    (type === "fulltext" ? undefined : lengthFault(named, lengths)) ??
    (key.toLowerCase() === "primary" ? "Index key name is reserved" : undefined) ??
    (type === "spatial" ? spatialIndexFault(named) : plainIndexFault(named, type))
  );
}

function lengthFault(columns: readonly IndexedColumn[], lengths: readonly Json[]): string | undefined {
  if (lengths.length > columns.length)
    return "Invalid index lengths. Count of lengths must be equal or less than the number of attributes.";
  let total = 0;
  for (const [at, { key, type, size }] of columns.entries()) {
    // In units of four bytes, a character each.
    const most = TEXTS.includes(type) ? size : type === "double" ? 2 : 1;
    const length = Number(lengths[at] ?? 0) || most;
    if (length < 0) return `Negative index length provided for ${key}`;
    if (length > most) return `Index length ${length} is larger than the size for ${key}: ${most}"`;
    total += length;
  }
  return total > LONGEST_INDEX ? `Index length is longer than the maximum: ${LONGEST_INDEX}` : undefined;
}

function spatialIndexFault(columns: readonly IndexedColumn[]): string | undefined {
  if (columns.length !== 1) return "Spatial index must have exactly one attribute";
  const other = columns.find((column) => !isSpatial(column));
  if (other)
    return `Spatial index can only be created on spatial attributes (point, linestring, polygon). Attribute "${other.key}" is of type "${other.type}"`;
  const optional = columns.find(({ required }) => !required);
  return optional ? nullableFault(optional.key) : undefined;
}

/** What the server says of a spatial index over a column that may be empty. */
export function nullableFault(key: string): string {
  return `Spatial indexes do not allow null values. Mark the attribute "${key}" as required or create the index on a column with no null values.`;
}

function plainIndexFault(columns: readonly IndexedColumn[], type: string): string | undefined {
  const spatial = columns.find(isSpatial);
  return spatial
    ? `Cannot create ${type} index on spatial attribute "${spatial.key}". Spatial attributes require spatial indexes.`
    : undefined;
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

function indexOf({ store }: Stores, words: Words, found: FoundTable, key: string): Index {
  const stored = store.get(found.indexes, key);
  if (!stored) throw new ServerError(errorOf(words, "index", "not_found"), { values: [key] });
  return stored.data as Index;
}
