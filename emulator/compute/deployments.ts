import { gunzipSync } from "node:zlib";
import { type Context, empty, type Handlers, type JobContext, type JobHandlers, json, type Reply } from "../context.ts";
import { ServerError } from "../errors.ts";
import { uniqueIdentifier } from "../identifiers.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { clearRules, followDeployment, previewRule } from "../proxy-rules.ts";
import { listItems, selectedOf } from "../queries.ts";
import type { Place, Stored } from "../store.ts";
import { show } from "./show.ts";
import { type ComputeWords, findResource, functionWords, siteWords } from "./words.ts";

/** Parts of an upload have this size, but for the last (API chapter A7). */
const PART = 5 * 1024 * 1024;
/** The largest source of a deployment (`_APP_COMPUTE_SIZE_LIMIT`). */
const LARGEST = 30_000_000;

/** Deployments of functions or sites: uploads in parts, rebuilds, templates, downloads and activation. */
export function deploymentRoutes(words: ComputeWords): Handlers {
  const resource = `/v1/${words.root}/:${words.id}`;
  const all = `${resource}/deployments`;
  const one = `${all}/:deploymentId`;
  return {
    [`POST ${all}`]: (context, params) => upload(context, words, params),
    [`POST ${all}/duplicate`]: (context, params) => duplicate(context, words, params),
    [`POST ${all}/template`]: (context, params) => fromTemplate(context, words, params),
    [`POST ${all}/vcs`]: (context, params) => {
      findResource(context, words, params.text(words.id));
      // Nothing is ever connected to a repository here, which the server answers so.
      throw new ServerError("installation_not_found");
    },
    [`GET ${all}`]: (context, params) => list(context, words, params),
    [`GET ${one}`]: (context, params) => json(showDeployment(find(context, words, params).deployment)),
    [`DELETE ${one}`]: (context, params) => remove(context, words, params),
    [`GET ${one}/download`]: (context, params) => download(context, words, params),
    [`PATCH ${one}/status`]: (context, params) => cancel(context, words, params),
    [`PATCH ${resource}/deployment`]: (context, params) => activate(context, words, params),
  };
}

/** What the worker does with a deployment: it takes it up, builds it, and puts it in service where that was asked for. */
export const deploymentJobs: JobHandlers = {
  "build-deployment": (context, payload) => {
    const words = payload["root"] === "sites" ? siteWords : functionWords;
    const place = deploymentsPlace(context.scope);
    const deployment = context.store.get(place, String(payload["deployment"]));
    if (!deployment || deployment.sequence !== payload["sequence"]) return;
    const step = BUILD_STEPS[String(deployment.data["status"])];
    if (!step) return;
    const changes = step(context, deployment);
    if (!changes) return;
    const data: JsonObject = { ...deployment.data, ...changes, updatedAt: context.now };
    context.store.update(place, deployment.id, data);
    settle(context, words, { ...deployment, data });
    if (BUILD_STEPS[String(data["status"])]) context.enqueue("build-deployment", payload);
  },
};

/** The deployment of a function or site that is in service; undefined when there is none. */
export function servedDeployment(
  { store, project }: Pick<Context, "store" | "project">,
  words: ComputeWords,
  resource: Stored,
): Stored | undefined {
  const deployment = store.get(deploymentsPlace(project.id), String(resource.data["deploymentId"] ?? ""));
  return deployment && isOf(words, resource, deployment) ? deployment : undefined;
}

/** Removes the deployments of a function or site that is deleted, and the domains that led to it. */
export function clearDeployments(context: Context, words: ComputeWords, resource: Stored): void {
  for (const deployment of deploymentsOf(context, words, resource)) drop(context, deployment);
  clearRules(context, words.kind, resource.id);
}

type BuildStep = (context: JobContext, deployment: Stored) => JsonObject | undefined;

/** What comes after each status; undefined = it stays as it is. */
const BUILD_STEPS: Readonly<Record<string, BuildStep>> = {
  waiting: (context) => ({ status: "processing", buildStartedAt: context.now }),
  processing: (context, deployment) => {
    const outcome = context.faults.outcome("deployment", String(deployment.data["resourceId"]), deployment.id);
    if (outcome?.outcome === "processing") return undefined;
    const logs = logLine(context.now, "Environment preparation started.");
    return { status: "building", buildLogs: logs, fate: outcome ? { ...outcome } : {} };
  },
  building: (context, deployment) => {
    const { fate } = deployment.data as { readonly fate?: { readonly outcome?: string; readonly error?: string } };
    if (fate?.outcome === "stuck") return undefined;
    const fault =
      fate?.outcome === "failed" ? (fate.error ?? "Build command failed.") : sourceFault(context, deployment);
    const logs = String(deployment.data["buildLogs"]);
    const duration = secondsBetween(String(deployment.data["buildStartedAt"]), context.now);
    if (fault !== undefined)
      return { status: "failed", buildLogs: logs + logLine(context.now, fault), buildDuration: duration };
    const size = Number(deployment.data["sourceSize"]);
    return {
      status: "ready",
      buildLogs: logs + logLine(context.now, "Deployment finished."),
      buildDuration: duration,
      buildSize: size,
      totalSize: size * 2,
    };
  },
};

