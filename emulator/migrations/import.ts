import { randomBytes } from "node:crypto";
import type { JobContext } from "../context.ts";
import { addDocument, claimUnique } from "../documents.ts";
import { timestamp, uniqueIdentifier } from "../identifiers.ts";
import { isList, isObject, type Json, type JsonObject, parseJson, writeJson } from "../json.ts";
import { messagesPlace } from "../messaging/messages.ts";
import {
  countSubscribers,
  subscribersPlace,
  subscriptionOf,
  subscriptionsPlace,
  topicsPlace,
} from "../messaging/subscribers.ts";
import { keysOf } from "../project/keys.ts";
import { stored } from "../project/oauth2-providers.ts";
import { platformsOf, platformsPlace } from "../project/platforms.ts";
import { columnOf } from "../project/settings.ts";
import { webhooksOf, webhooksPlace } from "../project/webhooks.ts";
import { findProject, insertKey, type Project, updateProject } from "../projects.ts";
import type { Upload } from "../request.ts";
import { signToken } from "../sessions.ts";
import { targetsPlace, uniquePlace, usersPlace } from "../users/users.ts";
import { addVariable, wholeProject } from "../variables.ts";
import { appIdOf, PART, partOf } from "./export.ts";
import { databaseWriter } from "./import-databases.ts";
import { MigrationError, type Resource } from "./resources.ts";
import { type Destination, fail, noteDone, type Transfer } from "./transfer.ts";

/** Opens the project that a migration writes to: mostly through the server's own API, with a key of the worker's. */
export function projectWriter(transfer: Transfer): Destination {
  const api = apiOf(transfer.context);
  const databases = databaseWriter(transfer);
  return {
    write(resources) {
      const rows = resources.filter(({ name }) => name === "row");
      for (const one of resources) {
        if (one.name === "row") continue;
        one.status = "processing";
        try {
          transfer.context.store.attempt(() => {
            if (one.group === "databases") databases.write(one);
            else writeOne(transfer, api, one);
          });
        } catch (error) {
          if (!(error instanceof MigrationError)) throw error;
          fail(transfer, one, error.message, error.code);
        }
        noteDone(transfer, one);
      }
      databases.writeRows(rows);
      for (const row of rows) noteDone(transfer, row);
    },
    end: databases.end,
  };
}

type Api = (method: string, path: string, body: JsonObject, more?: ApiExtras) => JsonObject;
type ApiExtras = {
  readonly files?: Readonly<Record<string, Upload>>;
  readonly headers?: Readonly<Record<string, string>>;
};

const SCOPES = [
  ..."users teams buckets files functions sites tokens providers topics subscribers messages targets".split(" "),
  ..."webhooks rules project keys platforms oauth2 mocks project.policies templates".split(" "),
].flatMap((name) => [`${name}.read`, `${name}.write`]);

/** A key of the worker's for the project, which nobody else has. */
export function workerKey({ settings, scope }: JobContext): string {
  return `ephemeral_${signToken(settings.secret, { projectId: scope, scopes: SCOPES }, 86_400)}`;
}

/** Calls the server's API for the project, as Appwrite's SDK does: null is left out. */
function apiOf(context: JobContext): Api {
  const { within, scope } = context;
  const key = workerKey(context);
  return (method, path, body, { files = {}, headers = {} } = {}) => {
    const answer = within({
      method,
      path: `/v1${path}`,
      headers: { "x-appwrite-project": scope, "x-appwrite-key": key, "content-type": "application/json", ...headers },
      body: Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)),
      files,
    });
    const isJson = (answer.headers["content-type"] ?? "").startsWith("application/json");
    const told = isJson ? parseJson(answer.body.toString("utf8")) : {};
    if (answer.status >= 400) {
      throw new MigrationError(
        isObject(told) ? String(told["message"] ?? answer.body.toString("utf8")) : "",
        answer.status,
      );
    }
    return isObject(told) ? told : {};
  };
}

/** Writes one resource; what it leaves as being processed has come through. */
function writeOne(transfer: Transfer, api: Api, one: Resource): void {
  writers[one.name]?.(transfer, one, api);
  if (one.status === "processing") one.status = "success";
}

