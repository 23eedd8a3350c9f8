import {
  type Attribute,
  type AttributeOptions,
  type Backend,
  type Change,
  camelCase,
  type Diagnostic,
  defineResource,
  error,
  isList,
  isOlder,
  isUnknown,
  type Json,
  type JsonObject,
  type PlanAdjustment,
  projectId,
  type Row,
  type Session,
  secret,
  t,
  UserError,
} from "../../schema/index.ts";
import { DOMAIN, URL_TEXT } from "../patterns.ts";
import { SETTINGS_QUEUE, SETTINGS_SINCE, type SettingsAccess, settingsAccess } from "../project/settings.ts";
import { EXTRAS, type Extra, OAUTH2_PROVIDERS, type OAuth2Provider } from "./oauth2-providers.ts";

const TYPES = Object.keys(OAUTH2_PROVIDERS);
const LISTING = { path: "/project/oauth2", items: "providers", key: "$id", queries: false } as const;

function text(doc: string, options: AttributeOptions = {}): Attribute {
  return t.string.optional(doc, { length: [1, 256], absent: [""], clear: "", ...options });
}

export const authProvider = defineResource({
  type: "appwrite_auth_provider",
  noun: "sign-in provider",
  summary: "An OAuth2 provider by which users of a project may sign in.",
  notes:
    "All providers speak one vocabulary here; each takes the attributes that it knows. Appwrite does not tell secrets, so that their drift is not seen. Destroying the resource disables the provider and clears its id and its secret.",
  // The version after 1.9.6 knows the second name only.
  scopes: { read: ["oauth2.read", "project.oauth2.read"], write: ["oauth2.write", "project.oauth2.write"] },
  since: SETTINGS_SINCE,
  byConsole: true,

  attributes: {
    type: t.oneOf(...TYPES).required("The provider, such as `github` or `google`.", { replace: true, read: "$id" }),
    enabled: t.bool.default(true, "Let users sign in by it. Appwrite asks some providers whether the secret is right."),
    client_id: text("ID of the application at the provider, whatever the provider calls it."),
    ...secret("client_secret", "Secret of the application at the provider, whatever the provider calls it.", {
      unreadable: true,
      length: [1, 512],
    }),
    endpoint: text(
      "Where the provider is: a host name for `auth0`, `authentik`, `fusionauth` and `keycloak`, a URL for a `gitlab` of one's own.",
      { perEnvironment: true },
    ),
    tenant: text("Tenant of `microsoft`: `common`, `organizations`, `consumers` or a tenant's ID."),
    domain: text("Domain of `okta`, such as `trial-123.okta.com`.", { pattern: DOMAIN, perEnvironment: true }),
    realm_name: text("Realm of `keycloak`."),
    authorization_server_id: text("Custom authorization server of `okta`."),
    prompt: t
      .unordered(t.oneOf("none", "consent", "select_account"))
      .serverDefault("What `google` asks its users: `consent`, `select_account`, or `none` alone.", { length: [1, 3] }),
    well_known_url: text("Discovery document of `oidc`.", { pattern: URL_TEXT, wire: "wellKnownUrl" }),
    authorization_url: text("Where `oidc` signs users in.", { pattern: URL_TEXT }),
    token_url: text("Where `oidc` gives tokens.", { pattern: URL_TEXT }),
    user_info_url: text("Where `oidc` tells of users.", { pattern: URL_TEXT }),
    key_id: text("ID of the key of `apple`."),
    team_id: text("ID of the team at `apple`."),
    ...secret("p8_file", "Content of the private key file of `apple`.", { unreadable: true, length: [1, 4096] }),
    project_id: projectId,
  },

  api: { list: LISTING, queue: SETTINGS_QUEUE },
  hooks: {
    validate: (config) => [...unknownAttributes(config), ...missingAttributes(config), ...malformed(config)],
    plan: withoutPrompt,
    check: oldServerFaults,
    create: (session, planned, config) => write(session, null, planned, config),
    update: write,
    read: async ({ backend }, { type }) => read(await settingsAccess(backend), backend, String(type)),
    delete: clear,
    list: async (backend) => {
      const access = await settingsAccess(backend);
      if (access.isOld) return oldProviders(access);
      const found = await backend.list(LISTING);
      return found.filter(({ $id }) => OAUTH2_PROVIDERS[String($id)]).map(uniform);
    },
  },
  importId: ["type"],
  lookup: { by: [], plural: "appwrite_auth_providers" },
  cloning: {
    needsSecret: { enabled: ["client_secret", "p8_file"] },
    // The list tells all that there could be; those that were never set up are no objects.
    owns: ({ enabled, clientId }) => enabled === true || (clientId ?? "") !== "",
  },
});

