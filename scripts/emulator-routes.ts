import { readFileSync, writeFileSync } from "node:fs";

/**
 * Writes `emulator/routes.json`, the emulator's route table, from a JSON dump of Appwrite's own route definitions.
 *
 * Usage: `npx tsx scripts/emulator-routes.ts <dump.json> emulator/routes.json`. The dump is a list of routes, each with
 * `method`, `path`, `scopes`, `params`, `response`, `versions` and, where they differ, `changes` between versions.
 */
export function routeTable(dump: readonly DumpedRoute[]): string {
  const released = dump.filter((route) => route.versions.some((version) => version !== unreleased));
  return `[\n${released.map((route) => JSON.stringify(compact(route))).join(",\n")}\n]\n`;
}

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

function compact(route: DumpedRoute) {
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
    params: route.params.map(compactParam),
    ...(old ? { before195: before(old) } : {}),
  };
}

function compactParam(param: DumpedParam) {
  const value = typeof param.default === "string" ? (environment[param.default] ?? param.default) : param.default;
  return {
    name: param.name,
    rule: param.limits.replace("_APP_STORAGE_LIMIT", "30000000"),
    ...(param.in ? { in: param.in } : {}),
    ...(param.optional ? { optional: true, default: value } : {}),
  };
}

/**
 * The differences of 1.9.0: its scopes, and for each parameter the rule it had (after `required` where it was not
 * optional), or null when it had no such parameter.
 */
function before(changes: Record<string, string>) {
  const scopes = changes["(scope)"]?.split(" -> ")[0];
  const params: Record<string, string | null> = {};
  for (const [name, change] of Object.entries(changes)) {
    if (name.startsWith("(")) continue;
    const removed = /^removed \(was (.*)\)$/.exec(change);
    if (change.startsWith("added:")) params[name] = null;
    else if (removed) params[name] = removed[1] ?? "";
    else if (change.length < 190) {
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

const [input, output] = process.argv.slice(2);
if (input && output) writeFileSync(output, routeTable(JSON.parse(readFileSync(input, "utf8")) as DumpedRoute[]));
