import type { Context, Handlers, Reply } from "../context.ts";
import { checkedQueries } from "../databases/row-queries.ts";
import { databasesPlace, placesOf } from "../databases/tables.ts";
import { tablesWords } from "../databases/words.ts";
import { ServerError } from "../errors.ts";
import { uniqueIdentifier } from "../identifiers.ts";
import type { JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { consoleProject } from "../projects.ts";
import { parseQueries, type Query } from "../queries.ts";
import { ownBucket, readFile } from "../routes/storage.ts";
import type { Place, Stored } from "../store.ts";
import { createMigration } from "./migrations.ts";

/** The kinds of files that rows are read from and written to. */
export type FileKind = "CSV" | "JSON";

/** Rows from a file in a bucket, and into a file that a console user is given. */
export const fileRoutes: Handlers = {
  "POST /v1/migrations/csv/imports": (context, params) => importFile(context, params, "CSV"),
  "POST /v1/migrations/json/imports": (context, params) => importFile(context, params, "JSON"),
  "POST /v1/migrations/csv/exports": (context, params) => exportFile(context, params, "CSV"),
  "POST /v1/migrations/json/exports": (context, params) => exportFile(context, params, "JSON"),
};

/** Where the content of an import is kept until it is read. */
export function importsPlace(scope: string): Place {
  return { scope, collection: "imports" };
}

/** What is copied of each type of database, in the server's order. */
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  legacy: ["database", "table", "index", "column", "row"],
  tablesdb: ["database", "table", "index", "column", "row"],
  documentsdb: ["documentsdb", "collection", "index", "document"],
  vectorsdb: ["vectorsdb", "collection", "attribute", "index", "document"],
};

function resourcesOf(type: string): { resources: readonly string[]; resourceType: string } {
  const resources = RESOURCES[type] ?? [];
  return { resources, resourceType: resources[0] ?? "" };
}

/** CSV is not for the databases whose documents have no columns at all. */
function refuseType(kind: FileKind, type: string): void {
  if (kind === "CSV" && !["legacy", "tablesdb", "vectorsdb"].includes(type))
    throw new ServerError("migration_database_type_unsupported", { message: "Database type not supported for csv" });
  if (["documentsdb", "vectorsdb"].includes(type)) {
    const message = `The emulator does not read or write files of ${type} yet.`;
    throw new ServerError("general_not_implemented", { message, code: 501 });
  }
}

function importFile(context: Context, params: Params, kind: FileKind): Reply {
  const isInternal = params.flag("internalFile");
  const project = isInternal ? consoleProject : context.project;
  const bucketId = isInternal ? ownBucket : params.text("bucketId");
  const fileId = params.text("fileId");
  const content = readFile({ ...context, project }, bucketId, fileId);
  const resourceId = params.text("resourceId");
  const database = databaseOf(context, resourceId);
  if (kind === "JSON" && !database) throw new ServerError("database_not_found");
  const type = String(database?.data["type"] ?? "");
  refuseType(kind, type);
  const id = uniqueIdentifier();
  context.store.insert(importsPlace(context.project.id), id, { bytes: content.toString("base64") });
  const path = `/storage/imports/app-${context.project.id}/${id}_${fileId}.${kind.toLowerCase()}`;
  const onDuplicate = context.version === "1.9.0" ? {} : { onDuplicate: params.text("onDuplicate") };
  const fields = {
    source: kind,
    destination: "Appwrite",
    ...resourcesOf(type),
    resourceId,
    options: { path, size: content.length, ...onDuplicate },
  };
  return createMigration(context, fields, id);
}

function exportFile(context: Context, params: Params, kind: FileKind): Reply {
  // What is no query at all is refused before anything is looked for.
  parsed(params);
  const resourceId = params.text("resourceId");
  const database = databaseOf(context, resourceId);
  // The messages have a place for the id, and nobody fills it.
  if (!database) throw new ServerError("database_not_found");
  const type = String(database.data["type"]);
  const tables = { scope: context.project.id, collection: `tables:${database.sequence}` };
  const table = context.store.get(tables, resourceId.slice(resourceId.indexOf(":") + 1));
  if (!table) throw new ServerError("collection_not_found");
  refuseType(kind, type);
  const found = placesOf({ stored: database, place: databasesPlace(context.project.id), tables }, table);
  checkedQueries({ context, words: tablesWords, table: found }, params.list("queries"));
  const style = ["delimiter", "enclosure", "escape", "header"].map((name) => [name, params.raw(name)] as const);
  const options: JsonObject = {
    bucketId: ownBucket,
    filename: params.text("filename"),
    columns: params.list("columns"),
    queries: params.list("queries"),
    ...(kind === "CSV" ? Object.fromEntries(style) : {}),
    notify: params.flag("notify"),
    userInternalId: userSequence(context),
  };
  return createMigration(context, { source: "Appwrite", destination: kind, ...resourcesOf(type), resourceId, options });
}

function parsed(params: Params): readonly Query[] {
  try {
    return parseQueries(params.list("queries"));
  } catch (error) {
    throw new ServerError("general_query_invalid", { message: (error as Error).message });
  }
}

function databaseOf({ store, project }: Context, resourceId: string): Stored | undefined {
  return store.get(databasesPlace(project.id), resourceId.split(":")[0] ?? "");
}

/** Who exports, as the server counts users; a key is nobody. */
function userSequence({ store, caller }: Context): string | null {
  if (caller.kind !== "admin") return null;
  const user = store.get({ scope: consoleProject.id, collection: "users" }, caller.userId);
  return user ? String(user.sequence) : null;
}