type Write = (transfer: Transfer, one: Resource, api: Api) => void;

const writers: Readonly<Record<string, Write>> = {
  user: writeUser,
  team(_transfer, { id, data }, api) {
    api("POST", "/teams", { teamId: id, name: text(data, "name") });
    if (!isEmpty(data["prefs"])) api("PUT", `/teams/${id}/prefs`, { prefs: data["prefs"] ?? {} });
  },
  membership(_transfer, { data, parent }, api) {
    const { roles = [], userId = "" } = data;
    api("POST", `/teams/${parent?.id}/memberships`, { teamId: parent?.id ?? "", roles, userId });
  },
  "auth-methods"(transfer, { data }) {
    const methods = listOf(data, "authMethods").map(({ $id, enabled = true }) => [`method:${$id}`, enabled] as const);
    changeSettings(transfer, "auths", Object.fromEntries(methods));
  },
  policies: writePolicies,
  "oauth2-provider": writeOAuth2Provider,

  bucket(_transfer, { id, data }, api) {
    const { name = "", $permissions = [], fileSecurity = null, enabled = null, maximumFileSize = null } = data;
    const { allowedFileExtensions = null, compression = null, encryption = null, antivirus = null } = data;
    const { transformations = false } = data;
    const settings = {
      fileSecurity,
      enabled,
      maximumFileSize,
      allowedFileExtensions,
      compression,
      encryption,
      antivirus,
    };
    api("POST", "/storage/buckets", { bucketId: id, name, permissions: $permissions, ...settings, transformations });
  },
  file: writeFile,

  function(_transfer, { id, data }, api) {
    const runtime = text(data, "runtime");
    if (!RUNTIMES.has(runtime)) throw new MigrationError(`Invalid Runtime: ${runtime}`, 400);
    const { name = "", execute = null, events = null, schedule = null, timeout = null, enabled = null } = data;
    const { logging = null, entrypoint = null, commands = null, scopes = null } = data;
    const settings = { execute, events, schedule, timeout, enabled, logging, entrypoint, commands, scopes };
    api("POST", "/functions", { functionId: id, name, runtime, ...settings, ...specification(data) });
  },
  "environment-variable"(_transfer, { id, data, parent }, api) {
    const { key = "", value = "" } = data;
    api("POST", `/functions/${parent?.id}/variables`, { functionId: parent?.id ?? "", variableId: id, key, value });
  },
  deployment: writeDeployment,

  provider: writeProvider,
  topic(_transfer, { id, data }, api) {
    const { name = "", subscribe = [] } = data;
    api("POST", "/messaging/topics", { topicId: id, name, subscribe });
  },
  subscriber: writeSubscriber,
  message: writeMessage,

  site: writeSite,
  "site-variable"(_transfer, { id, data, parent }, api) {
    const { key = "", value = "" } = data;
    api("POST", `/sites/${parent?.id}/variables`, { siteId: parent?.id ?? "", variableId: id, key, value });
  },
  "site-deployment": writeDeployment,

  platform(transfer, one) {
    const { type = "", name = "", key = "", store = "", hostname = "" } = one.data;
    const isThere = platformsOf(transfer.context, projectOf(transfer)).some(
      ({ data }) => data["type"] === type && data["name"] === name,
    );
    addOwned(transfer, one, isThere, platformsPlace, { type, name, key, store, hostname });
  },
  "api-key"(transfer, one) {
    const { store, scope } = transfer.context;
    const { name = "", scopes = [], expire = "", sdks = [], $createdAt = "", $updatedAt = "" } = one.data;
    if (keysOf({ store }, projectOf(transfer)).some(({ data }) => data["name"] === name)) one.status = "skip";
    else
      insertKey(store, {
        projectId: scope,
        scopes: textsOf(scopes),
        name: String(name),
        expire: String(expire),
        sdks: textsOf(sdks),
        createdAt: String($createdAt),
        updatedAt: String($updatedAt),
      });
  },
  webhook(transfer, one) {
    const {
      name = "",
      url = "",
      events = [],
      tls = false,
      authUsername = "",
      authPassword = "",
      enabled = true,
    } = one.data;
    const isThere = webhooksOf(transfer.context, projectOf(transfer)).some(({ data }) => data["name"] === name);
    // A list never tells the secret.
    const secret = randomBytes(64).toString("hex");
    addOwned(transfer, one, isThere, webhooksPlace, {
      name,
      url,
      events,
      enabled,
      tls,
      authUsername,
      authPassword,
      secret,
    });
  },
  smtp(transfer, { data }) {
    const name = (field: string) => `smtp${field[0]?.toUpperCase()}${field.slice(1)}`;
    const fields = "enabled senderName senderEmail replyToName replyToEmail host port username secure".split(" ");
    changeSettings(transfer, "smtp", Object.fromEntries(fields.map((field) => [field, data[name(field)] ?? ""])));
  },

  "project-variable"(transfer, one) {
    const { key = "", value = "", secret = true, $createdAt = "", $updatedAt = "" } = one.data;
    const fields = { key, value, secret, createdAt: $createdAt, updatedAt: $updatedAt };
    const context = { store: transfer.context.store, project: { id: transfer.context.scope } };
    if (!addVariable(context, wholeProject, uniqueIdentifier(), fields)) one.status = "skip";
  },
  "project-protocols"(transfer, { data }) {
    changeSettings(transfer, "apis", switches(data, "protocols"));
  },
  "project-labels"(transfer, { data }) {
    const { labels } = data;
    changeProject(transfer, { labels: isList(labels) ? [...new Set(labels)] : [] });
  },
  "project-services"(transfer, { data }) {
    changeSettings(transfer, "services", switches(data, "services"));
  },
  "project-email-template"(transfer, { id, data }) {
    const fields = "subject message senderName senderEmail replyToEmail replyToName".split(" ");
    const told = Object.fromEntries(fields.map((field) => [field, data[field] ?? ""]));
    changeSettings(transfer, "templates", { [id]: told });
  },
  "backup-policy"(_transfer, one) {
    one.status = "skip";
  },
  rule: writeRule,
};

