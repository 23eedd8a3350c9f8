import type { Context, Handlers, Reply } from "../context.ts";
import { ServerError } from "../errors.ts";
import { isObject, type Json, type JsonObject, parseJson } from "../json.ts";
import type { Params } from "../params.ts";
import { createMigration } from "./migrations.ts";
import { MigrationError } from "./resources.ts";

/** A product elsewhere that the server would migrate from. */
type Foreign = {
  readonly name: string;
  /** What fails when the product cannot be reached: sign-in over HTTP has no code of its own, a Postgres database has. */
  readonly code: number;
  readonly check: (params: Params) => void;
};

const foreign: Readonly<Record<string, Foreign>> = {
  firebase: { name: "Firebase", code: 0, check: refuseServiceAccount },
  supabase: { name: "Supabase", code: 7, check: () => {} },
  nhost: { name: "NHost", code: 7, check: () => {} },
};

/**
 * Migrations from products that are elsewhere. Nothing leaves the machine for them, so that they are as for a server without a way
 * to the internet: a report is refused, and a migration fails when the worker turns to it.
 */
export const foreignRoutes: Handlers = Object.fromEntries(
  Object.entries(foreign).flatMap(([path, one]) => [
    [`POST /v1/migrations/${path}`, (context: Context, params: Params) => create(context, params, one)],
    [`GET /v1/migrations/${path}/report`, (_context: Context, params: Params) => report(params, one)],
  ]),
);

/** Fails as the worker of a server does that cannot reach such a product. */
export function refuseForeign(source: Json | undefined): void {
  const found = Object.values(foreign).find(({ name }) => name === source);
  if (found) throw new MigrationError(`${found.name} cannot be reached.`, found.code);
}

/** The refusal of a report. */
export function unreachable(): ServerError {
  const advice = "Please verify your credentials and ensure the source is reachable from this server.";
  const restrictions =
    "Check for network restrictions such as firewalls, IP allowlists, or outbound connectivity limits.";
  const message = `Unable to connect to the migration source. ${advice} ${restrictions}`;
  return new ServerError("migration_provider_error", { message });
}

function create(context: Context, params: Params, { name, check }: Foreign): Reply {
  check(params);
  return createMigration(context, { source: name, destination: "Appwrite", resources: params.list("resources") });
}

function report(params: Params, { check }: Foreign): Reply {
  check(params);
  throw unreachable();
}

function refuseServiceAccount(params: Params): void {
  const account = accountIn(params.text("serviceAccount"));
  const isWhole = ["project_id", "client_email", "private_key"].every((name) => (account[name] ?? null) !== null);
  if (!isWhole) throw new ServerError("migration_provider_error", { message: "Invalid Service Account JSON" });
}

function accountIn(text: string): JsonObject {
  try {
    const value = parseJson(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
