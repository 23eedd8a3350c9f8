import {
  type AttributeType,
  type Diagnostic,
  error,
  type Json,
  type JsonObject,
  parent,
  type ResourceDefinition,
  type Row,
  standard,
  t,
} from "../../schema/index.ts";
import { KEY_PATTERN } from "../databases/column-attributes.ts";
import { toldOrders } from "../databases/index-resource.ts";
import type { Product } from "./product.ts";

/** The resource of an index of DocumentsDB or VectorsDB, which have other types of indexes each. */
export function indexResource(
  { root, databaseType, collectionType }: Product,
  types: readonly string[],
  about: string,
): ResourceDefinition {
  const kind: AttributeType = { kind: "oneOf", values: types };
  const path = `${root}/{database_id}/collections/{collection_id}/indexes` as const;
  const isKnown = (name: string) => !name.startsWith("$") || ["$id", "$createdAt", "$updatedAt"].includes(name);
  return {
    type: `${databaseType}_index`,
    noun: "index",
    summary: "An index of a collection.",
    notes: "An index cannot be changed: every change deletes it and makes it anew, without loss of data.",
    scopes: { read: "collections.read", write: "collections.write" },
    attributes: {
      id: t.string.computed("The import id of the index.", { wire: false, read: "path", clone: "skip" }),
      database_id: parent(databaseType, "database"),
      collection_id: parent(collectionType, "collection"),
      key: t.string.required("Key of the index.", { replace: true, length: [1, 255], pattern: KEY_PATTERN }),
      type: { type: kind, presence: "required", doc: `Type of the index. ${about}`, options: { replace: true } },
      attributes: t.list(t.string).required("Keys of the attributes that it covers, in order.", {
        replace: true,
        length: [1, 100],
      }),
      orders: t
        .list(t.oneOfAnyCase("asc", "desc"))
        .serverDefault("Order of each attribute: `asc` or `desc`, in either case.", {
          replace: true,
          length: [0, 100],
        }),
      lengths: t.list(t.int).serverDefault("How many characters of each attribute are indexed; 0 = all.", {
        replace: true,
        length: [0, 100],
      }),
      status: t.string.computed("Status of the index: `available`, `processing`, `deleting`, `stuck` or `failed`.", {
        clone: "skip",
      }),
      error: t.string.computed("The server's reason, where the index failed.", { clone: "skip" }),
      ...standard,
    },
    api: {
      create: `POST ${path}`,
      delete: `DELETE ${path}/{key}`,
      list: { path, items: "indexes", key: "key" },
      readFrom: "list",
      ready: { property: "status", done: ["available"], failed: ["failed", "stuck"], error: "error" },
      deletesLater: true,
    },
    hooks: {
      validate: (config) => lengthFaults(config, isKnown),
      fromWire: (answer, previous) => ({ ...told(answer), path: pathOf(answer, previous) }),
    },
    importId: ["database_id", "collection_id", "key"],
    lookup: { by: [], plural: `${databaseType}_indexes` },
    timeouts: { create: 10, delete: 5 },
    // The server makes some of its own, whose keys nobody else may choose.
    cloning: { owns: ({ key }) => !String(key).startsWith("_") },
  };
}

/** Null stands for an order and a length that nobody gave. */
function told(answer: JsonObject): JsonObject {
  const { orders, lengths } = answer;
  return {
    ...answer,
    ...(Array.isArray(orders) ? { orders: toldOrders(orders as readonly Json[]) } : {}),
    ...(Array.isArray(lengths) ? { lengths: (lengths as readonly Json[]).map((length) => length ?? 0) } : {}),
  };
}

function pathOf(answer: JsonObject, previous: Row | null): string {
  return [previous?.["database_id"], previous?.["collection_id"], answer["key"]].map(String).join("/");
}

/** Orders and lengths belong to the attributes one by one. */
function lengthFaults(config: Row, isKnown: (name: string) => boolean): readonly Diagnostic[] {
  const { attributes } = config;
  if (!Array.isArray(attributes)) return [];
  const keys: readonly unknown[] = attributes;
  const unknown = keys.flatMap((key, index) =>
    typeof key === "string" && !isKnown(key)
      ? [
          error(
            "Invalid value",
            `${key} cannot be indexed; of the server's own attributes, $id, $createdAt and $updatedAt can.`,
            [
              { kind: "attribute", name: "attributes" },
              { kind: "index", index },
            ],
          ),
        ]
      : [],
  );
  const twice = keys.some((key, index) => typeof key === "string" && keys.indexOf(key) < index)
    ? [error("Invalid value", "attributes must not name an attribute twice.", "attributes")]
    : [];
  const tooMany = ["orders", "lengths"].flatMap((name) => {
    const value = config[name];
    return Array.isArray(value) && value.length > keys.length
      ? [
          error(
            "Invalid value",
            `${name} has ${value.length} elements for ${keys.length} attributes. Remove those that are too many.`,
            name,
          ),
        ]
      : [];
  });
  return [...unknown, ...twice, ...tooMany];
}
