import { collection, deletionProtection, id, type ResourceDefinition, standard, t } from "../../schema/index.ts";
import { rowsOfDatabase } from "../databases/rows-at-risk.ts";
import type { Product } from "./product.ts";

/** The resource of a database of DocumentsDB or VectorsDB. */
export function databaseResource({ root, name, databaseType }: Product, holds: string): ResourceDefinition {
  const hosted = (doc: string) => `${doc} Appwrite Cloud only: a self-hosted server does not take it.`;
  return {
    type: databaseType,
    noun: "database",
    summary: `A ${name} database: a container of collections ${holds}.`,
    scopes: { read: "databases.read", write: "databases.write" },
    attributes: {
      id: id("databaseId", "database"),
      name: t.string.required("Name shown in the console.", { length: [1, 128] }),
      enabled: t.bool.default(true, "A disabled database is out of reach for clients; API keys still reach it."),
      specification: t.string.serverDefault(hosted("CPU and memory of the database."), { clone: "skip" }),
      replicas: t.int.serverDefault(hosted("Number of replicas."), { range: [0, 100], clone: "skip" }),
      sync_mode: t.oneOf("async", "sync", "quorum").serverDefault(hosted("How replicas follow."), { clone: "skip" }),
      type: t.string.computed("Kind of the database.", { clone: "skip" }),
      status: t.string.computed("Status of the database, where the server tells it.", { clone: "skip" }),
      engine: t.string.computed("Database system behind it, where the server tells it.", { clone: "skip" }),
      deletion_protection: deletionProtection("database", "collections and documents"),
      ...standard,
    },
    api: collection(root, "databases"),
    hooks: { atRisk: rowsOfDatabase(root, "collections", "documents") },
    importId: ["id"],
    lookup: { by: ["name"], plural: `${databaseType}_databases` },
    holds: "collections and documents",
  };
}