/** The ways in which passwords are hashed, as far as the server's library takes them over; others leave the user out. */
const HASHES: Readonly<Record<string, string>> = {
  scryptModified: "scrypt-modified",
  bcrypt: "bcrypt",
  argon2: "argon2",
  phpass: "phpass",
  scrypt: "scrypt",
};

function writeUser(transfer: Transfer, { id, data }: Resource, api: Api): void {
  const [email, name, password] = [textOrNull(data, "email"), textOrNull(data, "name"), textOrNull(data, "password")];
  const route = HASHES[text(data, "hash")];
  if (password === null) api("POST", "/users", { userId: id, email });
  else if (route !== undefined) {
    // Of what a hash was made with, the library knows nothing.
    const empty = { passwordSalt: "", passwordSaltSeparator: "", passwordSignerKey: "" };
    const numbers = { passwordCpu: 0, passwordMemory: 0, passwordParallel: 0, passwordLength: 0 };
    const more = route === "scrypt" ? { passwordSalt: "", ...numbers } : route === "scrypt-modified" ? empty : {};
    api("POST", `/users/${route}`, { userId: id, email, password, ...more, name });
  }
  if (name !== null) api("PATCH", `/users/${id}/name`, { name });
  const phone = textOrNull(data, "phone");
  if (phone !== null) api("PATCH", `/users/${id}/phone`, { number: phone });
  if (data["emailVerification"] === true) api("PATCH", `/users/${id}/verification`, { emailVerification: true });
  if (data["phoneVerification"] === true) api("PATCH", `/users/${id}/verification/phone`, { phoneVerification: true });
  if (data["status"] === false) api("PATCH", `/users/${id}/status`, { status: false });
  if (!isEmpty(data["prefs"])) api("PATCH", `/users/${id}/prefs`, { prefs: data["prefs"] ?? {} });
  if (!isEmpty(data["labels"])) api("PUT", `/users/${id}/labels`, { labels: data["labels"] ?? [] });
  for (const target of listOf(data, "targets"))
    if (target["providerType"] === "push") writePushTarget(transfer, id, target);
}

