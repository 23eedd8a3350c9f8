import type { Column } from "../databases/columns.ts";
import { isList, isObject, type Json, type JsonObject } from "../json.ts";
import { providers } from "../project/oauth2-providers.ts";
import type { Query } from "../queries.ts";
import { apiReader, localReader, type Reader } from "./reader.ts";
import { type Group, groupOf, MigrationError, type Resource, resource } from "./resources.ts";
import { itemsOf, pages, query, type Source } from "./source.ts";
import { doneOf, reading, type Transfer } from "./transfer.ts";

/** A running migration that reads a project. */
export type AppwriteTransfer = Transfer & {
  readonly source: Source;
  /** One table alone, and of its rows those that queries find. */
  readonly only?: { readonly databaseId: string; readonly tableId: string; readonly queries: readonly Query[] };
};

/** Copies everything that is wanted, group by group, in the order in which the groups were first named. */
export function exportAll(transfer: AppwriteTransfer): void {
  const named = transfer.wanted.flatMap((name) => groupOf(name) ?? []);
  for (const group of new Set(named)) exporters[group](transfer);
}

type Export = (transfer: AppwriteTransfer) => void;

const exporters: Readonly<Record<Group, Export>> = {
  auth(transfer) {
    each(transfer, "auth", {
      user: listed("/users", "users"),
      team: listed("/teams", "teams"),
      membership: exportMemberships,
      "auth-methods": exportProject,
      "oauth2-provider": exportOAuth2Providers,
      policies: exportPolicies,
    });
  },
  databases: exportDatabases,
  storage(transfer) {
    each(transfer, "storage", { bucket: exportBuckets, file: exportFiles });
  },
  functions(transfer) {
    each(transfer, "functions", { function: exportFunctions });
    reading(transfer, "deployment", "functions", () => exportDeployments(transfer, "function"));
  },
  messaging(transfer) {
    each(transfer, "messaging", {
      provider: listed("/messaging/providers", "providers"),
      topic: listed("/messaging/topics", "topics"),
      subscriber: exportSubscribers,
      message: listed("/messaging/messages", "messages"),
    });
  },
  sites(transfer) {
    each(transfer, "sites", { site: exportSites });
    reading(transfer, "site-deployment", "sites", () => exportDeployments(transfer, "site"));
  },
  integrations(transfer) {
    each(transfer, "integrations", {
      platform: listed("/project/platforms", "platforms"),
      "api-key": listed("/project/keys", "keys"),
      webhook: listed("/webhooks", "webhooks"),
      smtp: exportProject,
    });
  },
  // Only Appwrite Cloud has any.
  backups() {},
  projects(transfer) {
    each(transfer, "projects", {
      "project-variable": listed("/project/variables", "variables"),
      "project-protocols": exportProject,
      "project-labels": exportProject,
      "project-services": exportProject,
      "project-email-template": exportTemplates,
    });
  },
  domains(transfer) {
    each(transfer, "domains", { rule: listed("/proxy/rules", "rules") });
  },
};

type ExportOne = (transfer: AppwriteTransfer, name: string) => void;

function each(transfer: AppwriteTransfer, group: Group, kinds: Readonly<Record<string, ExportOne>>): void {
  for (const [name, read] of Object.entries(kinds)) {
    if (transfer.wanted.includes(name)) reading(transfer, name, group, () => read(transfer, name));
  }
}

/** A kind that a list tells whole. */
function listed(path: string, items: string): ExportOne {
  return (transfer, name) => {
    for (const page of pages(transfer.source, path, items))
      transfer.pass(page.map((one) => resource(name, String(one["$id"]), one)));
  };
}

function exportMemberships(transfer: AppwriteTransfer, name: string): void {
  const users = new Set(doneOf(transfer, "user").map(({ id }) => id));
  for (const team of doneOf(transfer, "team")) {
    for (const page of pages(transfer.source, `/teams/${team.id}/memberships`, "memberships")) {
      if (!page.every(({ userId }) => users.has(String(userId)))) throw new MigrationError("User not found", 404);
      transfer.pass(page.map((one) => resource(name, String(one["$id"]), one, team)));
    }
  }
}

/** A part of the project's settings: it is always one, and has the project's id. */
function exportProject({ source, pass }: AppwriteTransfer, name: string): void {
  pass([resource(name, source.projectId, source.get("/project"))]);
}

function exportOAuth2Providers(transfer: AppwriteTransfer, name: string): void {
  const configured = configuredProviders(transfer.source);
  if (configured.length > 0) {
    transfer.pass(configured.map((one) => resource(name, `${transfer.source.projectId}-${one["$id"]}`, one)));
  }
}

