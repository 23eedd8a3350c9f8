import { type Context, empty, type Handlers, json, type Reply } from "../context.ts";
import { datetimeMessage, readDatetime } from "../dates.ts";
import { ServerError } from "../errors.ts";
import { identifier, timestamp, uniqueIdentifier } from "../identifiers.ts";
import { isList, isNumber, isObject, type Json, type JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { contentVerbs, expandPermissions } from "../permissions.ts";
import { type AttributeType, listItems, parseQueries, type Query, queriesFault } from "../queries.ts";
import type { Stored } from "../store.ts";
import { type FoundCollection, findCollection, indexesOf } from "./places.ts";
import type { DocumentWords } from "./words.ts";

/** Documents of DocumentsDB or VectorsDB: one by one, in bulk, and counters. */
export function documentRoutes(words: DocumentWords): Handlers {
  const all = `/v1/${words.root}/:databaseId/collections/:collectionId/documents`;
  const one = `${all}/:documentId`;
  return {
    [`POST ${all}`]: (context, params) => create(context, words, params),
    [`GET ${all}`]: (context, params) => list(context, words, params),
    [`PUT ${all}`]: (context, params) => {
      const found = findCollection(context, words, params);
      const made = params.list("documents").map((given) => {
        const { $id = uniqueIdentifier(), $permissions = null, ...data } = isObject(given) ? given : {};
        return put(context, words, found, String($id), data, isList($permissions) ? $permissions : null);
      });
      return json({ total: made.length, documents: made.map((document) => show(found, document)) }, 200);
    },
    [`PATCH ${all}`]: (context, params) => {
      const found = findCollection(context, words, params);
      const data = params.object("data");
      if (Object.keys(data).length === 0) throw new ServerError("document_missing_payload");
      const made = selected(context, words, found, params).items.map((document) =>
        change(context, words, found, document, data, null),
      );
      return json({ total: made.length, documents: made.map((document) => show(found, document)) });
    },
    [`DELETE ${all}`]: (context, params) => {
      const found = findCollection(context, words, params);
      const gone = selected(context, words, found, params).items;
      for (const { id } of gone) context.store.remove(found.documents, id);
      return json({ total: gone.length, documents: gone.map((document) => show(found, document)) });
    },
    [`GET ${one}`]: (context, params) => {
      const found = findCollection(context, words, params);
      return json(show(found, documentOf(context, found, params)));
    },
    [`PATCH ${one}`]: (context, params) => update(context, words, params),
    [`PUT ${one}`]: (context, params) => {
      const found = findCollection(context, words, params);
      const [id, data] = [params.text("documentId"), params.object("data")];
      return json(show(found, put(context, words, found, id, data, params.listOrNull("permissions"))), 200);
    },
    [`DELETE ${one}`]: (context, params) => {
      const found = findCollection(context, words, params);
      context.store.remove(found.documents, documentOf(context, found, params).id);
      return empty();
    },
    ...(words.isVector
      ? {}
      : {
          [`PATCH ${one}/:attribute/increment`]: (context, params) => count(context, words, params, 1),
          [`PATCH ${one}/:attribute/decrement`]: (context, params) => count(context, words, params, -1),
        }),
  };
}

function create(context: Context, words: DocumentWords, params: Params): Reply {
  const found = findCollection(context, words, params);
  const many = params.list("documents");
  const data = params.object("data");
  if (many.length > 0) {
    const made = many.map((given) => {
      const { $id = "unique()", $permissions = null, ...own } = isObject(given) ? given : {};
      return insert(context, words, found, String($id), own, isList($permissions) ? $permissions : []);
    });
    return json({ total: made.length, documents: made.map((document) => show(found, document)) });
  }
  // A document without a schema may be empty.
  if (words.isVector && Object.keys(data).length === 0) throw new ServerError("document_missing_data");
  const id = params.text("documentId");
  if (id === "") {
    const message = "Document ID is required when creating a single document.";
    throw new ServerError("document_missing_data", { message });
  }
  return json(show(found, insert(context, words, found, id, data, params.list("permissions"))));
}

function insert(
  context: Context,
  words: DocumentWords,
  found: FoundCollection,
  requested: string,
  data: JsonObject,
  permissions: readonly Json[],
): Stored {
  const { store, now } = context;
  const id = identifier(requested);
  const content = checked(words, found, data);
  refuseDuplicate(context, found, content, null);
  const stored = {
    data: content,
    permissions: expandPermissions(permissions, contentVerbs),
    createdAt: now,
    updatedAt: now,
    ...timesIn(context, data),
  };
  const sequence = store.insert(found.documents, id, stored);
  if (sequence === undefined) throw new ServerError("document_already_exists", { values: [id] });
  return { sequence, id, data: stored };
}

function update(context: Context, words: DocumentWords, params: Params): Reply {
  const found = findCollection(context, words, params);
  const document = documentOf(context, found, params);
  const data = params.object("data");
  const permissions = params.listOrNull("permissions");
  if (Object.keys(data).length === 0 && permissions === null) throw new ServerError("document_missing_payload");
  return json(show(found, change(context, words, found, document, data, permissions)));
}

/** Changes the keys that are given; the others stay. */
function change(
  context: Context,
  words: DocumentWords,
  found: FoundCollection,
  document: Stored,
  data: JsonObject,
  permissions: readonly Json[] | null,
): Stored {
  return write(context, words, found, document, { ...contentOf(document), ...data }, permissions);
}

/** Adds a document, or puts another content in the place of what it held. */
function put(
  context: Context,
  words: DocumentWords,
  found: FoundCollection,
  id: string,
  data: JsonObject,
  permissions: readonly Json[] | null,
): Stored {
  const document = context.store.get(found.documents, id);
  return document
    ? write(context, words, found, document, data, permissions)
    : insert(context, words, found, id, data, permissions ?? []);
}

function write(
  context: Context,
  words: DocumentWords,
  found: FoundCollection,
  document: Stored,
  data: JsonObject,
  permissions: readonly Json[] | null,
): Stored {
  const content = checked(words, found, data);
  refuseDuplicate(context, found, content, document.id);
  const changed = {
    ...document.data,
    data: content,
    permissions:
      permissions === null ? (document.data["permissions"] ?? []) : expandPermissions(permissions, contentVerbs),
    updatedAt: context.now,
    ...timesIn(context, data),
  };
  context.store.update(found.documents, document.id, changed);
  return { ...document, data: changed };
}

/** The times that a key or an administrator sets. */
function timesIn({ caller }: Context, { $createdAt, $updatedAt }: JsonObject): JsonObject {
  if (caller?.kind === "guest" || caller?.kind === "user") return {};
  const given = Object.entries({ createdAt: $createdAt, updatedAt: $updatedAt });
  return Object.fromEntries(
    given.flatMap(([name, value]) => (value === undefined ? [] : [[name, timeOf(`$${name}`, value)]])),
  );
}

function timeOf(name: string, value: Json): string {
  const time = readDatetime(value);
  if (time) return timestamp(time);
  const message = `Invalid document structure: Attribute "${name}" has invalid type. ${datetimeMessage}`;
  throw new ServerError("document_invalid_structure", { message });
}

/** The content as it is kept. What belongs to the server is left out; VectorsDB wants embeddings of its length. */
function checked(words: DocumentWords, found: FoundCollection, data: JsonObject): JsonObject {
  const own = Object.fromEntries(Object.entries(data).filter(([key]) => !key.startsWith("$")));
  if (!words.isVector) return own;
  const refuse = (message: string) =>
    new ServerError("document_invalid_structure", { message: `Invalid document structure: ${message}` });
  const { embeddings = null, metadata = null, ...unknown } = own;
  const [key] = Object.keys(unknown);
  if (key !== undefined) throw refuse(`Unknown attribute: "${key}"`);
  if (embeddings === null) throw refuse('Missing required attribute "embeddings"');
  const dimension = Number(found.stored.data["dimension"]);
  if (!isList(embeddings) || embeddings.length !== dimension || !embeddings.every(isNumber)) {
    throw refuse(`Attribute "embeddings" has invalid type. Value must be an array of ${dimension} numeric values`);
  }
  if (metadata !== null && !isObject(metadata) && !(isList(metadata) && metadata.length === 0))
    throw refuse('Attribute "metadata" has invalid type. Value must be a valid object');
  return { embeddings, metadata: metadata ?? [] };
}

/** A unique index does not take the same values twice. */
function refuseDuplicate({ store }: Context, found: FoundCollection, content: JsonObject, self: string | null): void {
  const unique = indexesOf(store, found).filter(({ type, status }) => type === "unique" && status === "available");
  for (const { attributes } of unique) {
    const values = JSON.stringify(attributes.map((name) => content[name] ?? null));
    const twin = store
      .list(found.documents)
      .find(
        (other) =>
          other.id !== self && JSON.stringify(attributes.map((name) => contentOf(other)[name] ?? null)) === values,
      );
    if (twin) throw new ServerError("document_already_exists", { values: [self ?? twin.id] });
  }
}

function count(context: Context, words: DocumentWords, params: Params, sign: 1 | -1): Reply {
  const found = findCollection(context, words, params);
  const document = documentOf(context, found, params);
  const key = params.text("attribute");
  const [now, step] = [contentOf(document)[key] ?? 0, params.raw("value") ?? 1];
  if (!isNumber(now) || !isNumber(step)) throw new ServerError("attribute_type_invalid", { values: [key] });
  const [least, most] = [params.raw("min"), params.raw("max")];
  const value = Number(now) + sign * Number(step);
  if ((isNumber(most) && value > most) || (isNumber(least) && value < least))
    throw new ServerError("attribute_limit_exceeded", { values: [key] });
  return json(show(found, change(context, words, found, document, { [key]: value }, null)));
}

function list(context: Context, words: DocumentWords, params: Params): Reply {
  const found = findCollection(context, words, params);
  const { total, items, queries } = selected(context, words, found, params);
  const wanted = queries.filter(({ method }) => method === "select").flatMap(({ values }) => values.map(String));
  const isWhole = wanted.length === 0 || wanted.includes("*");
  const documents = items.map((document) => {
    const told = Object.entries(show(found, document));
    return Object.fromEntries(told.filter(([name]) => isWhole || name.startsWith("$") || wanted.includes(name)));
  });
  return json({ total, documents });
}

const VECTOR_TYPES: Readonly<Record<string, AttributeType>> = { metadata: "string" };

function selected(context: Context, words: DocumentWords, found: FoundCollection, params: Params) {
  const asked = params.raw("queries") ?? [];
  const texts = isList(asked) ? asked : [];
  const isNearest = (text: Json) => /"method"\s*:\s*"vector(Dot|Cosine|Euclidean)"/.test(String(text));
  const plain = texts.filter((text) => !isNearest(text));
  const schema = words.isVector ? VECTOR_TYPES : {};
  const fault = queriesFault(plain, { schema, select: true, schemaless: !words.isVector });
  if (fault !== undefined) throw new ServerError("general_query_invalid", { message: fault });
  const queries = parseQueries(plain);
  const [nearest] = parseQueries(texts.filter(isNearest));
  const stored = context.store.list(found.documents);
  const page = listItems(
    nearest ? byDistance(stored, nearest) : stored,
    { queries, total: params.given("total") ? params.flag("total") : true },
    { noun: "Document", refusals: "checked before", value: valueAt, id: (document) => document.id },
  );
  return { ...page, queries };
}

/** The documents whose embeddings are nearest come first. */
function byDistance(documents: readonly Stored[], query: Query): Stored[] {
  const wanted = (isList(query.values[0]) ? query.values[0] : []).map(Number);
  const distance = (document: Stored): number => {
    const own = contentOf(document)["embeddings"];
    const vector = isList(own) ? own.map(Number) : [];
    const dot = vector.reduce((sum, value, at) => sum + value * (wanted[at] ?? 0), 0);
    if (query.method === "vectorDot") return -dot;
    if (query.method === "vectorCosine") return 1 - dot / (Math.hypot(...vector) * Math.hypot(...wanted) || 1);
    return Math.hypot(...vector.map((value, at) => value - (wanted[at] ?? 0)));
  };
  return [...documents].sort((one, other) => distance(one) - distance(other));
}

/** A value by its path: `address.city` looks into the object. */
function valueAt(document: Stored, attribute: string): Json | undefined {
  switch (attribute) {
    case "$id":
      return document.id;
    case "$createdAt":
      return document.data["createdAt"];
    case "$updatedAt":
      return document.data["updatedAt"];
    case "$sequence":
      return document.sequence;
    default:
      return attribute
        .split(".")
        .reduce<Json | undefined>((inner, name) => (isObject(inner) ? inner[name] : undefined), contentOf(document));
  }
}

function show({ database, stored }: FoundCollection, document: Stored): JsonObject {
  return {
    ...contentOf(document),
    $id: document.id,
    $sequence: String(document.sequence),
    $createdAt: document.data["createdAt"] ?? "",
    $updatedAt: document.data["updatedAt"] ?? "",
    $permissions: document.data["permissions"] ?? [],
    $databaseId: database.stored.id,
    $collectionId: stored.id,
  };
}

function contentOf({ data }: Stored): JsonObject {
  return data["data"] as JsonObject;
}

function documentOf({ store }: Context, found: FoundCollection, params: Params): Stored {
  const id = params.text("documentId");
  const document = store.get(found.documents, id);
  if (!document) throw new ServerError("document_not_found", { values: [id] });
  return document;
}