/** Targets for e-mail and phone come with the user. */
function writePushTarget(transfer: Transfer, userId: string, target: JsonObject): void {
  const context = { ...transfer.context, project: projectOf(transfer) };
  const {
    $id = "",
    $createdAt = "",
    $updatedAt = "",
    name = "",
    providerId = null,
    identifier = "",
    expired = false,
  } = target;
  const isNew = claimUnique(context, uniquePlace(context, "targets.identifier"), identifier, String($id));
  const fields = { $createdAt, $updatedAt, name, userId, providerId, providerType: "push", identifier, expired };
  if (!isNew || !addDocument(context, targetsPlace(context), String($id), fields, userId))
    throw new MigrationError("Document already exists", 23_000);
}

function writePolicies(transfer: Transfer, { data }: Resource): void {
  const of = (id: string, field: string) => (isObject(data[id]) ? (data[id][field] ?? null) : null);
  const before = columnOf(projectOf(transfer), "auths")["membershipPrivacy"];
  const privacy = ["userId", "userEmail", "userName", "userMFA", "userPhone"].map((field): [string, Json] => [
    field,
    of("membership-privacy", field) === true,
  ]);
  changeSettings(transfer, "auths", {
    passwordHistory: of("password-history", "total"),
    duration: of("session-duration", "duration"),
    maxSessions: of("session-limit", "total"),
    limit: of("user-limit", "total"),
    passwordDictionary: of("password-dictionary", "enabled"),
    personalDataCheck: of("password-personal-data", "enabled"),
    sessionAlerts: of("session-alert", "enabled"),
    invalidateSessions: of("session-invalidation", "enabled"),
    membershipPrivacy: { ...(isObject(before) ? before : {}), ...Object.fromEntries(privacy) },
  });
}

/** What the server's library calls the fields of a secret that it copies; others keep the name that the API gives them. */
const SECRET_FIELDS: Readonly<Record<string, readonly (readonly [field: string, property: string])[]>> = {
  apple: [
    ["keyId", "keyID"],
    ["teamId", "teamID"],
  ],
  auth0: [["endpoint", "endpoint"]],
  authentik: [["endpoint", "endpoint"]],
  fusionauth: [["endpoint", "endpoint"]],
  gitlab: [["endpoint", "endpoint"]],
  google: [["prompt", "prompt"]],
  keycloak: [
    ["endpoint", "keycloakDomain"],
    ["realmName", "keycloakRealm"],
  ],
  microsoft: [["tenant", "tenant"]],
  oidc: [
    ["wellKnownURL", "wellKnownEndpoint"],
    ["authorizationURL", "authorizationEndpoint"],
    ["tokenURL", "tokenEndpoint"],
    ["userInfoURL", "userInfoEndpoint"],
  ],
  okta: [
    ["domain", "oktaDomain"],
    ["authorizationServerId", "authorizationServerId"],
  ],
};

/** The client's secret itself is never told, and so not copied. */
function writeOAuth2Provider(transfer: Transfer, { data }: Resource): void {
  const id = text(data, "$id");
  const before = stored(projectOf(transfer), id);
  const fields = (SECRET_FIELDS[id] ?? []).flatMap(([field, property]): [string, Json][] => {
    const value = data[field] ?? null;
    return value === null || value === "" || (isList(value) && value.length === 0) ? [] : [[property, value]];
  });
  const secret = fields.length === 0 ? before.secret : mergedSecret(before.secret, Object.fromEntries(fields));
  const appId = appIdOf(data) || before.appId;
  changeSettings(transfer, "oAuthProviders", { [id]: { appId, secret, enabled: data["enabled"] === true } });
}

function mergedSecret(before: string, fields: JsonObject): string {
  try {
    const known = parseJson(before);
    return writeJson({ ...(isObject(known) ? known : {}), ...fields });
  } catch {
    return writeJson(fields);
  }
}

