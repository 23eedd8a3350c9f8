import { type Context, empty, type Handlers, json } from "../context.ts";
import { ServerError } from "../errors.ts";
import { sameIdentifier } from "../identifiers.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { listItems } from "../queries.ts";
import { jobPayload, type Stores, view } from "./column-store.ts";
import { type Column, type Index, showIndex } from "./columns.ts";
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

const MOST_INDEXES = 58;

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
export function checkIndex(
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

function indexOf({ store }: Stores, words: Words, found: FoundTable, key: string): Index {
  const stored = store.get(found.indexes, key);
  if (!stored) throw new ServerError(errorOf(words, "index", "not_found"), { values: [key] });
  return stored.data as Index;
}
