import {
  type Backend,
  type Change,
  type Diagnostic,
  defineResource,
  error,
  id,
  type JsonObject,
  type Row,
  type Session,
  standard,
  t,
} from "../../schema/index.ts";
import { HOSTNAME } from "../patterns.ts";
import { isOldServer, SETTINGS_SINCE, settingsAccess } from "./settings.ts";

/** What identifies an application of each type, and what 1.9.0 calls the type when it is made. */
const TYPES: { readonly [type: string]: { readonly field: string; readonly wire: string; readonly old: string } } = {
  web: { field: "hostname", wire: "hostname", old: "web" },
  apple: { field: "bundle_identifier", wire: "bundleIdentifier", old: "apple-ios" },
  android: { field: "application_id", wire: "applicationId", old: "android" },
  windows: { field: "package_identifier_name", wire: "packageIdentifierName", old: "flutter-windows" },
  linux: { field: "package_name", wire: "packageName", old: "flutter-linux" },
};
const FIELDS = Object.values(TYPES).map(({ field }) => field);
const PACKAGE = {
  expression: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  words: "letters, digits, dots, hyphens and underscores, such as com.example.app",
} as const;
const PATH = "/project/platforms";
const LISTING = { path: PATH, items: "platforms", key: "$id" } as const;

function identifier(doc: string) {
  return t.string.optional(doc, { length: [1, 256], absent: [""], pattern: PACKAGE });
}

export const projectPlatform = defineResource({
  type: "appwrite_project_platform",
  noun: "platform",
  summary:
    "An application that may use a project from the outside: a web site by its host name, an app by its identifier.",
  scopes: { read: "platforms.read", write: "platforms.write" },
  since: SETTINGS_SINCE,
  byConsole: true,

  attributes: {
    id: id("platformId", "platform"),
    type: t.oneOf("web", "apple", "android", "windows", "linux").required("Kind of platform.", { replace: true }),
    name: t.string.required("Name shown in the console.", { length: [1, 128] }),
    hostname: t.string.optional(
      "Host name of a `web` platform, without scheme, port and path. `*` stands for any label.",
      { length: [1, 253], absent: [""], pattern: HOSTNAME, perEnvironment: true },
    ),
    bundle_identifier: identifier("Bundle identifier of an `apple` platform, such as `com.example.app`."),
    application_id: identifier("Application ID of an `android` platform, such as `com.example.app`."),
    package_identifier_name: identifier("Package identifier of a `windows` platform."),
    package_name: identifier("Package name of a `linux` platform."),
    ...standard,
  },

  api: { list: LISTING },
  hooks: {
    validate: fieldFaults,
    check: oldServerFaults,
    create: ({ backend }, planned) => create(backend, planned),
    update: (session, _prior, planned) => update(session, planned),
    read,
    delete: async ({ backend }, state) => {
      const access = await settingsAccess(backend);
      await access.call({ method: "DELETE", path: `${access.isOld ? "/platforms" : PATH}/${state["id"]}` });
    },
    list: async (backend) => {
      if (!(await isOldServer(backend))) return backend.list(LISTING);
      const { platforms } = (await (
        await settingsAccess(backend)
      ).call({
        method: "GET",
        path: "/platforms",
        items: "platforms",
      })) as JsonObject;
      return (platforms as readonly JsonObject[]).map(fromOld);
    },
  },
  importId: ["id"],
  lookup: { by: ["name"], plural: "appwrite_project_platforms" },
  cloning: { ids: "server" },
});

async function create(backend: Backend, planned: Row): Promise<JsonObject> {
  const access = await settingsAccess(backend);
  const type = String(planned["type"]);
  if (access.isOld) {
    const body = { type: TYPES[type]?.old ?? type, ...oldFields(planned) };
    return fromOld((await access.call({ method: "POST", path: "/platforms", body })) as JsonObject);
  }
  const body = { platformId: String(planned["id"]), ...fields(planned) };
  return (await access.call({ method: "POST", path: `${PATH}/${type}`, body })) as JsonObject;
}

async function update({ backend }: Session, planned: Row): Promise<JsonObject> {
  const access = await settingsAccess(backend);
  if (access.isOld) {
    const path = `/platforms/${planned["id"]}`;
    const there = (await access.call({ method: "GET", path })) as JsonObject;
    const body = {
      ...oldFields(planned),
      ...(there["type"] === UNITY ? { key: String(planned["hostname"] ?? "") } : {}),
    };
    return fromOld((await access.call({ method: "PUT", path, body })) as JsonObject);
  }
  const path = `${PATH}/${planned["type"]}/${planned["id"]}`;
  return (await access.call({ method: "PUT", path, body: fields(planned) })) as JsonObject;
}

async function read({ backend }: Session, { id: platformId }: Row): Promise<JsonObject | null> {
  if (!(await isOldServer(backend))) return backend.find(LISTING, String(platformId));
  const access = await settingsAccess(backend);
  return fromOld((await access.call({ method: "GET", path: `/platforms/${platformId}` })) as JsonObject);
}

function fields(planned: Row): JsonObject {
  const { field = "hostname", wire = "hostname" } = TYPES[String(planned["type"])] ?? {};
  return { name: String(planned["name"]), [wire]: String(planned[field] ?? "") };
}

function oldFields(planned: Row): JsonObject {
  const { field = "hostname" } = TYPES[String(planned["type"])] ?? {};
  const value = String(planned[field] ?? "");
  return { name: String(planned["name"]), [field === "hostname" ? "hostname" : "key"]: value };
}

/** A type of 1.9.0 that is `web` later; 1.9.0 takes its identifier for a host name. */
const UNITY = "unity";

/** 1.9.0 has more types, of which later versions make five, and one field for all identifiers. */
function fromOld({ key = "", type = "", ...platform }: JsonObject): JsonObject {
  const old = String(type);
  const kind =
    Object.entries({
      web: /^(web|flutter-web|unity)$/,
      apple: /^apple-|-ios$|-macos$/,
      android: /android$/,
      windows: /windows$/,
      linux: /linux$/,
    }).find(([, pattern]) => pattern.test(old))?.[0] ?? old;
  if (old === UNITY) return { ...platform, type: kind, hostname: platform["hostname"] || key };
  const wire = TYPES[kind]?.wire;
  return { ...platform, type: kind, ...(wire === undefined || wire === "hostname" ? {} : { [wire]: key }) };
}

/** Each type has one attribute of its own, which it needs, and no other. */
function fieldFaults(config: Row): readonly Diagnostic[] {
  const type = config["type"];
  if (typeof type !== "string" || !TYPES[type]) return [];
  const own = TYPES[type].field;
  const missing =
    (config[own] ?? null) === null ? [error("Attribute missing", `A platform of type ${type} needs ${own}.`, own)] : [];
  const foreign = FIELDS.filter((name) => name !== own && (config[name] ?? null) !== null).map((name) =>
    error("Attribute of another type", `A platform of type ${type} has ${own}, not ${name}. Remove ${name}.`, name),
  );
  return [...missing, ...foreign];
}

async function oldServerFaults(backend: Backend, { action, config }: Change): Promise<readonly Diagnostic[]> {
  const isChosen = (config?.["id"] ?? null) !== null;
  if (action !== "create" || !isChosen || !(await isOldServer(backend))) return [];
  const text = `Before Appwrite ${SETTINGS_SINCE} the server chooses the id of a platform. Leave id out.`;
  return [error("Id not free to choose", text, "id")];
}