function writeFile(_transfer: Transfer, one: Resource, api: Api): void {
  const { bytes, start, end, size } = partOf(one);
  const { name = "", mimeType = "", $permissions = [] } = one.data;
  const file = { filename: String(name), mimeType: String(mimeType), content: bytes };
  const headers = size > PART ? { "content-range": `bytes ${start}-${end}/${size}`, "x-appwrite-id": one.id } : {};
  const body = { bucketId: one.parent?.id ?? "", fileId: one.id, permissions: $permissions };
  const told = api("POST", `/storage/buckets/${one.parent?.id}/files`, body, { files: { file }, headers });
  if (size <= PART || end < size - 1) return;
  // The content of an encrypted bucket has another signature.
  const isComparable = one.parent?.data["encryption"] === false || size > 20 * 1024 * 1024;
  if (isComparable && told["signature"] !== one.data["signature"]) one.status = "warning";
}

/** Sends the source of a deployment in parts; whoever has it was copied before, or it is left out. */
function writeDeployment(_transfer: Transfer, one: Resource, api: Api): void {
  const { parent, name, data } = one;
  if (parent?.status !== "success") {
    one.status = "skip";
    return;
  }
  const root = name === "site-deployment" ? "sites" : "functions";
  const { bytes, size } = partOf(one);
  const activate = name === "site-deployment" ? parent.data["deploymentId"] === one.id : data["activate"] === true;
  const fields = {
    activate: String(activate),
    ...(root === "functions" ? { entrypoint: data["entrypoint"] ?? "" } : {}),
  };
  let id = "";
  for (let start = 0; start === 0 || start < size; start += PART) {
    const content = bytes.subarray(start, start + PART);
    const code = { filename: "deployment.tar.gz", mimeType: "application/gzip", content };
    const range = { "content-range": `bytes ${start}-${start + content.length - 1}/${size}` };
    const headers = size <= PART ? {} : { ...range, ...(id === "" ? {} : { "x-appwrite-id": id }) };
    id = text(api("POST", `/${root}/${parent.id}/deployments`, fields, { files: { code }, headers }), "$id");
  }
}

/** Where the credentials and options of a provider are, by the names of the route that makes it. */
const PROVIDERS: Readonly<Record<string, { readonly credentials: string; readonly options: string }>> = {
  mailgun: { credentials: "apiKey domain isEuRegion", options: "fromName fromEmail replyToName replyToEmail" },
  sendgrid: { credentials: "apiKey", options: "fromName fromEmail replyToName replyToEmail" },
  resend: { credentials: "apiKey", options: "fromName fromEmail replyToName replyToEmail" },
  smtp: {
    credentials: "host port username password",
    options: "encryption autoTLS mailer fromName fromEmail replyToName replyToEmail",
  },
  msg91: { credentials: "templateId senderId authKey", options: "" },
  telesign: { credentials: "customerId apiKey", options: "from" },
  textmagic: { credentials: "username apiKey", options: "from" },
  twilio: { credentials: "accountSid authToken", options: "from" },
  vonage: { credentials: "apiKey apiSecret", options: "from" },
  fcm: { credentials: "serviceAccountJSON", options: "" },
  apns: { credentials: "authKey authKeyId teamId bundleId", options: "sandbox" },
};

function writeProvider(_transfer: Transfer, { id, data }: Resource, api: Api): void {
  const kind = text(data, "provider");
  const known = PROVIDERS[kind];
  if (!known) throw new MigrationError(`Unknown provider: ${kind}`);
  const pick = (from: Json | undefined, names: string) =>
    Object.fromEntries(
      names.split(" ").flatMap((field): [string, Json][] => {
        const value = isObject(from) ? (from[field] ?? null) : null;
        return field === "" || value === null || value === "" ? [] : [[field, value]];
      }),
    );
  const { name = "", enabled = null, credentials, options } = data;
  api("POST", `/messaging/providers/${kind}`, {
    providerId: id,
    name,
    ...pick(credentials, known.credentials),
    ...pick(options, known.options),
    enabled,
  });
}

