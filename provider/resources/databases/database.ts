import { collection, defineResource, deletionProtection, id, standard, t } from "../../schema/index.ts";
import { rowsOfDatabase } from "./rows-at-risk.ts";

export const database = defineResource({
  type: "appwrite_database",
  noun: "database",
  summary: "A database of the classic API: a container of collections.",
  notes:
    "Appwrite has marked the classic API as deprecated in favour of TablesDB; both are served by the same database.",
  scopes: { read: "databases.read", write: "databases.write" },

  attributes: {
    id: id("databaseId", "database"),
    name: t.string.required("Name shown in the console.", { length: [1, 128] }),
    enabled: t.bool.default(true, "A disabled database is out of reach for clients; API keys still reach it."),
    deletion_protection: deletionProtection("database", "collections and documents"),
    ...standard,
  },

  api: collection("/databases", "databases"),
  hooks: { atRisk: rowsOfDatabase("/databases", "collections", "documents") },
  importId: ["id"],
  lookup: { by: ["name"], plural: "appwrite_databases" },
  cloning: { config: "databases" },
  holds: "collections and documents",
});