/** Only google's prompt is decided by the server: the others have none. */
function withoutPrompt({ planned }: Change): PlanAdjustment {
  const provider = planned === null ? null : known(planned);
  return provider === null || provider.extras.prompt !== undefined ? {} : { planned: { ...planned, prompt: null } };
}

/** A provider's answer in the words that all share. */
function uniform(answer: JsonObject): JsonObject {
  const provider = providerOf(String(answer["$id"]));
  const extras = Object.entries(provider.extras).map(([name, wire]): [string, Json] => [
    camelCase(name),
    answer[wire] ?? "",
  ]);
  return {
    $id: answer["$id"] ?? "",
    enabled: answer["enabled"] ?? false,
    clientId: answer[provider.id] ?? "",
    ...Object.fromEntries(extras),
  };
}

function providerOf(type: string): OAuth2Provider {
  const provider = OAUTH2_PROVIDERS[type];
  if (!provider)
    throw new UserError(
      error("Unknown sign-in provider", `There is no sign-in provider ${JSON.stringify(type)}.`, "type"),
    );
  return provider;
}

async function read(access: SettingsAccess, backend: Backend, type: string): Promise<JsonObject | null> {
  if (access.isOld) return (await oldProviders(access)).find(({ $id }) => $id === type) ?? null;
  const found = await backend.find(LISTING, type);
  return found === null ? null : uniform(found);
}

/** Somebody else's write may undo one of ours in between (F4), which reading shows; the secret goes along each time. */
const ROUNDS = 3;

async function write({ backend }: Session, prior: Row | null, planned: Row, config: Row): Promise<JsonObject> {
  const access = await settingsAccess(backend);
  const type = String(planned["type"]);
  const provider = providerOf(type);
  const isNew = prior === null;
  const fields = (["client_id", ...Object.keys(provider.extras)] as const).flatMap((name): [string, Json][] => {
    const wire = name === "client_id" ? provider.id : (provider.extras[name as Extra] ?? "");
    const value = planned[name] ?? null;
    if (isUnknown(value) || (value === null && name === "prompt")) return [];
    return [[wire, (value as Json) ?? ""]];
  });
  const body = {
    ...Object.fromEntries(fields),
    ...secretOf(provider, isNew ? null : prior, planned, config),
    enabled: planned["enabled"] === true,
  };
  for (let round = 1; ; round++) {
    if (access.isOld) await writeOld(access, type, provider, body);
    else await access.call({ method: "PATCH", path: `/project/oauth2/${type}`, body });
    const told = await read(access, backend, type);
    if (told === null) throw new Error(`Appwrite does not tell the provider ${type}.`);
    const isKept = told["clientId"] === (planned["client_id"] ?? "") && told["enabled"] === body.enabled;
    if (isKept || round === ROUNDS) return told;
  }
}

/** The secret goes when it is new: Appwrite keeps it otherwise. Taken out of the configuration, it is cleared. */
function secretOf(provider: OAuth2Provider, prior: Row | null, planned: Row, config: Row): JsonObject {
  const name = provider.secretIs;
  const isSame =
    prior !== null && prior[name] === planned[name] && prior[`${name}_wo_version`] === planned[`${name}_wo_version`];
  if (isSame) return {};
  const written = config[`${name}_wo`] ?? planned[name] ?? null;
  if (written !== null) return { [provider.secret]: String(written) };
  return (prior?.[name] ?? null) === null ? {} : { [provider.secret]: "" };
}