/** The OAuth2 providers that are enabled or have the id of an application where the server's library looks for it. */
export function configuredProviders(source: Source): JsonObject[] {
  return itemsOf(source.get("/project/oauth2"), "providers").filter(
    (one) => providers[String(one["$id"])] !== undefined && (one["enabled"] === true || appIdOf(one) !== ""),
  );
}

/** The id of an application as the server's library finds it: under two names alone. */
export function appIdOf(provider: JsonObject): string {
  return String(provider[provider["$id"] === "apple" ? "serviceId" : "clientId"] ?? "");
}

const POLICIES = [
  ..."password-history password-dictionary password-personal-data session-alert session-duration".split(" "),
  ..."session-invalidation session-limit user-limit membership-privacy".split(" "),
];

function exportPolicies({ source, pass }: AppwriteTransfer, name: string): void {
  const policies = POLICIES.map((id): [string, Json] => [id, source.get(`/project/policies/${id}`)]);
  pass([resource(name, source.projectId, Object.fromEntries(policies))]);
}

/** The server's library reads the first page of buckets and no more. */
function exportBuckets({ source, pass }: AppwriteTransfer, name: string): void {
  const buckets = itemsOf(source.get("/storage/buckets"), "buckets");
  if (buckets.length > 0) pass(buckets.map((one) => resource(name, String(one["$id"]), one)));
}

/** Content is read and written in parts of this size. */
export const PART = 5 * 1024 * 1024;

function exportFiles(transfer: AppwriteTransfer, name: string): void {
  for (const bucket of doneOf(transfer, "bucket")) {
    for (const file of pages(transfer.source, `/storage/buckets/${bucket.id}/files`, "files").flat()) {
      const one = resource(name, String(file["$id"]), file, bucket);
      try {
        const path = `/storage/buckets/${bucket.id}/files/${one.id}/download`;
        inParts(transfer, one, path, Number(file["sizeOriginal"]));
      } catch (error) {
        if (!(error instanceof MigrationError)) throw error;
        const { code, message } = error;
        transfer.sourceFailures.push({
          code,
          message,
          resourceName: name,
          resourceGroup: "storage",
          resourceId: one.id,
        });
      }
    }
  }
}

/** Passes a content on part by part, each as the same resource. */
function inParts({ source, pass }: AppwriteTransfer, one: Resource, path: string, size: number): void {
  for (let start = 0; start < size; start += PART) {
    const end = Math.min(start + PART, size) - 1;
    const { body } = source.call(path, { range: `bytes=${start}-${end}` });
    content.set(one, { bytes: body, start, end, size });
    pass([one]);
    content.delete(one);
  }
}

/** The part of a resource's content that is on its way. */
export type Part = { readonly bytes: Buffer; readonly start: number; readonly end: number; readonly size: number };

const content = new WeakMap<Resource, Part>();

/** The part of a resource's content that is on its way. */
export function partOf(one: Resource): Part {
  return content.get(one) ?? { bytes: Buffer.alloc(0), start: 0, end: -1, size: 0 };
}

function exportFunctions(transfer: AppwriteTransfer, name: string): void {
  for (const page of pages(transfer.source, "/functions", "functions")) {
    transfer.pass(
      page.flatMap((one) => {
        const owner = resource(name, String(one["$id"]), one);
        const { vars } = one;
        return [owner, ...variables("environment-variable", isList(vars) ? vars.filter(isObject) : [], owner)];
      }),
    );
  }
}

function exportSites(transfer: AppwriteTransfer, name: string): void {
  for (const page of pages(transfer.source, "/sites", "sites")) {
    transfer.pass(
      page.flatMap((one) => {
        const owner = resource(name, String(one["$id"]), one);
        const told = transfer.source.get(`/sites/${owner.id}/variables`);
        return [owner, ...variables("site-variable", itemsOf(told, "variables"), owner)];
      }),
    );
  }
}

function variables(name: string, told: readonly JsonObject[], owner: Resource): Resource[] {
  return told.map((one) => resource(name, String(one["$id"]), one, owner));
}