function writeSubscriber(transfer: Transfer, one: Resource): void {
  const context = { ...transfer.context, project: projectOf(transfer) };
  const { store } = context;
  const { providerType = "", userId = "", targetId = "", topicId = "", $createdAt = "", $updatedAt = "" } = one.data;
  if (!["push", "email", "sms"].includes(String(providerType)))
    throw new MigrationError(`Unknown provider type: ${providerType}`);
  const target =
    providerType === "push"
      ? store.get(targetsPlace(context), String(targetId))
      : store.tagged(targetsPlace(context), String(userId)).find(({ data }) => data["providerType"] === providerType);
  if (!target) throw new MigrationError(`Target not found for subscriber: ${one.id}`);
  const topic = store.get(topicsPlace(context), String(topicId));
  if (!topic) throw new MigrationError(`Topic not found: ${topicId}`);
  const user = store.get(usersPlace(context), String(userId));
  if (!user) throw new MigrationError(`User not found: ${userId}`);
  const fields = {
    $createdAt,
    $updatedAt,
    topicId: topic.id,
    topicSequence: topic.sequence,
    targetId: target.id,
    targetSequence: target.sequence,
    userId: user.id,
    providerType,
  };
  const added = addDocument(context, subscribersPlace(context), one.id, fields, String(topic.sequence));
  const subscription = subscriptionOf(topic.sequence, target.sequence);
  if (!added || store.insert(subscriptionsPlace(context), subscription, { owner: one.id }) === undefined)
    throw new MigrationError("Document already exists", 23_000);
  countSubscribers(context, topic, String(providerType), 1);
}

/** A message that is still to be sent later is scheduled anew; others are records, and what was being sent a draft. */
function writeMessage(transfer: Transfer, one: Resource, api: Api): void {
  const context = { ...transfer.context, project: projectOf(transfer) };
  const { providerType = "", topics = [], users = [], targets = [], scheduledAt = null, status = "" } = one.data;
  const { deliveredAt = null, deliveryErrors = [], deliveredTotal = 0, $createdAt = "", $updatedAt = "" } = one.data;
  const data = isObject(one.data["data"]) ? one.data["data"] : {};
  if (status === "scheduled" && Date.parse(String(scheduledAt)) > Date.now()) {
    const { attachments: _, ...content } = data;
    const path = `/messaging/messages/${providerType}`;
    api("POST", path, { messageId: one.id, ...content, topics, users, targets, draft: false, scheduledAt });
    return;
  }
  const fields = {
    $createdAt,
    $updatedAt,
    providerType,
    topics,
    users,
    targets,
    scheduledAt: null,
    deliveredAt: deliveredAt === "" ? null : deliveredAt,
    deliveryErrors,
    deliveredTotal,
    data,
    status: status === "scheduled" || status === "processing" ? "draft" : status,
  };
  if (!addDocument(context, messagesPlace(context), one.id, fields))
    throw new MigrationError("Document already exists", 23_000);
}

function writeSite(_transfer: Transfer, { id, data }: Resource, api: Api): void {
  const buildRuntime = text(data, "buildRuntime");
  if (!BUILD_RUNTIMES.has(buildRuntime)) throw new MigrationError(`Invalid Build Runtime: ${buildRuntime}`, 400);
  const framework = text(data, "framework");
  const adapter = text(data, "adapter");
  const {
    name = "",
    enabled = null,
    logging = null,
    timeout = null,
    installCommand = null,
    buildCommand = null,
  } = data;
  const { outputDirectory = null, fallbackFile = null } = data;
  api("POST", "/sites", {
    siteId: id,
    name,
    framework: framework === "flutter-web" ? "flutter" : FRAMEWORKS.has(framework) ? framework : "other",
    buildRuntime,
    enabled,
    logging,
    timeout,
    installCommand,
    buildCommand,
    outputDirectory,
    adapter: adapter === "static" || adapter === "ssr" ? adapter : null,
    fallbackFile,
    ...specification(data),
  });
}

function writeRule(_transfer: Transfer, one: Resource, api: Api): void {
  const { type = "", trigger = "", domain = "", redirectUrl = "", redirectStatusCode = 0 } = one.data;
  const {
    deploymentResourceType: kind = "",
    deploymentResourceId: id = "",
    deploymentVcsProviderBranch = "",
  } = one.data;
  const isFunctionOrSite = kind === "function" || kind === "site";
  // What the server made itself comes with the function or site.
  if (trigger !== "manual" || !["api", "redirect", "deployment"].includes(String(type))) one.status = "skip";
  else if (type === "deployment" && !isFunctionOrSite) one.status = "skip";
  if (one.status === "skip") return;
  const code = [301, 302, 307, 308].includes(Number(redirectStatusCode)) ? redirectStatusCode : 301;
  const branch = deploymentVcsProviderBranch === "" ? null : deploymentVcsProviderBranch;
  try {
    if (type === "api") api("POST", "/proxy/rules/api", { domain });
    else if (type === "redirect") {
      const resourceType = kind === "site" ? "site" : "function";
      const body = { domain, url: redirectUrl, statusCode: String(code), resourceId: id, resourceType };
      api("POST", "/proxy/rules/redirect", body);
    } else api("POST", `/proxy/rules/${kind}`, { domain, [`${kind}Id`]: id, branch });
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 409) throw error;
    one.status = "warning";
  }
}

