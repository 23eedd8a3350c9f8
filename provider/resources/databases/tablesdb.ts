import { collection, defineResource, deletionProtection, id, standard, t } from "../../schema/index.ts";
import { rowsOfDatabase } from "./rows-at-risk.ts";

export const tablesdb = defineResource({
  type: "appwrite_tablesdb",
  noun: "database",
  summary: "A TablesDB database: a container of tables.",
  scopes: { read: "databases.read", write: "databases.write" },

  attributes: {
    id: id("databaseId", "database"),
    name: t.string.required("Name shown in the console.", { length: [1, 128] }),
    enabled: t.bool.default(true, "A disabled database is out of reach for clients; API keys still reach it."),
    deletion_protection: deletionProtection("database", "tables and rows"),
    ...standard,
  },

  api: collection("/tablesdb", "databases"),
  hooks: { atRisk: rowsOfDatabase("/tablesdb", "tables", "rows") },
  importId: ["id"],
  lookup: { by: ["name"], plural: "appwrite_tablesdb_databases" },
  cloning: { config: "tablesDB", owns: ({ type }) => type !== "legacy" },
  holds: "tables and rows",
});
