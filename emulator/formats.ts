import { isList, isObject, type Json, type JsonObject } from "./json.ts";
import { isOlder } from "./versions.ts";

/**
 * The server has filters for clients of older versions, which name themselves by a response format: for what they send, and for
 * what they are told. Those here are of the routes that the emulator answers; a project, which an older format tells with all that
 * belongs to it, is told by its own routes (project/show.ts).
 */

/** A change of an object for one format and all that are older, on the routes whose key matches. */
type Filter = {
  readonly before: string;
  readonly routes: RegExp;
  readonly change: (object: JsonObject) => JsonObject;
};

/** A request body as clients of an older format write it, in today's names. */
export function requestOfToday(routeKey: string, body: JsonObject, format: string | undefined): JsonObject {
  if (format === undefined) return body;
  return meant(requests, routeKey, format).reduce((changed, { change }) => change(changed), body);
}

/** An answer as clients of an older format are told it: itself, or the items of its list. */
export function answerOfThen(routeKey: string, body: Json, format: string | undefined): Json {
  if (format === undefined || !isObject(body)) return body;
  return meant(answers, routeKey, format).reduce(
    (told, { change, list }) => (list === undefined || !isList(told[list]) ? change(told) : inList(told, list, change)),
    body,
  );
}

function meant<T extends Filter>(filters: readonly T[], routeKey: string, format: string): T[] {
  return filters.filter(({ before, routes }) => isOlder(format, before) && routes.test(routeKey));
}

function inList(told: JsonObject, list: string, change: Filter["change"]): JsonObject {
  const items = told[list];
  return { ...told, [list]: isList(items) ? items.map((item) => (isObject(item) ? change(item) : item)) : [] };
}

/** Changes names; a name that is not there stays away. */
function renamed(names: Readonly<Record<string, string>>): Filter["change"] {
  return (object) =>
    Object.fromEntries(Object.entries(object).map(([name, value]) => [names[name] ?? name, value] as const));
}

