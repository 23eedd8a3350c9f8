import type { JsonObject } from "./json.ts";
import { isOlder } from "./versions.ts";

/**
 * A request body in the names of an older response format, in today's names: the server has such filters for clients of
 * older versions (API reference, A6). Only what was renamed for the routes that still answer is here.
 */
export function requestOfToday(routeKey: string, body: JsonObject, format: string | undefined): JsonObject {
  if (format === undefined) return body;
  return renames
    .filter(({ before, routes }) => isOlder(format, before) && routes.test(routeKey))
    .reduce((renamed, { names, values }) => rename(renamed, names, values), body);
}

type Rename = {
  readonly before: string;
  readonly routes: RegExp;
  readonly names: { readonly [old: string]: string };
  readonly values?: { readonly [old: string]: string };
};

const renames: readonly Rename[] = [
  { before: "1.9.2", routes: /^PATCH \/v1\/project\/auth-methods\//, names: { status: "enabled" } },
  {
    before: "1.9.2",
    routes: /^PATCH \/v1\/project\/policies\/(user-limit|session-limit|password-history)$/,
    names: { limit: "total" },
  },
  { before: "1.9.2", routes: /^PATCH \/v1\/project\/policies\/session-alert$/, names: { alerts: "enabled" } },
  { before: "1.9.2", routes: /^PATCH \/v1\/project\/policies\/membership-privacy$/, names: { mfa: "userMFA" } },
  { before: "1.9.2", routes: /^PATCH \/v1\/project\/(smtp|templates\/email)$/, names: { replyTo: "replyToEmail" } },
  { before: "1.9.2", routes: /^(POST|PUT) \/v1\/project\/mock-phones/, names: { phone: "number" } },
  {
    before: "1.9.1",
    routes: /^PATCH \/v1\/project\/services\//,
    names: { service: "serviceId", status: "enabled" },
  },
  {
    before: "1.9.1",
    routes: /^PATCH \/v1\/project\/protocols\//,
    names: { api: "protocolId", status: "enabled" },
    values: { realtime: "websocket" },
  },
  {
    before: "1.9.1",
    routes: /^(POST|PUT) \/v1\/webhooks/,
    names: { security: "tls", httpUser: "authUsername", httpPass: "authPassword" },
  },
];

function rename(body: JsonObject, names: Rename["names"], values: Rename["values"] = {}): JsonObject {
  const entries = Object.entries(body).map(([name, value]) => {
    const isRenamed = Object.hasOwn(names, name);
    return [isRenamed ? names[name] : name, isRenamed && typeof value === "string" ? (values[value] ?? value) : value];
  });
  // "No limit" was written as 0 and is null today (recorded).
  const renamed = Object.fromEntries(entries) as JsonObject;
  return names["limit"] === "total" && renamed["total"] === 0 ? { ...renamed, total: null } : renamed;
}
