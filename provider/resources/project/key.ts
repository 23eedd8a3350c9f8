import {
  ApiError,
  type Backend,
  type Call,
  type Change,
  type Diagnostic,
  defineResource,
  error,
  id,
  isList,
  type JsonObject,
  type Row,
  type Session,
  standard,
  t,
  UserError,
  warning,
} from "../../schema/index.ts";
import { KEY_SCOPES, scopeFault } from "./scopes.ts";
import { isOldServer, SETTINGS_SINCE, type SettingsAccess, settingsAccess } from "./settings.ts";

const PATH = "/project/keys";
const LISTING = { path: PATH, items: "keys", key: "$id" } as const;

export const projectKey = defineResource({
  type: "appwrite_project_key",
  noun: "API key",
  summary: "An API key of a project.",
  notes:
    "The secret is stored in Terraform's state: keep the state safe, or use the ephemeral resource `appwrite_project_ephemeral_key` for short tasks. A server that refuses to let one key make another is asked as a console user, where the provider has console credentials.",
  scopes: { read: "keys.read", write: "keys.write" },
  since: SETTINGS_SINCE,
  byConsole: true,

  attributes: {
    id: id("keyId", "API key"),
    name: t.string.required("Name shown in the console.", { length: [1, 128] }),
    scopes: t
      .set(t.oneOf(...KEY_SCOPES))
      .required("What the key may do, such as `tables.read`. All others are forbidden.", { length: [0, 100] }),
    expire: t.datetime.optional("When the key ends, in ISO 8601. Never when not set.", { absent: [""] }),
    secret: t.string.computed("The key itself, as `api_key` takes it.", { sensitive: true, clone: "skip" }),
    accessed_at: t.string.computed("When the key was last used, to the day.", { clone: "skip" }),
    sdks: t.set(t.string).computed("Names of the SDKs that used the key.", { clone: "skip" }),
    organization_id: t.string.serverDefault("ID of the organization that the project belongs to, for keys of such.", {
      replace: true,
      wire: false,
      read: false,
      clone: "skip",
    }),
    ...standard,
  },

  api: { list: LISTING },
  hooks: {
    check: async (backend, change) => [...(await scopeFaults(backend, change)), ...expiryFaults(change)],
    create,
    update: async ({ backend }, _prior, planned) => {
      const access = await accessFor(backend, planned);
      const path = `${access.isOld ? "/keys" : PATH}/${planned["id"]}`;
      return (await access.call({ method: "PUT", path, body: fields(planned) })) as JsonObject;
    },
    read: async ({ backend }, state) => {
      const access = await accessFor(backend, state);
      if (!access.isOld && (state["organization_id"] ?? null) === null)
        return backend.find(LISTING, String(state["id"]));
      const path = `${access.isOld ? "/keys" : PATH}/${state["id"]}`;
      return (await access.call({ method: "GET", path })) as JsonObject;
    },
    delete: async ({ backend }, state) => {
      const access = await accessFor(backend, state);
      await access.call({ method: "DELETE", path: `${access.isOld ? "/keys" : PATH}/${state["id"]}` });
    },
    list: async (backend) => {
      if (!(await isOldServer(backend))) return backend.list(LISTING);
      const answer = (await (
        await settingsAccess(backend)
      ).call({ method: "GET", path: "/keys", items: "keys" })) as JsonObject;
      return answer["keys"] as readonly JsonObject[];
    },
  },
  importId: ["id"],
  importIdAlso: [["organization_id", "project_id", "id"]],
  lookup: { by: ["name"], plural: "appwrite_project_keys" },
  cloning: { ids: "server" },
});

/** Appwrite makes a key that has expired already, which nobody can use. */
function expiryFaults({ action, prior, config }: Change): readonly Diagnostic[] {
  const expire = config?.["expire"];
  if (action === "delete" || typeof expire !== "string" || expire === prior?.["expire"]) return [];
  if (Date.parse(expire) > Date.now()) return [];
  const text = `expire is ${expire}, which is over: nobody can use the key. Write a time to come, or leave it out.`;
  return [warning("Key expired already", text, "expire")];
}

/** Versions differ in the scopes that they know. */
async function scopeFaults(backend: Backend, { action, config }: Change): Promise<readonly Diagnostic[]> {
  const version = await backend.version();
  const scopes = config?.["scopes"];
  if (action === "delete" || version === null || !isList(scopes)) return [];
  return scopes.flatMap((scope) => {
    const fault = typeof scope === "string" ? scopeFault(scope, version) : null;
    return fault === null ? [] : [error("Invalid value", fault, "scopes")];
  });
}

async function create({ backend }: Session, planned: Row): Promise<JsonObject> {
  const access = await accessFor(backend, planned);
  const body = { keyId: String(planned["id"]), ...fields(planned) };
  try {
    return (await access.call({ method: "POST", path: access.isOld ? "/keys" : PATH, body })) as JsonObject;
  } catch (cause) {
    if (!(cause instanceof ApiError) || cause.details.type !== "key_creation_denied") throw cause;
    const console = await backend.console();
    if (console !== null && backend.projectId !== null)
      return (await console.callProject(backend.projectId, { method: "POST", path: PATH, body })) as JsonObject;
    const text =
      "This version of Appwrite does not let an API key make API keys. Give the provider console_email and console_password, or make the key in the console and import it.";
    throw new UserError(error("API key not created", text));
  }
}

/** How keys are reached; those of an organization's project are asked for in its name. */
async function accessFor(backend: Backend, { organization_id: organization }: Row): Promise<SettingsAccess> {
  const access = await settingsAccess(backend);
  if (access.isOld || typeof organization !== "string") return access;
  const headers = { "x-appwrite-organization": organization };
  return { ...access, call: (call: Call) => access.call({ ...call, headers }) };
}

/** A PUT without `expire` makes the key endless. */
function fields(planned: Row): JsonObject {
  const { name, scopes, expire } = planned;
  return {
    name: String(name),
    scopes: isList(scopes) ? scopes.map(String) : [],
    ...(typeof expire === "string" ? { expire } : {}),
  };
}
