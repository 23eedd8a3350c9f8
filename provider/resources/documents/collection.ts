import {
  type Attributes,
  collection,
  containerPermissions,
  deletionProtection,
  type Hooks,
  id,
  type JsonObject,
  parent,
  type ResourceDefinition,
  standard,
  t,
} from "../../schema/index.ts";
import { rowsOfTable } from "../databases/rows-at-risk.ts";
import { createCollection, type Product } from "./product.ts";

/** The resource of a collection of DocumentsDB or VectorsDB; `own` are the attributes that only one of them has. */
export function collectionResource(product: Product, summary: string, own: Attributes): ResourceDefinition {
  const { root, collectionType, databaseType } = product;
  const attributes: Attributes = {
    id: id("collectionId", "collection"),
    database_id: parent(databaseType, "database"),
    name: t.string.required("Name shown in the console.", { length: [1, 128] }),
    enabled: t.bool.default(true, "A disabled collection is out of reach for clients; API keys still reach it."),
    document_security: t.bool.default(
      false,
      "Check the permissions of each document as well as those of the collection.",
    ),
    permissions: containerPermissions("collection", t.permissionSet),
    ...own,
    deletion_protection: deletionProtection("collection", "documents"),
    ...standard,
  };
  const hooks: Hooks = {
    atRisk: rowsOfTable(({ database_id: database, id }) => `${root}/${database}/collections/${id}`, "documents"),
    create: (session, planned) =>
      createCollection(product, session, `${root}/${String(planned["database_id"])}/collections`, {
        collectionId: String(planned["id"]),
        name: String(planned["name"]),
        enabled: planned["enabled"] === true,
        documentSecurity: planned["document_security"] === true,
        ...(Array.isArray(planned["permissions"]) ? { permissions: planned["permissions"] as readonly string[] } : {}),
        ...(typeof planned["dimension"] === "number" ? { dimension: planned["dimension"] } : {}),
        ...(typeof planned["attributes"] === "string" ? { attributes: JSON.parse(planned["attributes"]) } : {}),
      }),
    // DocumentsDB knows no dimension, which the provider of Appwrite's own tells as 0.
    fromWire: (answer): JsonObject => ({ dimension: 0, ...answer }),
  };
  return {
    type: collectionType,
    noun: "collection",
    summary,
    scopes: { read: "collections.read", write: "collections.write" },
    attributes,
    api: collection(`${root}/{database_id}/collections`, "collections"),
    hooks,
    importId: ["database_id", "id"],
    lookup: { by: ["name"], plural: `${collectionType}s` },
    holds: "documents",
  };
}
