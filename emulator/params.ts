import { invalidArgument, ServerError } from "./errors.ts";
import { isList, type Json, type JsonObject } from "./json.ts";
import { type ListRequest, parseQueries, type Query } from "./queries.ts";
import type { Received } from "./request.ts";
import type { Route } from "./route-table.ts";

/** A route's parameters after checks, defaults and conversions; the readers assume that the route's rules were checked. */
export type Params = {
  /** The value as it is, null when it was left out and has no default. */
  readonly raw: (name: string) => Json;
  /** Says whether the request names the parameter, even with null. */
  readonly given: (name: string) => boolean;
  readonly text: (name: string) => string;
  readonly textOrNull: (name: string) => string | null;
  readonly flag: (name: string) => boolean;
  readonly whole: (name: string) => number;
  readonly list: (name: string) => readonly Json[];
  readonly listOrNull: (name: string) => readonly Json[] | null;
  readonly object: (name: string) => JsonObject;
  /** What a list is asked for: `queries`, `search` and `total`, for `listItems`. */
  readonly asked: () => ListRequest;
  /** The parsed `queries` parameter alone. */
  readonly queries: () => readonly Query[];
};

/**
 * Reads a route's parameters from path, query (GET) or body, in the order of the route's definition, as the server does:
 * what is missing and what breaks its rule is 400 `general_argument_invalid`; an explicit null for an optional parameter
 * skips its rule and, where the server's action does not take null, is a 500 in the end (measured).
 */
export function readParams(route: Route, request: Received, values: Readonly<Record<string, string>>): Params {
  const sent = ["GET", "HEAD"].includes(request.method) ? request.query : request.body;
  const read: Record<string, Json> = {};
  const given = new Set<string>();
  let nullBreaks = false;
  for (const { name, aliases, rule, optional, fallback } of route.params) {
    const sentAs = Object.hasOwn(sent, name) ? name : (aliases.find((alias) => Object.hasOwn(sent, alias)) ?? name);
    const exists = Object.hasOwn(values, name) || Object.hasOwn(sent, sentAs) || Object.hasOwn(request.files, name);
    if (!exists && !optional) throw invalidArgument(`Param "${name}" is not optional.`);
    if (!exists) {
      read[name] = fallback;
      continue;
    }
    given.add(name);
    const value = Object.hasOwn(values, name) ? (values[name] ?? "") : (sent[sentAs] ?? null);
    if (Object.hasOwn(request.files, name) && !Object.hasOwn(sent, sentAs)) continue;
    if (value === null && optional) {
      read[name] = null;
      nullBreaks ||= !rule.nullable && fallback !== null && !takesNull.has(`${route.key} ${name}`);
      continue;
    }
    const fault = rule.fault(value);
    if (fault !== undefined) throw invalidArgument(`Invalid \`${name}\` param: ${fault}`);
    read[name] = rule.read(value);
  }
  if (nullBreaks) throw new ServerError("general_unknown");
  return paramsOver(read, given);
}

// Optional parameters whose rule does not take null while the server's action does (real-server.md, F19, and the actions' types).
const takesNull: ReadonlySet<string> = new Set([
  "POST /v1/databases/:databaseId/collections/:collectionId/documents documents",
  "POST /v1/documentsdb/:databaseId/collections/:collectionId/documents documents",
  "POST /v1/tablesdb/:databaseId/tables/:tableId/rows rows",
  "POST /v1/vectorsdb/:databaseId/collections/:collectionId/documents documents",
  "PUT /v1/vectorsdb/:databaseId/collections/:collectionId enabled",
  ...["email", "push", "sms"].flatMap((kind) =>
    ["topics", "users", "targets"].map((name) => `POST /v1/messaging/messages/${kind} ${name}`),
  ),
  ...["cc", "bcc", "attachments"].map((name) => `POST /v1/messaging/messages/email ${name}`),
  "POST /v1/functions/:functionId/executions async",
  "POST /v1/functions/:functionId/executions headers",
  "POST /v1/project/platforms/web key",
  "PUT /v1/project/platforms/web/:platformId key",
  "POST /v1/proxy/rules/site branch",
  "POST /v1/sites/:siteId/deployments activate",
  "PUT /v1/sites/:siteId providerRepositoryId",
  "POST /v1/storage/buckets compression",
  "POST /v1/storage/buckets encryption",
  "PUT /v1/storage/buckets/:bucketId compression",
  "PUT /v1/storage/buckets/:bucketId maximumFileSize",
  "PUT /v1/storage/buckets/:bucketId encryption",
  ...["POST /v1/users", "argon2", "bcrypt", "md5", "phpass", "scrypt", "scrypt-modified", "sha"].map((route) =>
    route.startsWith("POST") ? `${route} name` : `POST /v1/users/${route} name`,
  ),
  "POST /v1/users password",
]);

function paramsOver(read: Readonly<Record<string, Json>>, given: ReadonlySet<string>): Params {
  const raw = (name: string) => read[name] ?? null;
  const listOrNull = (name: string) => {
    const value = raw(name);
    return isList(value) ? value : null;
  };
  return {
    raw,
    given: (name) => given.has(name),
    text: (name) => String(raw(name) ?? ""),
    textOrNull: (name) => (raw(name) === null ? null : String(raw(name))),
    flag: (name) => raw(name) === true,
    whole: (name) => Number(raw(name) ?? 0),
    listOrNull,
    list: (name) => listOrNull(name) ?? [],
    object: (name) => {
      const value = raw(name);
      return typeof value === "object" && value !== null && !isList(value) ? (value as JsonObject) : {};
    },
    queries: () => parseQueries(raw("queries")),
    asked: () => ({
      queries: parseQueries(raw("queries")),
      search: String(raw("search") ?? ""),
      total: raw("total") !== false,
    }),
  };
}
