import { type Context, empty, type Handlers, json, type Reply } from "../context.ts";
import { ServerError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { listItems } from "../queries.ts";
import { fileRoutes } from "./file-routes.ts";
import { foreignRoutes, unreachable } from "./foreign-routes.ts";
import { createMigration, migrationOf, migrationsPlace, showMigration } from "./migrations.ts";
import { type Report, reportOf } from "./report.ts";
import { MigrationError } from "./resources.ts";
import { sourceOf } from "./source.ts";

const MIGRATION = "/v1/migrations/:migrationId";

/** Copies of what other servers have. The worker does them, one after another. */
export const migrationRoutes: Handlers = {
  "GET /v1/migrations": (context, params) => {
    const all = context.store.list(migrationsPlace(context.project)).map(showMigration);
    const { total, items } = listItems(all, params.asked(), {
      noun: "Migration",
      value: (one, name) => one[name],
      id: (one) => String(one["$id"]),
      // What a search looks into is never filled.
      searchText: () => "",
    });
    return json({ total, migrations: items });
  },
  "POST /v1/migrations/appwrite": (context, params) => {
    const credentials = {
      endpoint: params.text("endpoint"),
      projectId: params.text("projectId"),
      apiKey: params.text("apiKey"),
    };
    return createMigration(context, {
      source: "Appwrite",
      destination: "Appwrite",
      credentials,
      resources: params.list("resources"),
      options: context.version === "1.9.0" ? {} : { onDuplicate: params.text("onDuplicate") },
    });
  },
  "GET /v1/migrations/appwrite/report": report,
  ...fileRoutes,
  ...foreignRoutes,
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
    throw unreachable();
  }
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
