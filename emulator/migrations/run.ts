import type { JobContext, JobHandlers } from "../context.ts";
import { isList, isObject, type Json, type JsonObject } from "../json.ts";
import { parseQueries } from "../queries.ts";
import { keepOwnFile, type OwnFile, ownBucket } from "../routes/storage.ts";
import { signToken } from "../sessions.ts";
import type { Stored } from "../store.ts";
import { exportAll } from "./export.ts";
import { fileWriter } from "./export-file.ts";
import { refuseForeign } from "./foreign-routes.ts";
import { projectWriter, workerKey } from "./import.ts";
import { importedFile } from "./import-file.ts";
import { migrationsPlace, noteMigration } from "./migrations.ts";
import { reportOf } from "./report.ts";
import { type Failure, failureText, MigrationError, type Resource } from "./resources.ts";
import { type Credentials, sourceOf } from "./source.ts";
import { countersOf, type Destination, noteDone, type Transfer } from "./transfer.ts";

/** What the worker does for a migration: it says that it begins, and then copies. */
export const migrationJobs: JobHandlers = {
  "start-migration": (context, { id = "" }) => {
    noteMigration(context, String(id), { stage: "processing", status: "processing" });
    context.enqueue("run-migration", { id });
  },
  "run-migration": (context, { id = "" }) => {
    const migration = context.store.get(migrationsPlace({ id: context.scope }), String(id));
    if (migration) noteMigration(context, migration.id, { stage: "finished", ...run(context, migration) });
  },
};

/** Where the resources of a migration come from. */
type Origin = {
  /** How many there are of each kind. */
  readonly report: Readonly<Record<string, number>>;
  readonly export: (transfer: Transfer) => void;
};

/** Copies, and tells what became of it. */
function run(context: JobContext, migration: Stored): JsonObject {
  const { data } = migration;
  const options = isObject(data["options"]) ? data["options"] : {};
  const wanted = isList(data["resources"]) ? data["resources"].map((name) => String(name).toLowerCase()) : [];
  const sourceFailures: Failure[] = [];
  const failures: Failure[] = [];
  let statusCounters: Json = data["statusCounters"] ?? {};
  let file: OwnFile | undefined;
  try {
    const origin = originOf(context, migration);
    const transfer: Transfer = {
      context,
      wanted,
      onDuplicate: String(options["onDuplicate"] ?? "fail"),
      report: origin.report,
      done: new Map(),
      sourceFailures,
      failures,
      pass(resources) {
        destination.write(resources);
        statusCounters = countersOf(transfer);
        for (const one of resources) noteRead(transfer, one);
      },
    };
    const kept = (written: OwnFile) => {
      file = written;
    };
    const destination = destinationOf(transfer, migration, kept);
    origin.export(transfer);
    destination.end();
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    failures.push({
      code: error.code === 0 ? 500 : error.code,
      message: "Migration failed due to an unexpected error.",
      resourceName: "",
      resourceGroup: "",
      resourceId: null,
    });
  }
  const errors = [...sourceFailures, ...failures].map(failureText);
  const status = errors.length === 0 ? "completed" : "failed";
  return { status, statusCounters, errors, ...(file ? { options: handedOver(context, options, file) } : {}) };
}

/** What was read counts as such, also where nobody wrote it; rows are counted when they are written. */
function noteRead(transfer: Transfer, one: Resource): void {
  if (one.name !== "row" && transfer.wanted.includes(one.name)) noteDone(transfer, one);
}

function originOf(context: JobContext, { id, data }: Stored): Origin {
  const resourceId = String(data["resourceId"] ?? "");
  const source = data["source"];
  if (source === "CSV" || source === "JSON") return importedFile(context, id, source, resourceId);
  refuseForeign(source);
  // An export reads the project itself.
  const own = { endpoint: context.settings.endpoint, projectId: context.scope, apiKey: workerKey(context) };
  const opened = sourceOf(context, (data["credentials"] as Credentials | undefined) ?? own);
  const wanted = isList(data["resources"]) ? data["resources"].map(String) : [];
  const [databaseId = "", tableId = ""] = resourceId.split(":");
  const queries = isObject(data["options"]) ? parseQueries(data["options"]["queries"]) : [];
  const only = resourceId === "" ? {} : { only: { databaseId, tableId, queries } };
  return {
    report: reportOf(context, opened, wanted).counts,
    export: (transfer) => exportAll({ ...transfer, source: opened, ...only }),
  };
}

function destinationOf(transfer: Transfer, { data }: Stored, keep: (file: OwnFile) => void): Destination {
  const { destination, options } = data;
  if (destination !== "CSV" && destination !== "JSON") return projectWriter(transfer);
  return fileWriter(transfer, destination, String(data["resourceId"]), isObject(options) ? options : {}, keep);
}

/** Gives an exported file to the console user who asked for it; a key gets nothing. */
function handedOver(context: JobContext, options: JsonObject, file: OwnFile): JsonObject {
  if (options["userInternalId"] === null) return options;
  const fileId = keepOwnFile(context, file);
  const { scope: projectId, settings } = context;
  const claims = { bucketId: ownBucket, fileId, projectId, internal: true, disposition: "attachment" };
  const jwt = signToken(settings.secret, claims, 3600);
  const path = `storage/buckets/${ownBucket}/files/${fileId}/push`;
  return { ...options, downloadUrl: `${settings.endpoint}/${path}?project=${projectId}&jwt=${jwt}` };
}
