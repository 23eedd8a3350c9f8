import { type Context, empty, type Handlers, type JobContext, type JobHandlers, json, type Reply } from "../context.ts";
import { amend } from "../documents.ts";
import { ServerError } from "../errors.ts";
import { timestamp, uniqueIdentifier } from "../identifiers.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { listItems } from "../queries.ts";
import type { Place, Stored } from "../store.ts";
import { exportAll } from "./export.ts";
import { importerOf } from "./import.ts";
import { type Report, reportOf } from "./report.ts";
import { type Failure, failureText, MigrationError } from "./resources.ts";
import { type Credentials, sourceOf } from "./source.ts";
import { countersOf, type Transfer } from "./transfer.ts";

const MIGRATION = "/v1/migrations/:migrationId";

/** Copies of what other servers have. The worker does them, one after another. */
export const migrationRoutes: Handlers = {
  "GET /v1/migrations": (context, params) => {
    const all = context.store.list(migrationsPlace(context.project)).map(showMigration);
    const { total, items } = listItems(all, params.asked(), {
      noun: "Migration",
      value: (one, name) => one[name],
      id: (one) => String(one["$id"]),
      searchText: (one) => ["status", "stage", "source"].map((name) => String(one[name])).join(" "),
    });
    return json({ total, migrations: items });
  },
  "POST /v1/migrations/appwrite": (context, params) => {
    const credentials = {
      endpoint: params.text("endpoint"),
      projectId: params.text("projectId"),
      apiKey: params.text("apiKey"),
    };
    return create(context, {
      source: "Appwrite",
      destination: "Appwrite",
      credentials,
      resources: params.list("resources"),
      options: context.version === "1.9.0" ? {} : { onDuplicate: params.text("onDuplicate") },
    });
  },
  "GET /v1/migrations/appwrite/report": report,
  [`GET ${MIGRATION}`]: (context, params) => json(showMigration(migrationOf(context, params))),
  [`PATCH ${MIGRATION}`]: (context, params) => {
    const migration = migrationOf(context, params);
    if (migration.data["status"] !== "failed")
      throw new ServerError("migration_in_progress", { message: "Migration not failed yet" });
    // The record says so only when the worker has taken it up.
    context.enqueue("start-migration", { id: migration.id });
    return empty();
  },
  [`DELETE ${MIGRATION}`]: (context, params) => {
    context.store.remove(migrationsPlace(context.project), migrationOf(context, params).id);
    return empty();
  },
};

/** What the worker does for a migration: it says that it begins, and then copies. */
export const migrationJobs: JobHandlers = {
  "start-migration": (context, payload) => {
    note(context, payload, { stage: "processing", status: "processing" });
    context.enqueue("run-migration", payload);
  },
  "run-migration": (context, payload) => {
    const migration = context.store.get(migrationsPlace({ id: context.scope }), String(payload["id"]));
    if (migration) note(context, payload, { stage: "finished", ...run(context, migration) });
  },
};

function create(context: Context, fields: JsonObject): Reply {
  const id = uniqueIdentifier();
  const data = {
    $createdAt: context.now,
    $updatedAt: context.now,
    status: "pending",
    stage: "init",
    resourceId: "",
    statusCounters: {},
    errors: [],
    ...fields,
  };
  const sequence = context.store.insert(migrationsPlace(context.project), id, data) ?? 0;
  context.enqueue("start-migration", { id });
  return json(showMigration({ sequence, id, data }));
}

function report(context: Context, params: Params): Reply {
  const credentials = {
    endpoint: params.text("endpoint"),
    projectId: params.text("projectID"),
    apiKey: params.text("key"),
  };
  const wanted = params.list("resources").map(String);
  try {
    // A report reads over the API, also where a migration would not.
    const source = { ...sourceOf(context, credentials), local: undefined };
    return json(showReport(reportOf(context, source, wanted)));
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    const advice = "Please verify your credentials and ensure the source is reachable from this server.";
    const restrictions =
      "Check for network restrictions such as firewalls, IP allowlists, or outbound connectivity limits.";
    throw new ServerError("migration_provider_error", {
      message: `Unable to connect to the migration source. ${advice} ${restrictions}`,
    });
  }
}

/** Copies, and tells what became of it. */
function run(context: JobContext, { data }: Stored): JsonObject {
  const wanted = Array.isArray(data["resources"]) ? data["resources"].map(String) : [];
  const options = isObject(data["options"]) ? data["options"] : {};
  const sourceFailures: Failure[] = [];
  const failures: Failure[] = [];
  let counters: Json = data["statusCounters"] ?? {};
  try {
    const source = sourceOf(context, data["credentials"] as Credentials);
    const transfer: Transfer = {
      context,
      source,
      wanted: wanted.map((name) => name.toLowerCase()),
      onDuplicate: String(options["onDuplicate"] ?? "fail"),
      report: reportOf(context, source, wanted).counts,
      done: new Map(),
      sourceFailures,
      failures,
      pass(resources) {
        importer.write(resources);
        counters = countersOf(transfer);
      },
    };
    const importer = importerOf(transfer);
    exportAll(transfer);
    importer.end();
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
  return { status: errors.length === 0 ? "completed" : "failed", statusCounters: counters, errors };
}

/** Changes a migration, if it is still there. */
function note(context: JobContext, { id }: JsonObject, changes: JsonObject): void {
  const place = migrationsPlace({ id: context.scope });
  const migration = context.store.get(place, String(id));
  if (migration) amend({ store: context.store, now: timestamp(new Date()) }, place, migration, changes);
}

/** A migration as the server tells it: what is empty and would be an object is a list, as PHP has it. */
function showMigration({ id, data }: Stored): JsonObject {
  const told = (name: string, fallback: Json = "") => data[name] ?? fallback;
  return {
    $id: id,
    $createdAt: told("$createdAt"),
    $updatedAt: told("$updatedAt"),
    status: told("status"),
    stage: told("stage"),
    source: told("source"),
    destination: told("destination"),
    resources: told("resources", []),
    resourceId: told("resourceId"),
    statusCounters: listIfEmpty(told("statusCounters", [])),
    resourceData: [],
    errors: told("errors", []),
    options: listIfEmpty(told("options", [])),
  };
}

function listIfEmpty(value: Json): Json {
  return isObject(value) && Object.keys(value).length === 0 ? [] : value;
}

const REPORTED = [
  ..."user team database row file bucket function platform api-key project-variable webhook auth-methods".split(" "),
  ..."project-protocols project-labels project-services policies smtp rule project-email-template site".split(" "),
  ..."provider topic subscriber message size".split(" "),
];

function showReport({ counts, version }: Report): JsonObject {
  return {
    ...Object.fromEntries(REPORTED.map((name) => [name, counts[name] ?? 0])),
    version,
    "oauth2-provider": counts["oauth2-provider"] ?? 0,
  };
}

function migrationOf({ store, project }: Context, params: Params): Stored {
  const migration = store.get(migrationsPlace(project), params.text("migrationId"));
  if (!migration) throw new ServerError("migration_not_found");
  return migration;
}

function migrationsPlace({ id }: { readonly id: string }): Place {
  return { scope: id, collection: "migrations" };
}