/** Without being asked for, the deployments in service are copied: what was copied shall run. */
function exportDeployments(transfer: AppwriteTransfer, owner: "function" | "site"): void {
  const { source, wanted } = transfer;
  const name = owner === "site" ? "site-deployment" : "deployment";
  for (const of of doneOf(transfer, owner)) {
    const root = `/${owner}s/${of.id}/deployments`;
    const active = String(of.data["deploymentId"] ?? "");
    if (wanted.includes(name)) {
      for (const told of pages(source, root, "deployments").flat()) exportDeployment(transfer, name, root, told, of);
    } else if (active !== "") exportDeployment(transfer, name, root, source.get(`${root}/${active}`), of);
  }
}

function exportDeployment(
  transfer: AppwriteTransfer,
  name: string,
  root: string,
  told: JsonObject,
  of: Resource,
): void {
  const one = resource(name, String(told["$id"]), told, of);
  try {
    // Its size is asked for beforehand; without an answer it is read as a whole.
    const { body } = transfer.source.call(`${root}/${one.id}/download`);
    content.set(one, { bytes: body, start: 0, end: body.length - 1, size: body.length });
    transfer.pass([one]);
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    of.status = "error";
  }
}

function exportSubscribers(transfer: AppwriteTransfer, name: string): void {
  for (const topic of doneOf(transfer, "topic")) {
    for (const page of pages(transfer.source, `/messaging/topics/${topic.id}/subscribers`, "subscribers"))
      transfer.pass(page.map((one) => resource(name, String(one["$id"]), one, topic)));
  }
}

function exportTemplates({ source, pass }: AppwriteTransfer, name: string): void {
  for (let offset = 0; ; offset += 100) {
    const told = source.get("/project/templates/email", [query("limit", 100), query("offset", offset)]);
    const templates = itemsOf(told, "templates");
    if (templates.length === 0) return;
    pass(templates.map((one) => resource(name, `email.${one["templateId"]}-${one["locale"]}`, one)));
    if (templates.length < 100) return;
  }
}

/** Opens the databases of a source. */
export function readerOf(transfer: Pick<AppwriteTransfer, "context" | "source">): Reader {
  const { context, source } = transfer;
  return source.local ? localReader(context.store, source.local) : apiReader(source);
}

/** A failure of one step leaves out those that follow: they need it. */
function exportDatabases(transfer: AppwriteTransfer): void {
  const { wanted, pass, only } = transfer;
  const reader = readerOf(transfer);
  const step = (name: string, read: () => void) => !wanted.includes(name) || reading(transfer, name, "databases", read);
  const ofTables = (read: (table: Resource, databaseId: string) => void) => () => {
    for (const table of doneOf(transfer, "table")) read(table, table.parent?.id ?? "");
  };
  const isDone =
    step("database", () => {
      const databases = reader
        .databases()
        .filter(({ id, type }) => (type === "tablesdb" || type === "legacy") && (!only || id === only.databaseId));
      if (databases.length > 0) pass(databases.map((one) => resource("database", String(one["id"]), one)));
    }) &&
    step("table", () => {
      for (const database of doneOf(transfer, "database")) {
        const tables = reader.tables(database.id).filter(({ id }) => !only || id === only.tableId);
        if (tables.length > 0) pass(tables.map((one) => resource("table", String(one["id"]), one, database)));
      }
    }) &&
    step(
      "column",
      ofTables((table, databaseId) => {
        const columns = reader.columns(databaseId, table.id).filter((one) => one.side !== "child");
        refuseUnruled(columns);
        if (columns.length > 0) pass(columns.map((one) => resource("column", "", one as unknown as JsonObject, table)));
      }),
    ) &&
    step(
      "index",
      ofTables((table, databaseId) => {
        const indexes = reader.indexes(databaseId, table.id);
        if (indexes.length > 0)
          pass(indexes.map((one) => resource("index", one.$id, one as unknown as JsonObject, table)));
      }),
    );
  if (!isDone) return;
  step(
    "row",
    ofTables((table, databaseId) => {
      for (const part of reader.rows(databaseId, table.id, transfer.source.local ? 1000 : 500, only?.queries))
        pass(part.map(({ id, ...one }) => resource("row", id, one as unknown as JsonObject, table)));
    }),
  );
}

/** The server's library takes no relationship whose rule for deletes a PATCH without one took away (F7, recording 85). */
function refuseUnruled(columns: readonly Column[]): void {
  if (!columns.some(({ type, onDelete }) => type === "relationship" && onDelete === "")) return;
  const library = "/srv/appwrite/vendor/utopia-php/migration/src/Migration/Sources/Appwrite.php";
  throw new MigrationError(
    `Utopia\\Migration\\Resources\\Database\\Columns\\Relationship::__construct(): Argument #7 ($onDelete) must be of type string, null given, called in ${library} on line 3249`,
  );
}
