import type { Row } from "../../provider/schema/value.ts";
import type { World } from "./sweep.ts";

/** What the objects of a sweep refer to. */
export const WORLD: World = {
  ids: {
    appwrite_tablesdb: "tables",
    appwrite_tablesdb_table: "table",
    appwrite_database: "collections",
    appwrite_collection: "collection",
    appwrite_documentsdb: "documents",
    appwrite_documentsdb_collection: "collection",
    appwrite_vectorsdb: "vectors",
    appwrite_vectorsdb_collection: "collection",
    appwrite_storage_bucket: "bucket",
    appwrite_auth_user: "user",
    appwrite_auth_team: "team",
    appwrite_auth_target: "target",
    appwrite_messaging_provider: "provider",
    appwrite_messaging_topic: "topic",
    appwrite_function: "function",
    appwrite_site: "site",
  },
  steps: [
    ["POST", "/tablesdb", { databaseId: "tables", name: "T" }],
    ["POST", "/tablesdb/tables/tables", { tableId: "table", name: "T" }],
    ["POST", "/databases", { databaseId: "collections", name: "C" }],
    ["POST", "/databases/collections/collections", { collectionId: "collection", name: "C" }],
    ["POST", "/documentsdb", { databaseId: "documents", name: "D" }],
    ["POST", "/documentsdb/documents/collections", { collectionId: "collection", name: "C" }],
    ["POST", "/vectorsdb", { databaseId: "vectors", name: "V" }],
    ["POST", "/vectorsdb/vectors/collections", { collectionId: "collection", name: "C", dimension: 3 }],
    ["POST", "/storage/buckets", { bucketId: "bucket", name: "B" }],
    ["POST", "/users", { userId: "user" }],
    ["POST", "/users/user/targets", { targetId: "target", providerType: "email", identifier: "target@example.com" }],
    ["POST", "/teams", { teamId: "team", name: "T" }],
    ["POST", "/messaging/topics", { topicId: "topic", name: "T" }],
    ["POST", "/messaging/providers/sendgrid", { providerId: "provider", name: "P" }],
    ["POST", "/functions", { functionId: "function", name: "F", runtime: "node-22" }],
    ["POST", "/sites", { siteId: "site", name: "S", framework: "other", buildRuntime: "node-22" }],
  ],
  fitted: {
    appwrite_auth_target: targetFitted,
    // The largest file that the emulator's buckets take.
    appwrite_storage_bucket: (row) => ({
      ...row,
      maximum_file_size: row["maximum_file_size"] === null ? null : 1_000_000,
    }),
  },
};

/** An address of its kind; the provider of the world sends e-mail. */
function targetFitted(row: Row): Row {
  const { provider_type: kind, identifier } = row;
  if (kind === "sms") return { ...row, identifier: "+12065550123", provider_id: null };
  return kind === "email" ? { ...row, identifier: `${identifier}@example.com` } : { ...row, provider_id: null };
}