/** Adds what has a project and a random id of its own, unless one of the same name is there. */
function addOwned(
  { context: { store, scope } }: Transfer,
  one: Resource,
  isThere: boolean,
  place: typeof platformsPlace,
  fields: JsonObject,
): void {
  const { $createdAt = "", $updatedAt = "" } = one.data;
  if (isThere) one.status = "skip";
  else store.insert(place, uniqueIdentifier(), { projectId: scope, $createdAt, $updatedAt, ...fields });
}

function projectOf({ context: { store, scope } }: Transfer): Project {
  return findProject(store, scope) ?? { id: scope, document: {} };
}

function changeProject({ context: { store, scope } }: Transfer, changes: JsonObject): void {
  updateProject(store, scope, changes, timestamp(new Date()));
}

function changeSettings(transfer: Transfer, column: Parameters<typeof columnOf>[1], changes: JsonObject): void {
  changeProject(transfer, { [column]: { ...columnOf(projectOf(transfer), column), ...changes } });
}

function switches(data: JsonObject, name: string): JsonObject {
  return Object.fromEntries(listOf(data, name).map(({ $id, enabled = true }) => [String($id), enabled]));
}

/** One specification stands for both: the one that runs, or else the one that builds. */
function specification(data: JsonObject): JsonObject {
  const one = textOrNull(data, "runtimeSpecification") ?? textOrNull(data, "buildSpecification");
  return { buildSpecification: one, runtimeSpecification: one };
}

function listOf(data: JsonObject, name: string): JsonObject[] {
  const list = data[name];
  return isList(list) ? list.filter(isObject) : [];
}

function textsOf(list: Json): string[] {
  return isList(list) ? list.map(String) : [];
}

function text(data: JsonObject, name: string): string {
  return String(data[name] ?? "");
}

function textOrNull(data: JsonObject, name: string): string | null {
  return text(data, name) || null;
}

function isEmpty(value: Json | undefined): boolean {
  if (isList(value)) return value.length === 0;
  return !isObject(value) || Object.keys(value).length === 0;
}

// What the server's library knows of runtimes and frameworks; it is older than the server.
const RUNTIMES = new Set(
  [
    "node 14.5 16.0 18.0 19.0 20.0 21.0 22",
    "php 8.0 8.1 8.2 8.3",
    "ruby 3.0 3.1 3.2 3.3",
    "python 3.8 3.9 3.10 3.11 3.12",
    "python-ml 3.11 3.12",
    "dart 3.0 3.1 3.3 3.5 2.15 2.16 2.17 2.18 2.19",
    "deno 1.40 1.46 2.0",
    "dotnet 6.0 7.0 8.0",
    "java 8.0 11.0 17.0 18.0 21.0 22",
    "swift 5.5 5.8 5.9 5.10",
    "kotlin 1.6 1.8 1.9 2.0",
    "cpp 17 20",
    "bun 1.0 1.1",
    "go 1.23",
  ].flatMap(versionsOf),
);
const BUILD_RUNTIMES = new Set([
  ...RUNTIMES,
  ...["dart 3.8 3.9", "static 1", "flutter 3.24 3.27 3.29 3.32 3.35"].flatMap(versionsOf),
]);
const FRAMEWORKS = new Set(
  "analog angular astro flutter lynx nextjs nuxt react react-native remix svelte-kit tanstack-start vite vue".split(
    " ",
  ),
);

function versionsOf(line: string): string[] {
  const [name = "", ...versions] = line.split(" ");
  return versions.map((version) => `${name}-${version}`);
}