/** Tells the function or site what became of its deployment, and puts it in service when it is ready and wanted. */
function settle(context: JobContext, words: ComputeWords, deployment: Stored): void {
  const place = { scope: context.scope, collection: words.root };
  const resource = context.store.get(place, String(deployment.data["resourceId"]));
  if (!resource) return;
  const isLatest = resource.data["latestDeploymentId"] === deployment.id;
  const isServed = deployment.data["status"] === "ready" && deployment.data["activate"] === true;
  context.store.update(place, resource.id, {
    ...resource.data,
    ...(isLatest ? { latestDeploymentStatus: deployment.data["status"] ?? "" } : {}),
    ...(isServed ? { live: true, ...served(deployment) } : {}),
    updatedAt: context.now,
  });
  if (isServed)
    followDeployment({ store: context.store, project: { id: context.scope } }, words.kind, resource.id, deployment.id);
}

function served(deployment: Stored): JsonObject {
  return { deploymentId: deployment.id, deploymentCreatedAt: deployment.data["createdAt"] ?? "" };
}

function upload(context: Context, words: ComputeWords, params: Params): Reply {
  const { store, request } = context;
  const resource = findResource(context, words, params.text(words.id));
  const inherited = Object.fromEntries(
    words.inherits.map((name): [string, Json] => [name, params.textOrNull(name) ?? resource.data[name] ?? ""]),
  );
  if (words.kind === "function" && inherited["entrypoint"] === "") throw new ServerError("function_entrypoint_missing");
  const code = request.files["code"];
  if (!code) throw new ServerError("storage_file_empty", { message: "No file sent" });
  if (!/\.(gz|tgz)$/i.test(code.filename)) throw new ServerError("storage_file_type_unsupported");
  const range = rangeOf(request.headers["content-range"], code.content.length);
  if (range.total > LARGEST) throw new ServerError("storage_invalid_file_size");
  const isNamed = request.headers["content-range"] !== undefined;
  const id = (isNamed ? request.headers["x-appwrite-id"] : undefined) ?? uniqueIdentifier();
  const place = deploymentsPlace(context.project.id);
  const known = store.get(place, id);
  if (known && !isOf(words, resource, known)) throw new ServerError("deployment_not_found");
  const deployment =
    known ??
    insert(context, words, resource, id, {
      ...inherited,
      type: request.headers["x-sdk-language"] === "cli" ? "cli" : "manual",
      activate: ["true", "1"].includes(String(request.body["activate"] ?? false)),
      sourceSize: range.total,
      totalSize: range.total,
      partsTotal: isNamed ? Math.max(1, Math.ceil(range.total / PART)) : 1,
    });
  const parts = partsPlace(context.project.id, deployment);
  const isWhole = () => store.count(parts) === deployment.data["partsTotal"];
  if (known && isWhole()) return json(showDeployment(known), 202);
  store.insert(parts, String(Math.floor(range.start / PART)), { bytes: code.content.toString("base64") });
  return json(showDeployment(isWhole() ? start(context, words, resource, deployment) : deployment), 202);
}

function duplicate(context: Context, words: ComputeWords, params: Params): Reply {
  const { store, project } = context;
  const { resource, deployment } = find(context, words, params);
  const copy = insert(context, words, resource, uniqueIdentifier(), {
    ...deployment.data,
    ...Object.fromEntries(words.inherits.map((name) => [name, resource.data[name] ?? ""])),
    buildSize: 0,
    totalSize: deployment.data["sourceSize"] ?? 0,
    buildLogs: "",
    buildDuration: 0,
    activate: true,
  });
  for (const part of store.list(partsPlace(project.id, deployment)))
    store.insert(partsPlace(project.id, copy), part.id, part.data);
  return json(showDeployment(start(context, words, resource, copy)), 202);
}