async function clear({ backend }: Session, { type }: Row): Promise<void> {
  const access = await settingsAccess(backend);
  const provider = providerOf(String(type));
  const extras = Object.values(provider.extras).map((wire): [string, Json] => [
    wire,
    wire === "prompt" ? ["consent"] : "",
  ]);
  const body = { ...Object.fromEntries(extras), [provider.id]: "", [provider.secret]: "", enabled: false };
  // 1.9.0 cannot clear them.
  if (access.isOld)
    await access.call({
      method: "PATCH",
      path: "/oauth2",
      body: { provider: String(type), enabled: false },
      tells: "$id",
    });
  else await access.call({ method: "PATCH", path: `/project/oauth2/${type}`, body, tells: "$id" });
}

/** What 1.9.0 asks users of `google`, always. */
const OLD_PROMPT = ["consent"] as const;

/** The providers of 1.9.0: an id and one text, which is JSON where a provider has more than a secret. */
async function oldProviders(access: SettingsAccess): Promise<readonly JsonObject[]> {
  const listed = (await access.project())["oAuthProviders"];
  const entries = Array.isArray(listed) ? (listed as readonly JsonObject[]) : [];
  return entries.flatMap((entry) => {
    const type = String(entry["key"]);
    const provider = OAUTH2_PROVIDERS[type];
    if (!provider) return [];
    const kept = Object.entries(provider.inSecret ?? {});
    const values = kept.length > 0 ? parsed(String(entry["secret"] ?? "")) : {};
    const extras = kept.map(([wire, property]): [string, Json] => [wire, values[property] ?? ""]);
    return [
      uniform({
        $id: type,
        enabled: entry["enabled"] ?? false,
        ...Object.fromEntries(extras),
        ...(provider.extras.prompt === undefined ? {} : { [provider.extras.prompt]: OLD_PROMPT }),
        [provider.id]: entry["appId"] ?? "",
      }),
    ];
  });
}

async function writeOld(
  access: SettingsAccess,
  type: string,
  provider: OAuth2Provider,
  { enabled, ...fields }: JsonObject,
): Promise<void> {
  const listed = (await access.project())["oAuthProviders"] as readonly JsonObject[];
  const before = String(listed.find(({ key }) => key === type)?.["secret"] ?? "");
  const inSecret = Object.entries(provider.inSecret ?? {});
  const values = Object.fromEntries(
    inSecret.flatMap(([wire, property]): [string, Json][] =>
      fields[wire] === undefined ? [] : [[property, fields[wire] ?? ""]],
    ),
  );
  const plain = fields[provider.secret];
  const secretText = inSecret.length > 0 ? JSON.stringify({ ...parsed(before), ...values }) : plain;
  const body = {
    provider: type,
    enabled: enabled ?? false,
    ...(fields[provider.id] ? { appId: fields[provider.id] as Json } : {}),
    ...(secretText === undefined || secretText === "" ? {} : { secret: secretText }),
  };
  await access.call({ method: "PATCH", path: "/oauth2", body });
}

function parsed(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}

function isSet(config: Row, name: string): boolean {
  return (config[name] ?? null) !== null;
}

function known(config: Row): OAuth2Provider | null {
  const type = config["type"];
  return typeof type === "string" ? (OAUTH2_PROVIDERS[type] ?? null) : null;
}

