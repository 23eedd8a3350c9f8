import type { Json, JsonObject } from "../json.ts";
import { configuredProviders } from "./export.ts";
import { apiReader, localReader } from "./reader.ts";
import { groups, MigrationError } from "./resources.ts";
import { type Asking, itemsOf, query, type Source } from "./source.ts";

/** How many resources of each kind a source has, as far as they are wanted; `size` is that of all files in megabytes. */
export type Report = { readonly counts: Readonly<Record<string, number>>; readonly version: string };

/** Asks a source what it has. */
export function reportOf(context: Asking, source: Source, asked: readonly string[]): Report {
  // Nothing stands for everything.
  const wanted = asked.length === 0 ? Object.values(groups).flat() : asked;
  const counts: Record<string, number> = {};
  const count = (name: string, how: () => number) => {
    if (wanted.includes(name)) counts[name] = how();
  };
  // What a key may not see of these is told as none.
  const lenient = (name: string, how: () => number) => count(name, () => orNone(how));
  const total = (path: string) => () => totalOf(source, path);
  const one = () => 1;

  count("user", total("/users"));
  const teams = wanted.includes("membership") ? all(source, "/teams", "teams") : [];
  count("team", total("/teams"));
  count("membership", () => sum(teams, (team) => totalOf(source, `/teams/${team["$id"]}/memberships`)));
  count("auth-methods", one);
  count("oauth2-provider", () => configuredProviders(source).length);
  count("policies", one);

  Object.assign(counts, databaseCounts(context, source, wanted));

  count("bucket", total("/storage/buckets"));
  if (wanted.includes("file")) {
    const buckets = all(source, "/storage/buckets", "buckets");
    counts["file"] = sum(buckets, (bucket) => totalOf(source, `/storage/buckets/${bucket["$id"]}/files`));
    counts["size"] = sum(buckets, (bucket) => Number(bucket["totalSize"] ?? 0)) / 1_000_000;
  }

  for (const [owner, deployment, variable] of OWNERS) {
    const isWhole = wanted.includes(deployment) || wanted.includes(variable);
    const owners = isWhole ? all(source, `/${owner}s`, `${owner}s`) : [];
    count(owner, total(`/${owner}s`));
    count(deployment, () => owners.filter(({ deploymentId = "" }) => deploymentId !== "").length);
    count(variable, () => sum(owners, (one) => variablesOf(source, owner, one)));
  }

  count("provider", total("/messaging/providers"));
  count("topic", total("/messaging/topics"));
  count("subscriber", () =>
    sum(all(source, "/messaging/topics", "topics"), ({ $id }) =>
      totalOf(source, `/messaging/topics/${$id}/subscribers`),
    ),
  );
  count("message", total("/messaging/messages"));

  lenient("platform", total("/project/platforms"));
  lenient("api-key", total("/project/keys"));
  lenient("webhook", total("/webhooks"));
  count("smtp", one);
  count("backup-policy", () => 0);
  lenient("project-variable", total("/project/variables"));
  count("project-protocols", one);
  count("project-labels", one);
  count("project-services", one);
  lenient("project-email-template", total("/project/templates/email"));
  lenient("rule", total("/proxy/rules"));

  const { body } = source.call("/health/version", { "x-appwrite-key": "", "x-appwrite-project": "" });
  return { counts, version: versionIn(body) };
}

const OWNERS = [
  ["function", "deployment", "environment-variable"],
  ["site", "site-deployment", "site-variable"],
] as const;

const DATABASE_KINDS = ["database", "table", "row", "column", "index"];
const DOCUMENT_KINDS = ["documentsdb", "vectorsdb", "collection", "document", "attribute"];

/** The server counts what is in the first 25 databases, and on its own in the first 25 tables of each. */
const PAGE = 25;

function databaseCounts(context: Asking, source: Source, wanted: readonly string[]): Record<string, number> {
  const kinds = source.local ? [...DATABASE_KINDS, ...DOCUMENT_KINDS] : DATABASE_KINDS;
  const asked = kinds.filter((name) => wanted.includes(name));
  const counts = Object.fromEntries(asked.map((name) => [name, 0]));
  const isAlone = asked.length === 1;
  if (asked.length === 0) return counts;
  // Of databases alone its own are not counted.
  if (source.local && isAlone && ["database", "documentsdb", "vectorsdb"].includes(asked[0] ?? "")) return counts;
  const reader = source.local ? localReader(context.store, source.local) : apiReader(source);
  const add = (name: string, more: number) => {
    if (counts[name] !== undefined) counts[name] += more;
  };
  const databases = reader.databases().slice(0, PAGE);
  for (const database of databases) {
    if (database["type"] !== "tablesdb" && database["type"] !== "legacy") continue;
    add("database", 1);
    if (isAlone && counts["database"] !== undefined) continue;
    const databaseId = String(database["id"]);
    const tables = source.local ? reader.tables(databaseId).slice(0, PAGE) : reader.tables(databaseId);
    add("table", tables.length);
    for (const table of tables) {
      const tableId = String(table["id"]);
      if (counts["row"] !== undefined) add("row", reader.countRows(databaseId, tableId));
      if (counts["column"] !== undefined) add("column", reader.columns(databaseId, tableId).length);
      if (counts["index"] !== undefined) add("index", reader.indexes(databaseId, tableId).length);
    }
  }
  return counts;
}

function variablesOf(source: Source, owner: "function" | "site", one: JsonObject): number {
  if (owner === "function") return itemsOf(one, "vars").length;
  return Number(source.get(`/sites/${one["$id"]}/variables`)["total"] ?? 0);
}

/** The whole list, in pages as the server's library reads them. */
function all(source: Source, path: string, items: string): JsonObject[] {
  const read: JsonObject[] = [];
  for (;;) {
    const last = read.at(-1);
    const page = itemsOf(
      source.get(path, [last ? query("cursorAfter", String(last["$id"])) : query("limit", PAGE)]),
      items,
    );
    read.push(...page);
    if (page.length < PAGE) return read;
  }
}

function totalOf(source: Source, path: string): number {
  return Number(source.get(path, [query("limit", 1)])["total"] ?? 0);
}

function orNone(how: () => number): number {
  try {
    return how();
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return 0;
  }
}

function sum(items: readonly JsonObject[], of: (one: JsonObject) => number): number {
  return items.reduce((so, one) => so + of(one), 0);
}

function versionIn(body: Buffer): string {
  const told = JSON.parse(body.toString("utf8")) as { readonly version?: Json };
  return String(told.version ?? "");
}
