import { readFileSync, writeFileSync } from "node:fs";

/**
 * Writes `emulator/routes.json`, the emulator's route table, from a JSON dump of Appwrite's own route definitions.
 *
 * Usage: `npx tsx scripts/emulator-routes.ts <dump.json> <openapi-1.9.0.json> emulator/routes.json`. The dump is a list of
 * routes, each with `method`, `path`, `scopes`, `params`, `response`, `versions` and, where they differ, `changes` between
 * versions. It cuts long lists of words off; what 1.9.0 took, its own OpenAPI document says.
 */
export function routeTable(dump: readonly DumpedRoute[], old: OpenApi): string {
  const released = dump.filter((route) => route.versions.some((version) => version !== unreleased));
  return `[\n${released.map((route) => JSON.stringify(compact(route, old))).join(",\n")}\n]\n`;
}

type OpenApi = { paths: Record<string, Record<string, Operation | undefined> | undefined> };
type Words = { enum?: string[]; items?: { enum?: string[] } };
type Operation = {
  requestBody?: { content?: Record<string, { schema?: { properties?: Record<string, Words> } } | undefined> };
};

type DumpedParam = { name: string; in?: string; optional: boolean; default: unknown; limits: string };
type DumpedRoute = {
  method: string;
  path: string;
  aliases?: string[];
  operation: string[];
  scopes: string[];
  params: DumpedParam[];
  response: { code: number }[];
  versions: string[];
  abuse?: Record<string, unknown>;
  changes?: Record<string, Record<string, string>>;
};

const unreleased = "HEAD";

// What the definitions leave to the server's environment, as a default installation has it.
const environment: Record<string, unknown> = {
  "(server: _APP_STORAGE_LIMIT)": 30_000_000,
  "(server default, s-1vcpu-512mb)": "s-8vcpu-8gb",
};

// The dump names a wrapper (`PasswordFormat`) where these rules are inside it. Source: the server's actions.
const insidePasswordFormat: Record<string, string> = {
  "PATCH /v1/users/:userId/password": 'Password{"allowEmpty":true}',
  "PATCH /v1/account/password oldPassword": "Text(len 0..256)",
  "POST /v1/messaging/providers/smtp": "Text(len 1..∞)",
  "PATCH /v1/messaging/providers/smtp/:providerId": "Text(len 1..∞)",
  "POST /v1/migrations/nhost": "Text(len 1..512)",
  "GET /v1/migrations/nhost/report": "Text(len 1..512)",
  "POST /v1/migrations/supabase": "Text(len 1..512)",
  "GET /v1/migrations/supabase/report": "Text(len 1..512)",
  "PATCH /v1/project/smtp": "Text(len 0..256)",
  "POST /v1/project/smtp/tests": "Text(len 1..256)",
  "POST /v1/webhooks": "Text(len 1..256)",
  "PUT /v1/webhooks/:webhookId": "Text(len 1..256)",
};

function compact(route: DumpedRoute, document: OpenApi) {
  const old = route.changes?.["1.9.0->1.9.5"];
  const namespace = route.operation[0]?.split(".")[0];
  return {
    method: route.method,
    path: route.path,
    ...(route.aliases ? { aliases: route.aliases } : {}),
    ...(namespace ? { namespace } : {}),
    scopes: route.scopes,
    ...(route.response[0] ? { success: route.response[0].code } : {}),
    versions: route.versions.filter((version) => version !== unreleased),
    ...(route.abuse?.["abuse-limit"]
      ? { abuse: { limit: route.abuse["abuse-limit"], seconds: route.abuse["abuse-time"] ?? 3600 } }
      : {}),
    params: route.params.map((param) => compactParam(param, `${route.method} ${route.path}`)),
    ...(old ? { before195: before(old, route, document) } : {}),
  };
}

/** The columns of an index are keys that may also be `$id`, `$createdAt` and `$updatedAt`; the dump does not tell. */
function ruleOf({ name, limits }: DumpedParam): string {
  const isIndexed = (name === "columns" || name === "attributes") && limits === "ArrayList(Key(≤36), max 100)";
  return isIndexed ? "ArrayList(Key(≤36, internal), max 100)" : limits.replace("_APP_STORAGE_LIMIT", "30000000");
}

// The other names of parameters, which the dump leaves out. Source: the server's actions.
const aliases: Readonly<Record<string, readonly string[]>> = {
  "PATCH /v1/project/oauth2/oidc tokenURL": ["tokenUrl"],
  "PATCH /v1/project/oauth2/oidc userInfoURL": ["userInfoUrl"],
};

function compactParam(param: DumpedParam, route: string) {
  const others = aliases[`${route} ${param.name}`];
  const hidden =
    insidePasswordFormat[`${route} ${param.name}`] ?? insidePasswordFormat[route] ?? 'Password{"allowEmpty":false}';
  const value = typeof param.default === "string" ? (environment[param.default] ?? param.default) : param.default;
  return {
    name: param.name,
    ...(others ? { aliases: others } : {}),
    rule: ruleOf(param).replace("PasswordFormat", hidden),
    ...(param.in ? { in: param.in } : {}),
    ...(param.optional ? { optional: true, default: value } : {}),
  };
}

/**
 * The differences of 1.9.0: its scopes, and for each parameter the rule it had (after `required` where it was not
 * optional), or null when it had no such parameter.
 */
function before(changes: Record<string, string>, route: DumpedRoute, document: OpenApi) {
  const scopes = changes["(scope)"]?.split(" -> ")[0];
  const params: Record<string, string | null> = {};
  for (const [name, change] of Object.entries(changes)) {
    if (name.startsWith("(")) continue;
    const removed = /^removed \(was (.*)\)$/.exec(change);
    if (change.startsWith("added:")) params[name] = null;
    else if (removed) params[name] = removed[1] ?? "";
    else if (change.length >= 190) {
      const rule = route.params.find((param) => param.name === name)?.limits;
      const words = wordsOf(document, route, name);
      if (rule && words) params[name] = rule.replace(/\[".*"\]/s, JSON.stringify(words));
    } else {
      const rule = change
        .split("; ")
        .find((part) => part.includes(" -> "))
        ?.split(" -> ")[0];
      const wasRequired = change.includes("optional False->True");
      if (rule !== undefined) params[name] = `${wasRequired ? "required " : ""}${rule}`;
    }
  }
  return {
    ...(scopes ? { scopes: scopes.startsWith("[") ? JSON.parse(scopes.replaceAll("'", '"')) : [scopes] } : {}),
    ...(Object.keys(params).length ? { params } : {}),
  };
}

/** The words that a version took for a parameter in the body. */
function wordsOf(document: OpenApi, { path, method }: DumpedRoute, name: string): string[] | undefined {
  const operation = document.paths[path.replace(/^\/v1/, "").replace(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
  const property = Object.values(operation?.requestBody?.content ?? {})[0]?.schema?.properties?.[name];
  return property?.enum ?? property?.items?.enum;
}

const [input, old, output] = process.argv.slice(2);
if (input && old && output) {
  const read = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(output, routeTable(read(input) as DumpedRoute[], read(old) as OpenApi));
}