function without(...names: readonly string[]): Filter["change"] {
  return (object) => Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** Gives what is not there a value. */
function filled(defaults: JsonObject): Filter["change"] {
  return (object) => ({ ...defaults, ...object });
}

const platformField: Readonly<Record<string, string>> = {
  apple: "bundleIdentifier",
  android: "applicationId",
  windows: "packageIdentifierName",
  linux: "packageName",
};

/** Clients that knew no pages were told all that a project has. */
const asList = (limit: number) => filled({ queries: [JSON.stringify({ method: "limit", values: [limit] })] });

const requests: readonly Filter[] = [
  {
    before: "1.7.0",
    routes:
      /^(POST \/v1\/(project|functions\/:functionId)\/variables|PUT \/v1\/functions\/:functionId\/variables\/.*)$/,
    change: (body) => ({ ...body, secret: false }),
  },
  {
    before: "1.9.0",
    routes: /^POST \/v1\/project\/platforms\/\w+$/,
    change: (body) => without("store")(filled({ platformId: "unique()" })(body)),
  },
  { before: "1.9.0", routes: /^PUT \/v1\/project\/platforms\/\w+\//, change: without("store") },
  ...Object.entries(platformField).map(([type, field]) => ({
    before: "1.9.0",
    routes: new RegExp(`^(POST|PUT) /v1/project/platforms/${type}\\b`),
    change: (body: JsonObject) => without("hostname", "key")(filled({ [field]: body["key"] ?? null })(body)),
  })),
  { before: "1.9.0", routes: /^GET \/v1\/project\/platforms$/, change: asList(5000) },
  { before: "1.9.0", routes: /^GET \/v1\/project\/variables$/, change: asList(1000) },
  { before: "1.9.0", routes: /^POST \/v1\/webhooks$/, change: filled({ webhookId: "unique()" }) },
  { before: "1.9.0", routes: /^POST \/v1\/project\/keys$/, change: filled({ keyId: "unique()" }) },
  { before: "1.9.0", routes: /^POST \/v1\/project\/variables$/, change: filled({ variableId: "unique()" }) },
  {
    before: "1.9.0",
    routes: /^(POST|PUT) \/v1\/(functions|sites)(\/:\w+)?$/,
    change: ({ specification, ...body }) =>
      specification ? { ...body, buildSpecification: specification, runtimeSpecification: specification } : body,
  },
  {
    before: "1.9.1",
    routes: /^PATCH \/v1\/project\/services\//,
    change: renamed({ service: "serviceId", status: "enabled" }),
  },
  {
    before: "1.9.1",
    routes: /^PATCH \/v1\/project\/protocols\//,
    change: (body) => {
      const named = renamed({ api: "protocolId", status: "enabled" })(body);
      return named["protocolId"] === "realtime" ? { ...named, protocolId: "websocket" } : named;
    },
  },
  {
    before: "1.9.1",
    routes: /^(POST|PUT) \/v1\/webhooks/,
    change: renamed({ security: "tls", httpUser: "authUsername", httpPass: "authPassword" }),
  },
  {
    before: "1.9.1",
    routes: /^(POST|PUT) \/v1\/project\/keys(\/:keyId)?$/,
    change: (body) => ({ ...body, scopes: isList(body["scopes"]) ? body["scopes"] : [] }),
  },
  {
    before: "1.9.2",
    routes: /^PATCH \/v1\/project\/auth-methods\//,
    change: renamed({ status: "enabled", method: "methodId" }),
  },
  {
    before: "1.9.2",
    routes: /^PATCH \/v1\/project\/policies\/(user-limit|session-limit|password-history)$/,
    // "No limit" was written as 0 and is null today (recorded).
    change: ({ limit, ...body }) => (limit === undefined ? body : { ...body, total: limit === 0 ? null : limit }),
  },
  { before: "1.9.2", routes: /^PATCH \/v1\/project\/policies\/session-alert$/, change: renamed({ alerts: "enabled" }) },
  {
    before: "1.9.2",
    routes: /^PATCH \/v1\/project\/policies\/membership-privacy$/,
    change: (body) => ({ ...renamed({ mfa: "userMFA" })(body), userId: false, userPhone: false }),
  },
  {
    before: "1.9.2",
    routes: /^PATCH \/v1\/project\/(smtp|templates\/email)$/,
    change: renamed({ replyTo: "replyToEmail" }),
  },
  { before: "1.9.2", routes: /^PATCH \/v1\/project\/templates\/email$/, change: renamed({ type: "templateId" }) },
  {
    before: "1.9.4",
    routes: /^POST \/v1\/(functions|sites)\/:\w+\/variables$/,
    change: filled({ variableId: "unique()" }),
  },
];

const USERS =
  /^(POST \/v1\/users(\/[\w-]+)?|GET \/v1\/users|GET \/v1\/users\/:userId|P\w+ \/v1\/users\/:userId\/(name|status|mfa|impersonator|labels|email|phone|password|verification|verification\/phone))$/;
const ACCOUNT = /^(GET|POST|PATCH) \/v1\/account(\/(name|password|status))?$/;
const MEMBERSHIPS = /^\w+ \/v1\/(teams\/:teamId|users\/:userId)\/memberships(\/:membershipId)?(\/status)?$/;
const WEBHOOKS = /^\w+ \/v1\/webhooks(\/:webhookId)?(\/secret)?$/;
const FUNCTIONS = /^\w+ \/v1\/functions(\/:functionId)?(\/deployment)?$/;
const DEPLOYMENTS = /^\w+ \/v1\/functions\/:functionId\/deployments(\/:deploymentId)?$/;
const VARIABLES = /^\w+ \/v1\/(project|functions\/:functionId|sites\/:siteId)\/variables(\/:variableId)?$/;

const answers: readonly (Filter & { readonly list?: string })[] = [
  {
    before: "1.9.4",
    routes: /^\w+ \/v1\/project\/oauth2(\/oidc|\/:providerId)?$/,
    list: "providers",
    change: (provider) =>
      provider["$id"] === "oidc" ? renamed({ tokenURL: "tokenUrl", userInfoURL: "userInfoUrl" })(provider) : provider,
  },
  {
    before: "1.9.3",
    routes: /^POST \/v1\/project\/keys\/ephemeral$/,
    change: ({ secret = "", scopes = [] }) => ({ scopes, projectId: projectOf(String(secret)), jwt: secret }),
  },
  { before: "1.9.2", routes: MEMBERSHIPS, list: "memberships", change: without("userPhone") },
  {
    before: "1.9.2",
    routes: /^\w+ \/v1\/project\/templates\/email(\/:templateId)?$/,
    // A list keeps today's names.
    change: (template) =>
      isList(template["templates"])
        ? template
        : without("replyToName")(renamed({ templateId: "type", replyToEmail: "replyTo" })(template)),
  },
  {
    before: "1.9.2",
    routes: /^(POST \/v1\/project\/mock-phones|(GET|PUT) \/v1\/project\/mock-phones\/:number)$/,
    change: (phone) => without("$createdAt", "$updatedAt")(renamed({ number: "phone" })(phone)),
  },
  {
    before: "1.9.1",
    routes: WEBHOOKS,
    list: "webhooks",
    change: renamed({ tls: "security", authUsername: "httpUser", authPassword: "httpPass", secret: "signatureKey" }),
  },
  {
    before: "1.9.0",
    routes: /^\w+ \/v1\/project\/platforms(\/\w+)?(\/:platformId)?$/,
    list: "platforms",
    change: (platform) => {
      const fields = Object.values(platformField);
      const key = [...fields, "key"].map((field) => platform[field] ?? "").find((value) => value !== "") ?? "";
      return { ...without(...fields)(platform), key, store: "", hostname: platform["hostname"] ?? "" };
    },
  },
  { before: "1.9.0", routes: USERS, list: "users", change: without("impersonator", "impersonatorUserId") },
  { before: "1.9.0", routes: ACCOUNT, change: without("impersonator", "impersonatorUserId") },
  ...["functions", "sites"].map((list) => ({
    before: "1.9.0",
    routes: new RegExp(`^\\w+ /v1/${list}(/:\\w+Id)?(/deployment)?$`),
    list,
    change: ({ buildSpecification = null, ...told }: JsonObject) =>
      without("runtimeSpecification")({ ...told, specification: buildSpecification }),
  })),
  ...["rows", "documents"].map((list) => ({
    before: "1.9.0",
    routes: new RegExp(`^\\w+ /v1/(tablesdb|databases)/.*/${list}(/:\\w+Id)?(/:\\w+/(in|de)crement)?$`),
    list,
    change: withNumber,
  })),
  {
    before: "1.7.0",
    routes: FUNCTIONS,
    list: "functions",
    change: ({ deploymentId = "", ...told }) => ({
      ...without(
        "deploymentCreatedAt",
        "latestDeploymentId",
        "latestDeploymentCreatedAt",
        "latestDeploymentStatus",
      )(told),
      deployment: deploymentId,
    }),
  },
  {
    before: "1.7.0",
    routes: /^\w+ \/v1\/(functions|sites)\/:\w+\/deployments(\/:deploymentId)?$/,
    list: "deployments",
    change: ({ sourceSize = "", buildDuration = "", ...told }) => ({
      ...without("totalSize", "screenshotLight", "screenshotDark")(told),
      size: sourceSize,
      buildTime: buildDuration,
    }),
  },
  {
    before: "1.7.0",
    routes: /^\w+ \/v1\/proxy\/rules(\/\w+)?(\/:ruleId)?(\/\w+)?$/,
    list: "rules",
    change: ({ deploymentResourceType = "", deploymentResourceId = "", ...told }) => ({
      ...without(
        "type",
        "trigger",
        "triggerData",
        "redirectStatusCode",
        "deploymentId",
        "deploymentVcsProviderBranch",
      )(told),
      resourceType: deploymentResourceType,
      resourceId: deploymentResourceId,
    }),
  },
  { before: "1.7.0", routes: VARIABLES, list: "variables", change: without("secret") },
  {
    before: "1.7.0",
    routes: /^(GET|POST|PATCH) \/v1\/migrations(\/:migrationId|\/appwrite|\/(csv|json)\/\w+)?$/,
    list: "migrations",
    change: without("resourceId"),
  },
  {
    before: "1.6.0",
    routes: FUNCTIONS,
    change: (told) => (isList(told["functions"]) ? told : without("scopes", "specification")(told)),
  },
  { before: "1.5.0", routes: USERS, list: "users", change: without("targets", "mfa") },
  { before: "1.5.0", routes: MEMBERSHIPS, list: "memberships", change: without("mfa") },
  {
    before: "1.5.0",
    routes: /^\w+ \/v1\/(users\/:userId|account)\/sessions(\/email)?$/,
    list: "sessions",
    change: without("factors", "secret"),
  },
  { before: "1.5.0", routes: WEBHOOKS, list: "webhooks", change: without("enabled", "logs", "attempts") },
  { before: "1.5.0", routes: /^POST \/v1\/users\/:userId\/tokens$/, change: without("phrase") },
  {
    before: "1.4.0",
    routes: DEPLOYMENTS,
    list: "deployments",
    change: ({ buildLogs = "", buildSize = 0, ...told }) => ({
      ...told,
      buildStderr: "",
      buildStdout: buildLogs,
      size: Number(told["size"] ?? 0) + Number(buildSize),
    }),
  },
  { before: "1.4.0", routes: VARIABLES, list: "variables", change: renamed({ resourceId: "functionId" }) },
];

/** Sequence numbers were numbers, of the row and of those related to it. */
function withNumber(row: JsonObject): JsonObject {
  const isRow = (value: Json): value is JsonObject => isObject(value) && Object.hasOwn(value, "$id");
  const change = (value: Json): Json => {
    if (isRow(value)) return withNumber(value);
    return isList(value) ? value.map((one) => (isRow(one) ? withNumber(one) : one)) : value;
  };
  const told = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, change(value)] as const));
  const sequence = told["$sequence"];
  return sequence === undefined || sequence === null ? told : { ...told, $sequence: Number(sequence) || 0 };
}

/** The project that an ephemeral key is for, read from the token that it is. */
function projectOf(secret: string): string {
  const [, content = ""] = secret.slice(secret.indexOf("_") + 1).split(".");
  const payload: unknown = JSON.parse(Buffer.from(content, "base64url").toString("utf8") || "{}");
  return typeof payload === "object" && payload !== null && "projectId" in payload ? String(payload.projectId) : "";
}
