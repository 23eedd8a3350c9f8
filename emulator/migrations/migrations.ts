import type { Context, JobContext, Reply } from "../context.ts";
import { json } from "../context.ts";
import { amend } from "../documents.ts";
import { ServerError } from "../errors.ts";
import { timestamp, uniqueIdentifier } from "../identifiers.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import type { Place, Stored } from "../store.ts";

/** The migrations of a project. */
export function migrationsPlace({ id }: { readonly id: string }): Place {
  return { scope: id, collection: "migrations" };
}

/** The migration of a request; 404 when there is none. */
export function migrationOf({ store, project }: Context, params: Params): Stored {
  const migration = store.get(migrationsPlace(project), params.text("migrationId"));
  if (!migration) throw new ServerError("migration_not_found");
  return migration;
}

/** Stores a new migration, and leaves it to the worker. */
export function createMigration(context: Context, fields: JsonObject, id = uniqueIdentifier()): Reply {
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

/** Changes a migration, if it is still there. */
export function noteMigration(context: JobContext, id: string, changes: JsonObject): void {
  const place = migrationsPlace({ id: context.scope });
  const migration = context.store.get(place, id);
  if (migration) amend({ store: context.store, now: timestamp(new Date()) }, place, migration, changes);
}

/** A migration as the server tells it: what is empty and would be an object is a list, as PHP has it. */
export function showMigration({ id, data }: Stored): JsonObject {
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