/** The server would fetch the template's repository; here there is none to fetch, and the build succeeds without. */
function fromTemplate(context: Context, words: ComputeWords, params: Params): Reply {
  const resource = findResource(context, words, params.text(words.id));
  const [owner, repository] = [params.text("owner"), params.text("repository")];
  const reference = params.text("reference");
  const url = `https://github.com/${owner}/${repository}`;
  const deployment = insert(context, words, resource, uniqueIdentifier(), {
    ...Object.fromEntries(words.inherits.map((name) => [name, resource.data[name] ?? ""])),
    type: "vcs",
    activate: params.flag("activate"),
    sourceSize: 0,
    totalSize: 0,
    partsTotal: 0,
    providerRepositoryName: repository,
    providerRepositoryOwner: owner,
    providerRepositoryUrl: url,
    providerBranch: params.text("type") === "branch" ? reference : "",
    providerBranchUrl: `${url}/blob/${reference}`,
  });
  return json(showDeployment(start(context, words, resource, deployment)), 202);
}

function insert(context: Context, words: ComputeWords, resource: Stored, id: string, fields: JsonObject): Stored {
  const data: JsonObject = {
    ...fields,
    resourceId: resource.id,
    resourceType: words.root,
    resourceSequence: resource.sequence,
    status: "waiting",
    createdAt: context.now,
    updatedAt: context.now,
  };
  const sequence = context.store.insert(deploymentsPlace(context.project.id), id, data, tagOf(words, resource)) ?? 0;
  return { sequence, id, data };
}

/** The source is whole: the build can begin, and what was to be put in service before is not any more. */
function start(context: Context, words: ComputeWords, resource: Stored, deployment: Stored): Stored {
  const { store, project, now } = context;
  const place = deploymentsPlace(project.id);
  if (deployment.data["activate"] === true) {
    for (const other of deploymentsOf(context, words, resource)) {
      if (other.id !== deployment.id && other.data["activate"] === true)
        store.update(place, other.id, { ...other.data, activate: false, updatedAt: now });
    }
  }
  store.update({ scope: project.id, collection: words.root }, resource.id, {
    ...resource.data,
    latestDeploymentId: deployment.id,
    latestDeploymentCreatedAt: deployment.data["createdAt"] ?? "",
    latestDeploymentStatus: "waiting",
    updatedAt: now,
  });
  if (words.kind === "site") previewRule(context, resource.id, deployment.id);
  context.enqueue("build-deployment", { root: words.root, deployment: deployment.id, sequence: deployment.sequence });
  return deployment;
}

function list(context: Context, words: ComputeWords, params: Params): Reply {
  const resource = findResource(context, words, params.text(words.id));
  const all = deploymentsOf(context, words, resource).map(showDeployment);
  const { total, items } = listItems<JsonObject>(
    all,
    { queries: params.queries(), search: params.text("search"), total: params.flag("total") },
    {
      noun: "Deployment",
      value: (one, name) => one[name],
      id: (one) => String(one["$id"]),
      searchText: (one) => `${one["$id"]} ${one["entrypoint"]}`,
    },
  );
  return json({ total, deployments: selectedOf(items, params.queries()) });
}

function remove(context: Context, words: ComputeWords, params: Params): Reply {
  const { store, project, now } = context;
  const { resource, deployment } = find(context, words, params);
  drop(context, deployment);
  const latest = deploymentsOf(context, words, resource).at(-1);
  store.update({ scope: project.id, collection: words.root }, resource.id, {
    ...resource.data,
    ...(resource.data["latestDeploymentId"] === deployment.id
      ? {
          latestDeploymentId: latest?.id ?? "",
          latestDeploymentCreatedAt: latest?.data["createdAt"] ?? "",
          latestDeploymentStatus: latest?.data["status"] ?? "",
        }
      : {}),
    ...(resource.data["deploymentId"] === deployment.id ? { deploymentId: "", deploymentCreatedAt: "" } : {}),
    updatedAt: now,
  });
  return empty();
}

function download(context: Context, words: ComputeWords, params: Params): Reply {
  const { deployment } = find(context, words, params);
  const isOutput = params.text("type") === "output";
  const bytes = bytesOf(context, context.project.id, deployment);
  if (bytes.length === 0 || (isOutput && deployment.data["status"] !== "ready"))
    throw new ServerError("deployment_not_found");
  return {
    kind: "bytes",
    body: bytes,
    headers: {
      "content-type": isOutput ? "application/octet-stream" : "application/gzip",
      "cache-control": "private, max-age=3888000",
      "content-disposition": `attachment; filename="${deployment.id}-${isOutput ? "output-code" : "source"}.tar.gz"`,
    },
  };
}

function cancel(context: Context, words: ComputeWords, params: Params): Reply {
  const { resource, deployment } = find(context, words, params);
  if (["ready", "failed"].includes(String(deployment.data["status"]))) throw new ServerError("build_already_completed");
  const data = { ...deployment.data, status: "canceled", updatedAt: context.now };
  context.store.update(deploymentsPlace(context.project.id), deployment.id, data);
  if (resource.data["latestDeploymentId"] === deployment.id) {
    context.store.update({ scope: context.project.id, collection: words.root }, resource.id, {
      ...resource.data,
      latestDeploymentStatus: "canceled",
    });
  }
  return json(showDeployment({ ...deployment, data }));
}

