import { createHash } from "node:crypto";
import { type Context, empty, type Handlers, json, type Reply } from "./context.ts";
import { invalidArgument, ServerError } from "./errors.ts";
import { uniqueIdentifier } from "./identifiers.ts";
import type { JsonObject } from "./json.ts";
import type { Params } from "./params.ts";
import { listItems } from "./queries.ts";
import type { Place, Store, Stored } from "./store.ts";

/** Domains that lead to the API, to a function, to a site, or elsewhere. A domain is unique over the whole server. */
export const proxyRoutes: Handlers = {
  "POST /v1/proxy/rules/api": (context, params) => create(context, params, { type: "api" }),
  "POST /v1/proxy/rules/function": (context, params) =>
    create(context, params, () => toResource(context, params, "function", params.text("functionId"))),
  "POST /v1/proxy/rules/site": (context, params) =>
    create(context, params, () => toResource(context, params, "site", params.text("siteId"))),
  "POST /v1/proxy/rules/redirect": (context, params) =>
    create(context, params, () => {
      const kind = params.text("resourceType");
      // The rule takes it in any case, the action does not.
      if (kind !== "site" && kind !== "function") throw invalidArgument(`Invalid resource type: ${kind}`);
      return {
        type: "redirect",
        redirectUrl: params.text("url"),
        redirectStatusCode: params.whole("statusCode"),
        deploymentResourceType: kind,
        deploymentResourceId: resourceOf(context, kind, params.text("resourceId")).id,
      };
    }),
  "GET /v1/proxy/rules": (context, params) => {
    const all = rulesOf(context).map((rule) => show(context, rule));
    const { total, items } = listItems<JsonObject>(
      all,
      { queries: params.queries(), search: params.text("search"), total: params.flag("total") },
      {
        noun: "Rule",
        value: (one, name) => one[name],
        id: (one) => String(one["$id"]),
        searchText: (one) => `${one["$id"]} ${one["domain"]}`,
      },
    );
    return json({ total, rules: items });
  },
  "GET /v1/proxy/rules/:ruleId": (context, params) => json(show(context, find(context, params))),
  "DELETE /v1/proxy/rules/:ruleId": (context, params) => {
    context.store.remove(rulesPlace, find(context, params).id);
    return empty();
  },
  "PATCH /v1/proxy/rules/:ruleId/status": verify,
  "PATCH /v1/proxy/rules/:ruleId/verification": verify,
};

/** Lets the domains of a function or site that follow it (not a branch) lead to the deployment that is in service now. */
export function followDeployment(
  { store, project }: { readonly store: Store; readonly project: { readonly id: string } },
  kind: "function" | "site",
  resourceId: string,
  deploymentId: string,
): void {
  for (const rule of store.tagged(rulesPlace, project.id)) {
    const { data } = rule;
    const isFollowing =
      data["trigger"] === "manual" &&
      data["type"] === "deployment" &&
      data["deploymentResourceType"] === kind &&
      data["deploymentResourceId"] === resourceId &&
      data["deploymentVcsProviderBranch"] === "";
    if (isFollowing) store.update(rulesPlace, rule.id, { ...data, deploymentId });
  }
}

/** The domain that the server gives each deployment of a site, for a preview. */
export function previewRule(context: Context, siteId: string, deploymentId: string): void {
  const domain = `${uniqueIdentifier()}.${OWNED.sites}`;
  store(context, domain, {
    type: "deployment",
    trigger: "deployment",
    deploymentId,
    deploymentResourceType: "site",
    deploymentResourceId: siteId,
  });
}

/** Removes the domains that lead to a function or site that is deleted. */
export function clearRules(context: Context, kind: "function" | "site", resourceId: string): void {
  for (const { id, data } of rulesOf(context)) {
    if (data["deploymentResourceType"] === kind && data["deploymentResourceId"] === resourceId)
      context.store.remove(rulesPlace, id);
  }
}

const rulesPlace: Place = { scope: "*", collection: "rules" };

/** Domains of the server itself, below which it verifies at once; exactly one label may stand before them. */
const OWNED = { functions: "functions.localhost", sites: "sites.localhost" } as const;

function create(context: Context, params: Params, target: JsonObject | (() => JsonObject)): Reply {
  const domain = params.text("domain");
  refuseReserved(domain);
  const rule = store(context, domain, typeof target === "function" ? target() : target);
  return json({ ...show(context, rule), renewAt: UNSET_DATE });
}