/** Attributes that the provider does not know. */
function unknownAttributes(config: Row): readonly Diagnostic[] {
  const provider = known(config);
  if (!provider) return [];
  const secrets = [provider.secretIs, `${provider.secretIs}_wo`, `${provider.secretIs}_wo_version`];
  const takes = ["client_id", ...secrets, ...Object.keys(provider.extras)];
  const all = [...EXTRAS, "client_secret", "client_secret_wo", "p8_file", "p8_file_wo"];
  return all
    .filter((name) => !takes.includes(name) && isSet(config, name))
    .map((name) => {
      const words = takes.filter((one) => !one.endsWith("_wo") && !one.endsWith("_version")).join(", ");
      const detail = `The provider ${config["type"]} does not know ${name}. It takes ${words}. Remove ${name}.`;
      return error("Attribute not known to the provider", detail, name);
    });
}

/** What enabling needs. */
function missingAttributes(config: Row): readonly Diagnostic[] {
  const provider = known(config);
  const enabled = config["enabled"];
  if (!provider || enabled === false || isUnknown(enabled)) return [];
  const missing = (name: string, what: string) =>
    error(
      "Attribute missing",
      `The provider ${config["type"]} needs ${what} to be enabled. Set it, or write enabled = false.`,
      name,
    );
  const own = isSet(config, "client_id") ? [] : [missing("client_id", "client_id")];
  const name = provider.secretIs;
  const hasSecret = isSet(config, name) || isSet(config, `${name}_wo`);
  const secretFault = hasSecret ? [] : [missing(name, `${name} (or ${name}_wo)`)];
  const extras = provider.needs
    .filter((choices) => !choices.some((group) => group.every((one) => isSet(config, one))))
    .map((choices) => {
      const words = choices.map((group) => (group.length > 1 ? `all of ${group.join(", ")}` : group[0])).join(", or ");
      return missing(choices[0]?.[0] ?? "type", words);
    });
  return [...own, ...secretFault, ...extras];
}

/** Values that only some providers take in this form. */
function malformed(config: Row): readonly Diagnostic[] {
  const { type, endpoint, prompt } = config;
  const faults: Diagnostic[] = [];
  if (typeof endpoint === "string" && typeof type === "string") {
    const isUrl = /^https?:\/\//.test(endpoint);
    if (type === "gitlab" && !URL_TEXT.expression.test(endpoint))
      faults.push(
        error(
          "Invalid value",
          `endpoint of gitlab must be ${URL_TEXT.words}, not ${JSON.stringify(endpoint)}.`,
          "endpoint",
        ),
      );
    if (type !== "gitlab" && isUrl) {
      const bare = endpoint.replace(/^https?:\/\//, "").replace(/\/+$/, "");
      const detail = `endpoint of ${type} must be a host name without scheme: write ${JSON.stringify(bare)}.`;
      faults.push(error("Invalid value", detail, "endpoint"));
    }
    if (type !== "gitlab" && /\s/.test(endpoint)) {
      const detail = `endpoint of ${type} must be a host name, such as id.example.com, not ${JSON.stringify(endpoint)}.`;
      faults.push(error("Invalid value", detail, "endpoint"));
    }
  }
  if (Array.isArray(prompt) && prompt.includes("none") && prompt.length > 1)
    faults.push(error("Invalid value", 'prompt may be ["none"], or the others without "none".', "prompt"));
  return faults;
}

async function oldServerFaults(backend: Backend, { action, planned }: Change): Promise<readonly Diagnostic[]> {
  const version = await backend.version();
  const provider = typeof planned?.["type"] === "string" ? OAUTH2_PROVIDERS[planned["type"]] : undefined;
  if (action === "delete" || version === null) return [];
  const found: Diagnostic[] = [];
  if (provider?.since && isOlder(version, provider.since)) {
    const detail = `The provider ${planned?.["type"]} needs Appwrite ${provider.since} or later; this server is ${version}.`;
    found.push(error("Server too old", detail, "type"));
  }
  const prompt = planned?.["prompt"] ?? null;
  if (isList(prompt) && prompt.join() !== OLD_PROMPT.join() && isOlder(version, SETTINGS_SINCE)) {
    const detail = `Before Appwrite ${SETTINGS_SINCE} google always asks for consent; this server is ${version}. Leave prompt out.`;
    found.push(error("Server too old", detail, "prompt"));
  }
  return found;
}
