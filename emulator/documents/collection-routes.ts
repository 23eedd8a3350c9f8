import { type Context, empty, type Handlers, type JobHandlers, json, type Reply } from "../context.ts";
import { databasesPlace, showDatabase } from "../databases/tables.ts";
import { invalidArgument, ServerError } from "../errors.ts";
import { identifier, sameIdentifier } from "../identifiers.ts";
import { isList, isObject, type Json, type JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { containerVerbs, expandPermissions } from "../permissions.ts";
import { listItems } from "../queries.ts";
import { dropCollection, type FoundCollection, findCollection, findDatabase, indexesOf, inside } from "./places.ts";
import type { DocumentIndex, DocumentWords } from "./words.ts";

/** Databases, collections and indexes of DocumentsDB or VectorsDB. */
export function collectionRoutes(words: DocumentWords): Handlers {
  const databases = `/v1/${words.root}`;
  const database = `${databases}/:databaseId`;
  const collections = `${database}/collections`;
  const collection = `${collections}/:collectionId`;
  const indexes = `${collection}/indexes`;
  return {
    [`POST ${databases}`]: (context, params) => createDatabase(context, words, params),
    [`GET ${databases}`]: (context, params) => listDatabases(context, words, params),
    [`GET ${database}`]: (context, params) =>
      json(showDatabase(findDatabase(context, words, params.text("databaseId")).stored)),
    [`PUT ${database}`]: (context, params) => updateDatabase(context, words, params),
    [`DELETE ${database}`]: (context, params) => {
      const found = findDatabase(context, words, params.text("databaseId"));
      for (const stored of context.store.list(found.collections)) dropCollection(context.store, inside(found, stored));
      context.store.remove(databasesPlace(context.project.id), found.stored.id);
      return empty();
    },

    [`POST ${collections}`]: (context, params) => createCollection(context, words, params),
    [`GET ${collections}`]: (context, params) => listCollections(context, words, params),
    [`GET ${collection}`]: (context, params) =>
      json(showCollection(context, words, findCollection(context, words, params))),
    [`PUT ${collection}`]: (context, params) => updateCollection(context, words, params),
    [`DELETE ${collection}`]: (context, params) => {
      dropCollection(context.store, findCollection(context, words, params));
      return empty();
    },

    [`POST ${indexes}`]: (context, params) => createIndex(context, words, params),
    [`GET ${indexes}`]: (context, params) => listIndexes(context, words, params),
    [`GET ${indexes}/:key`]: (context, params) => {
      const found = findCollection(context, words, params);
      return json(showIndex(found, indexOf(context, found, params.text("key"))));
    },
    [`DELETE ${indexes}/:key`]: (context, params) => deleteIndex(context, words, params),
  };
}

/** What the worker does with the indexes of collections. */
export const collectionJobs: JobHandlers = {
  "create-document-index": (context, payload) => {
    const index = context.store.get(payload["place"] as FoundCollection["indexes"], String(payload["key"]));
    if (!index || index.sequence !== payload["sequence"] || index.data["status"] !== "processing") return;
    const outcome = context.faults.outcome("index", String(payload["collection"]), index.id);
    if (outcome?.outcome === "processing") return;
    context.store.update(payload["place"] as FoundCollection["indexes"], index.id, {
      ...index.data,
      status: outcome?.outcome ?? "available",
      error: outcome?.error ?? "",
      updatedAt: context.now,
    });
  },
  "delete-document-index": (context, payload) => {
    const place = payload["place"] as FoundCollection["indexes"];
    const index = context.store.get(place, String(payload["key"]));
    if (index && index.sequence === payload["sequence"]) context.store.remove(place, index.id);
  },
};

function createDatabase({ store, project, now }: Context, words: DocumentWords, params: Params): Reply {
  const id = identifier(params.text("databaseId"));
  const data = {
    name: params.text("name"),
    enabled: params.flag("enabled"),
    type: words.root,
    createdAt: now,
    updatedAt: now,
  };
  const sequence = store.insert(databasesPlace(project.id), id, data);
  if (sequence === undefined) throw new ServerError("database_already_exists", { values: [id] });
  return json(showDatabase({ sequence, id, data }));
}

function listDatabases({ store, project }: Context, words: DocumentWords, params: Params): Reply {
  const all = store.list(databasesPlace(project.id)).filter(({ data }) => data["type"] === words.root);
  const { total, items } = listItems(all.map(showDatabase), asked(params), named("Database"));
  return json({ total, databases: items });
}

function updateDatabase(context: Context, words: DocumentWords, params: Params): Reply {
  const { stored } = findDatabase(context, words, params.text("databaseId"));
  const changes = { name: params.text("name"), enabled: params.flag("enabled"), updatedAt: context.now };
  const data = { ...stored.data, ...changes };
  context.store.update(databasesPlace(context.project.id), stored.id, data);
  return json(showDatabase({ ...stored, data }));
}

function createCollection(context: Context, words: DocumentWords, params: Params): Reply {
  const { store, now, settings } = context;
  const database = findDatabase(context, words, params.text("databaseId"));
  const id = identifier(params.text("collectionId"));
  // The database behind is asked for when the first collection is made; a server without one fails then (F31).
  if (!settings.documentBackends) throw new ServerError("general_unknown");
  if (!words.isVector && params.list("attributes").length > 0)
    throw invalidArgument("Attributes are not supported by the current database");
  const data = {
    name: params.text("name"),
    enabled: params.flag("enabled"),
    documentSecurity: params.flag("documentSecurity"),
    permissions: expandPermissions(params.list("permissions"), containerVerbs),
    ...(words.isVector ? { dimension: params.whole("dimension") } : {}),
    createdAt: now,
    updatedAt: now,
  };
  const sequence = store.insert(database.collections, id, data);
  if (sequence === undefined) throw new ServerError("collection_already_exists", { values: [id] });
  const found = inside(database, { sequence, id, data });
  for (const given of words.isVector ? [METADATA_INDEX] : params.list("indexes")) {
    const index = inlineIndex(words, indexesOf(store, found), given, now);
    store.insert(found.indexes, index.key, index);
  }
  return json(showCollection(context, words, found, true));
}

/** The index that every collection of VectorsDB has from its beginning. */
const METADATA_INDEX = { key: "_key_metadata", type: "object", attributes: ["metadata"] };

function inlineIndex(words: DocumentWords, others: readonly DocumentIndex[], given: Json, now: string): DocumentIndex {
  if (!isObject(given)) throw invalidArgument("Each index must be an object");
  const { key, type, attributes, orders, lengths } = given;
  if (!isList(attributes)) {
    throw invalidArgument("Index at position 0 is missing required field 'attributes' (must be an array)");
  }
  const index: DocumentIndex = {
    key: String(key ?? ""),
    type: String(type ?? ""),
    status: "available",
    error: "",
    attributes: attributes.map(String),
    orders: isList(orders) ? orders : [],
    lengths: isList(lengths) ? lengths : [],
    createdAt: now,
    updatedAt: now,
  };
  refuseIndex(words, others, index, "index_invalid");
  return index;
}

function listCollections(context: Context, words: DocumentWords, params: Params): Reply {
  const database = findDatabase(context, words, params.text("databaseId"));
  const all = context.store
    .list(database.collections)
    .map((stored) => showCollection(context, words, inside(database, stored)));
  const { total, items } = listItems(all, asked(params), named("Collection"));
  return json({ total, collections: items });
}

function updateCollection(context: Context, words: DocumentWords, params: Params): Reply {
  const found = findCollection(context, words, params);
  const before = found.stored.data;
  const permissions = params.listOrNull("permissions");
  const data = {
    ...before,
    name: params.textOrNull("name") ?? before["name"] ?? "",
    enabled: params.flag("enabled"),
    documentSecurity: params.flag("documentSecurity"),
    permissions: permissions === null ? (before["permissions"] ?? []) : expandPermissions(permissions, containerVerbs),
    ...(words.isVector ? { dimension: params.raw("dimension") ?? before["dimension"] ?? 0 } : {}),
    updatedAt: context.now,
  };
  context.store.update(found.database.collections, found.stored.id, data);
  return json(showCollection(context, words, { ...found, stored: { ...found.stored, data } }));
}

/** A collection as the server tells it; right after its creation without what it holds. */
function showCollection(
  { store }: Pick<Context, "store">,
  words: DocumentWords,
  found: FoundCollection,
  bare = false,
): JsonObject {
  const { id, data } = found.stored;
  const { createdAt = "", updatedAt = "", dimension = 0 } = data;
  return {
    $id: id,
    $createdAt: createdAt,
    $updatedAt: updatedAt,
    $permissions: data["permissions"] ?? [],
    databaseId: found.database.stored.id,
    name: data["name"] ?? "",
    enabled: data["enabled"] ?? true,
    documentSecurity: data["documentSecurity"] ?? false,
    ...(words.isVector ? { dimension } : {}),
    attributes: words.isVector && !bare ? fixedAttributes(dimension, createdAt) : [],
    indexes: bare ? [] : indexesOf(store, found).map((index) => showIndex(found, index)),
    bytesMax: 0,
    bytesUsed: 0,
  };
}

/** The attributes that every collection of VectorsDB has, and no other. */
function fixedAttributes(dimension: Json, createdAt: Json): JsonObject[] {
  const common = { status: "available", error: "", array: false, $createdAt: createdAt, $updatedAt: createdAt };
  return [
    { key: "embeddings", type: "vector", ...common, required: true, size: dimension },
    { key: "metadata", type: "object", ...common, required: false },
  ];
}

function createIndex(context: Context, words: DocumentWords, params: Params): Reply {
  const { store, now } = context;
  const found = findCollection(context, words, params);
  const key = params.text("key");
  const attributes = params.list("attributes").map(String);
  const others = indexesOf(store, found);
  if (others.length >= MOST_INDEXES) throw new ServerError("index_limit_exceeded", { values: [found.stored.id] });
  const unknown = words.isVector && attributes.find((name) => ![...VECTOR_ATTRIBUTES, ...SYSTEM].includes(name));
  if (unknown) throw new ServerError("attribute_unknown", { values: [unknown] });
  const index: DocumentIndex = {
    key,
    type: params.text("type"),
    status: "processing",
    error: "",
    attributes,
    orders: params.list("orders"),
    // Without attributes to look at, the server has nothing to fill the lengths up with.
    lengths: words.isVector ? attributes.map((_, at) => params.list("lengths")[at] ?? 0) : params.list("lengths"),
    createdAt: now,
    updatedAt: now,
  };
  refuseIndex(words, others, index, "index_invalid");
  const sequence = store.insert(found.indexes, key, index);
  if (sequence === undefined) throw new ServerError("index_already_exists", { values: [key] });
  context.enqueue("create-document-index", { place: found.indexes, collection: found.stored.id, key, sequence });
  return json(showIndex(found, index));
}

const MOST_INDEXES = 58;
const SYSTEM = ["$id", "$createdAt", "$updatedAt"];
const VECTOR_ATTRIBUTES = ["embeddings", "metadata"];

/** What the database behind refuses of an index. */
function refuseIndex(
  words: DocumentWords,
  others: readonly DocumentIndex[],
  { key, type, attributes, orders }: DocumentIndex,
  error: "index_invalid",
): void {
  const refuse = (message: string) => new ServerError(error, { message });
  const types = words.isVector
    ? ["hnsw_euclidean", "hnsw_dot", "hnsw_cosine", "object", "key", "unique"]
    : ["key", "fulltext", "unique"];
  if (!types.includes(type)) throw refuse(`Unknown index type: ${type}. Must be one of ${types.join(", ")}`);
  if (attributes.length === 0) throw refuse("No attributes provided for index");
  if (new Set(attributes.map((name) => name.toLowerCase())).size < attributes.length)
    throw refuse("Duplicate attributes provided");
  const isHnsw = type.startsWith("hnsw_");
  if (isHnsw && attributes.length !== 1) throw refuse("Vector index must have exactly one attribute");
  if (isHnsw && attributes[0] !== "embeddings") throw refuse("Vector index can only be created on vector attributes");
  if (isHnsw && orders.length > 0) throw refuse("Vector indexes do not support orders or lengths");
  if (type === "object" && (attributes.length !== 1 || attributes[0] !== "metadata"))
    throw refuse("Object index can only be created on object attributes");
  if (words.isVector) return;
  const rest = others.filter((other) => !sameIdentifier(other.key, key));
  if (type === "fulltext" && rest.some((other) => other.type === "fulltext"))
    throw refuse("There is already a fulltext index in the collection");
  const same = (one: readonly Json[]) => JSON.stringify(one).toLowerCase();
  if (rest.some((other) => same(other.attributes) === same(attributes) && same(other.orders) === same(orders)))
    throw refuse("There is already an index with the same attributes and orders");
}

function listIndexes(context: Context, words: DocumentWords, params: Params): Reply {
  const found = findCollection(context, words, params);
  const all = indexesOf(context.store, found).map((index) => showIndex(found, index));
  const { total, items } = listItems(all, asked(params), { ...named("Index"), id: (one) => String(one["key"]) });
  return json({ total, indexes: items });
}

function deleteIndex(context: Context, words: DocumentWords, params: Params): Reply {
  const found = findCollection(context, words, params);
  const index = indexOf(context, found, params.text("key"));
  const stored = context.store.get(found.indexes, index.key);
  if (index.status === "available")
    context.store.update(found.indexes, index.key, { ...index, status: "deleting", updatedAt: context.now });
  context.enqueue("delete-document-index", { place: found.indexes, key: index.key, sequence: stored?.sequence ?? 0 });
  return empty();
}

function indexOf({ store }: Pick<Context, "store">, found: FoundCollection, key: string): DocumentIndex {
  const stored = store.get(found.indexes, key);
  if (!stored) throw new ServerError("index_not_found", { values: [key] });
  return stored.data as DocumentIndex;
}

function showIndex({ database, stored }: FoundCollection, index: DocumentIndex): JsonObject {
  return {
    $id: `${database.stored.sequence}_${stored.sequence}_${index.key}`,
    $createdAt: index.createdAt,
    $updatedAt: index.updatedAt,
    key: index.key,
    type: index.type,
    status: index.status,
    error: index.error,
    attributes: index.attributes,
    lengths: index.lengths,
    orders: index.orders,
  };
}

function asked(params: Params) {
  return { queries: params.queries(), search: params.text("search"), total: params.flag("total") };
}

function named(noun: string) {
  return {
    noun,
    refusals: "told" as const,
    value: (one: JsonObject, attribute: string) => one[attribute],
    id: (one: JsonObject) => String(one["$id"]),
    searchText: (one: JsonObject) => `${one["$id"]} ${one["name"]}`,
  };
}