/** Adds a rule. Its id is made of the domain, so that a second one is refused. */
function store(context: Context, domain: string, target: JsonObject): Stored {
  const { now, project } = context;
  const fault = dnsFault(domain);
  const data: JsonObject = {
    projectId: project.id,
    domain,
    trigger: "manual",
    deploymentVcsProviderBranch: "",
    ...target,
    status: fault === undefined ? "verified" : "created",
    logs: fault ?? "",
    createdAt: now,
    updatedAt: now,
  };
  const id = createHash("md5").update(domain.toLowerCase()).digest("hex");
  const sequence = context.store.insert(rulesPlace, id, data, project.id);
  if (sequence === undefined) throw new ServerError("rule_already_exists");
  return { sequence, id, data };
}

function toResource(context: Context, params: Params, kind: "function" | "site", id: string): JsonObject {
  const resource = resourceOf(context, kind, id);
  return {
    type: "deployment",
    deploymentId: resource.data["deploymentId"] ?? "",
    deploymentResourceType: kind,
    deploymentResourceId: resource.id,
    deploymentVcsProviderBranch: params.text("branch"),
  };
}

function resourceOf({ store, project }: Context, kind: "function" | "site", id: string): Stored {
  const found = store.get({ scope: project.id, collection: `${kind}s` }, id);
  if (!found) throw new ServerError("rule_resource_not_found");
  return found;
}

function verify(context: Context, params: Params): Reply {
  const rule = find(context, params);
  if (rule.data["status"] !== "verified") {
    const fault = dnsFault(String(rule.data["domain"]));
    if (fault !== undefined) throw new ServerError("rule_verification_failed", { message: fault });
  }
  return json({ ...show(context, rule), renewAt: UNSET_DATE });
}

function refuseReserved(domain: string): void {
  const refuse = () => invalidArgument("This domain name is not allowed. Please use a different domain.");
  if (["localhost", ...Object.values(OWNED)].includes(domain)) throw refuse();
  for (const owned of Object.values(OWNED)) {
    if (!domain.endsWith(`.${owned}`)) continue;
    const label = domain.slice(0, -owned.length - 1);
    if (label.includes(".") || (owned === OWNED.sites && /^(commit|branch)-/.test(label))) throw refuse();
  }
}

/** Why the domain does not lead here; undefined below the server's own domains. There is no DNS that could be asked. */
function dnsFault(domain: string): string | undefined {
  if (Object.values(OWNED).some((owned) => domain.endsWith(owned))) return undefined;
  const labels = domain.split(".");
  const last = labels.at(-1) ?? "";
  const isKnown =
    labels.length > 1 && /^([a-z]{2,}|xn--[a-z0-9-]+)$/i.test(last) && !TEST_SUFFIXES.includes(last.toLowerCase());
  return isKnown
    ? "DNS query failed."
    : `DNS verification failed as domain ${domain} does not resolve to a known public apex domain.`;
}

const TEST_SUFFIXES = ["test", "localhost", "local", "internal", "example", "invalid", "lan", "home", "corp"];

/** What the server writes for a date that is not set, right after a write (measured; a later read gives an empty text). */
const UNSET_DATE = "datetime";

function find({ store, project }: Context, params: Params): Stored {
  const found = store.get(rulesPlace, params.text("ruleId"));
  if (!found || found.data["projectId"] !== project.id) throw new ServerError("rule_not_found");
  return found;
}

function rulesOf({ store, project }: Pick<Context, "store" | "project">): Stored[] {
  return store.tagged(rulesPlace, project.id);
}

function show({ version }: Pick<Context, "version">, { id, data }: Stored): JsonObject {
  const text = (name: string) => data[name] ?? "";
  // 1.9.0 says "created" for what later versions call unverified.
  const status = data["status"] === "created" && version !== "1.9.0" ? "unverified" : text("status");
  return {
    $id: id,
    $createdAt: text("createdAt"),
    $updatedAt: text("updatedAt"),
    domain: text("domain"),
    type: text("type"),
    trigger: text("trigger"),
    redirectUrl: text("redirectUrl"),
    redirectStatusCode: data["redirectStatusCode"] ?? 301,
    deploymentId: text("deploymentId"),
    deploymentResourceType: text("deploymentResourceType"),
    deploymentResourceId: text("deploymentResourceId"),
    deploymentVcsProviderBranch: text("deploymentVcsProviderBranch"),
    status,
    logs: text("logs"),
    renewAt: "",
  };
}