function activate(context: Context, words: ComputeWords, params: Params): Reply {
  const { resource, deployment } = find(context, words, params);
  if (deployment.data["status"] !== "ready") throw new ServerError("build_not_ready");
  const data = { ...resource.data, ...served(deployment), updatedAt: context.now };
  context.store.update({ scope: context.project.id, collection: words.root }, resource.id, data);
  followDeployment(context, words.kind, resource.id, deployment.id);
  return json(show(context, words, { ...resource, data }));
}

function showDeployment({ id, data }: Stored): JsonObject {
  const text = (name: string) => data[name] ?? "";
  const whole = (name: string) => data[name] ?? 0;
  return {
    $id: id,
    $createdAt: text("createdAt"),
    $updatedAt: text("updatedAt"),
    type: text("type"),
    resourceId: text("resourceId"),
    resourceType: text("resourceType"),
    entrypoint: text("entrypoint"),
    sourceSize: whole("sourceSize"),
    buildSize: whole("buildSize"),
    totalSize: whole("totalSize"),
    buildId: "",
    activate: data["activate"] ?? false,
    screenshotLight: "",
    screenshotDark: "",
    status: text("status"),
    buildLogs: text("buildLogs"),
    buildDuration: whole("buildDuration"),
    ...Object.fromEntries(PROVIDER_FIELDS.map((name) => [name, text(name)])),
  };
}

const PROVIDER_FIELDS = [
  ..."providerRepositoryName providerRepositoryOwner providerRepositoryUrl providerCommitHash".split(" "),
  ..."providerCommitAuthorUrl providerCommitAuthor providerCommitMessage providerCommitUrl".split(" "),
  ..."providerBranch providerBranchUrl".split(" "),
];

function find(context: Context, words: ComputeWords, params: Params): { resource: Stored; deployment: Stored } {
  const resource = findResource(context, words, params.text(words.id));
  const deployment = context.store.get(deploymentsPlace(context.project.id), params.text("deploymentId"));
  if (!deployment || !isOf(words, resource, deployment)) throw new ServerError("deployment_not_found");
  return { resource, deployment };
}

function isOf(words: ComputeWords, resource: Stored, { data }: Stored): boolean {
  return data["resourceType"] === words.root && data["resourceSequence"] === resource.sequence;
}

function deploymentsOf({ store, project }: Context, words: ComputeWords, resource: Stored): Stored[] {
  return store.tagged(deploymentsPlace(project.id), tagOf(words, resource));
}

function tagOf(words: ComputeWords, { sequence }: Stored): string {
  return `${words.root}:${sequence}`;
}

function drop({ store, project }: Context, deployment: Stored): void {
  store.clear(partsPlace(project.id, deployment));
  store.remove(deploymentsPlace(project.id), deployment.id);
}

function deploymentsPlace(scope: string): Place {
  return { scope, collection: "deployments" };
}

function partsPlace(scope: string, { sequence }: Stored): Place {
  return { scope, collection: `deployment-parts:${sequence}` };
}

function bytesOf({ store }: Pick<Context, "store">, scope: string, deployment: Stored): Buffer {
  const parts = store.list(partsPlace(scope, deployment)).sort((one, other) => Number(one.id) - Number(other.id));
  return Buffer.concat(parts.map(({ data }) => Buffer.from(String(data["bytes"]), "base64")));
}

/** Why a source cannot be built: it must be a gzipped tar archive with something in it. */
function sourceFault(context: JobContext, deployment: Stored): string | undefined {
  if (deployment.data["partsTotal"] === 0) return undefined;
  try {
    const tar = gunzipSync(bytesOf(context, context.scope, deployment));
    const isArchive = tar.length >= 512 && tar.subarray(257, 262).toString("latin1") === "ustar";
    return isArchive ? undefined : "tar: This does not look like a tar archive";
  } catch {
    return "gzip: stdin: not in gzip format";
  }
}

/** Logs are written as for a terminal: the time, who speaks, and what. */
function logLine(now: string, text: string): string {
  const [grey, plain] = ["\u001b[90m", "\u001b[0m"];
  return `${grey}[${now.slice(11, 19)}] ${grey}[${plain}appwrite${grey}]${plain} ${text}\n`;
}

function secondsBetween(from: string, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}

function rangeOf(header: string | undefined, length: number): { readonly start: number; readonly total: number } {
  if (header === undefined) return { start: 0, total: length };
  const [, start = "", end = "", total = ""] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header) ?? [];
  if (start === "" || Number(end) > Number(total)) throw new ServerError("storage_invalid_content_range");
  return { start: Number(start), total: Number(total) };
}
