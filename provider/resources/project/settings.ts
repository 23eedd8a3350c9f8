import {
  type Backend,
  type Call,
  camelCase,
  error,
  type Hooks,
  isOlder,
  isRecord,
  type Json,
  type JsonObject,
  type Row,
  type Session,
  UserError,
  type Value,
} from "../../schema/index.ts";

/** Everything that lives in the project's document is written in turn: two writes at once lose one (real-server F4). */
export const SETTINGS_QUEUE = "project settings";

/** First version whose API keys reach the settings of a project; before, only console users do. */
export const SETTINGS_SINCE = "1.9.5";

/** How the settings of a project are reached on the server at hand. */
export interface SettingsAccess {
  /** An older server: the routes are those of the console, below `/projects/<id>`, and speak its dialect. */
  readonly isOld: boolean;
  /** A call; its path is below `/v1` on new servers, and below the project's own console route on old ones. */
  call(call: Call): Promise<Json>;
  /** The project's document: with lists of switches on new servers, flat on old ones. */
  project(): Promise<JsonObject>;
}

/** Finds out how settings are reached. Throws a `UserError` where the server is too old and there are no console credentials. */
export async function settingsAccess(backend: Backend): Promise<SettingsAccess> {
  if (!(await isOldServer(backend))) {
    const call = (one: Call) => backend.call(one);
    return { isOld: false, call, project: async () => (await call({ ...PROJECT, path: "/project" })) as JsonObject };
  }
  const console = await backend.console();
  if (console === null) {
    const text = `Settings of a project need Appwrite ${SETTINGS_SINCE} or later, or a console user: this server is ${await backend.version()}. Upgrade it, or give the provider console_email and console_password.`;
    throw new UserError(error("Server too old", text));
  }
  const call = (one: Call) => console.call({ ...one, path: `/projects/${backend.projectId}${one.path}` });
  return { isOld: true, call, project: async () => (await call({ ...PROJECT, path: "" })) as JsonObject };
}

const PROJECT = { method: "GET", tells: "$id" } as const;

/** Is the server one whose API keys do not reach project settings? A server that does not tell its version is taken for a new one. */
export async function isOldServer(backend: Backend): Promise<boolean> {
  const version = await backend.version();
  return version !== null && isOlder(version, SETTINGS_SINCE);
}

/** A kind that is a set of independent settings, each with a write of its own. */
export interface Switchboard {
  /** The settings as they are, in the attributes' camel-case names. What cannot be read is null. */
  read(access: SettingsAccess): Promise<JsonObject>;
  /** Writes one setting. Of an object, the parts that are null are left alone. */
  write(access: SettingsAccess, attribute: string, value: Value): Promise<unknown>;
}

/** Once is what a write takes; the others are for those that somebody else's write undid in between (F4). */
const ROUNDS = 3;

/**
 * The hooks of a switchboard. Only what the configuration sets is written, and only where it differs from what is there; then it is read
 * again, and written again where it was lost.
 */
export function switchboardHooks(board: Switchboard): Required<Pick<Hooks, "create" | "read" | "update">> {
  const settle = async ({ backend }: Session, config: Row, planned: Row): Promise<JsonObject> => {
    const access = await settingsAccess(backend);
    const wanted = Object.keys(config).filter((name) => name !== "project_id" && (config[name] ?? null) !== null);
    let told = await board.read(access);
    for (let round = 1; round <= ROUNDS; round++) {
      const pending = wanted.filter(
        (name) => !holds(told[camelCase(name)], planned[name] ?? null) && (round === 1 || isTold(told, name)),
      );
      for (const name of pending) await board.write(access, name, planned[name] ?? null);
      if (pending.length === 0) break;
      told = await board.read(access);
    }
    return withPlanned(told, planned);
  };
  return {
    create: (session, planned, config) => settle(session, config, planned),
    update: (session, _prior, planned, config) => settle(session, config, planned),
    read: async ({ backend }, state) => withPlanned(await board.read(await settingsAccess(backend)), state),
  };
}

/** Does the server have what was asked for? Parts of an object that are null were not asked for. */
function holds(told: Json | undefined, wanted: Value): boolean {
  if (!isRecord(wanted)) return told === wanted;
  if (!isRecord(told as Value)) return false;
  const parts = told as JsonObject;
  return Object.entries(wanted).every(([name, value]) => value === null || parts[camelCase(name)] === value);
}

/** What the server does not tell is written once and believed. */
function isTold(told: JsonObject, name: string): boolean {
  return (told[camelCase(name)] ?? null) !== null;
}

/** What the server does not tell is as it was planned. */
function withPlanned(told: JsonObject, planned: Row): JsonObject {
  return Object.fromEntries(
    Object.entries(told).map(([name, value]) => {
      if (value !== null) return [name, value];
      const attribute = Object.keys(planned).find((one) => camelCase(one) === name);
      return [name, ((attribute === undefined ? null : planned[attribute]) ?? null) as Json];
    }),
  );
}

/** The switches of a list in the project's document, by id. */
export function switchesOf(project: JsonObject, list: string): { readonly [id: string]: boolean } {
  const items = project[list];
  if (!Array.isArray(items)) return {};
  return Object.fromEntries(
    (items as readonly JsonObject[]).map(({ $id, enabled }) => [String($id), enabled === true]),
  );
}
