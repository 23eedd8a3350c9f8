import { randomBytes } from "node:crypto";
import { timestamp, uniqueIdentifier } from "./identifiers.ts";
import type { JsonObject } from "./json.ts";
import type { Place, Store } from "./store.ts";

/** A project: its id as it was created (the server finds it by any letter case) and its stored document. */
export type Project = { readonly id: string; readonly document: JsonObject };

/** Where all projects are kept. Ids of projects, keys, webhooks and platforms are unique over the whole server (F10). */
export const projectsPlace: Place = { scope: "*", collection: "projects" };

/** Where all API keys are kept, tagged with their secret; each names its project in `projectId`. */
export const keysPlace: Place = { scope: "*", collection: "keys" };

/** The scope of the console's own users, teams, memberships and sessions, and the id of its project. */
export const consoleScope = "console";

/** The console's own project, which always exists. */
export const consoleProject: Project = { id: consoleScope, document: {} };

/** Every scope that a project key of 1.9.5 and 1.9.6 can hold, in the server's order (source: its scope list). */
export const projectScopes: readonly string[] = [
  ..."project keys platforms mocks policies project.policies templates oauth2 users sessions teams databases tables".split(
    " ",
  ),
  ..."columns indexes rows collections attributes documents buckets files tokens functions executions execution sites".split(
    " ",
  ),
  ..."log providers topics subscribers targets messages rules webhooks".split(" "),
  ..."locale avatars health assistant migrations schedules vcs insights reports presences".split(" "),
].flatMap((name) =>
  ["locale", "avatars", "health", "assistant"].includes(name) ? [`${name}.read`] : [`${name}.read`, `${name}.write`],
);

/** Finds a project by id; undefined when there is none. */
export function findProject(store: Store, id: string): Project | undefined {
  const stored = store.get(projectsPlace, id);
  return stored && { id: stored.id, document: stored.data };
}

/** Adds a project with the settings of a new one; says false when the id is taken. */
export function insertProject(store: Store, project: { id: string; name: string; teamId: string }): boolean {
  const now = timestamp(new Date());
  const document = {
    $id: project.id,
    $createdAt: now,
    $updatedAt: now,
    name: project.name,
    teamId: project.teamId,
    region: "default",
  };
  return store.insert(projectsPlace, project.id, document) !== undefined;
}

/** Changes fields of a project's document and its `$updatedAt`. */
export function updateProject(store: Store, id: string, changes: JsonObject, now: string): Project {
  const document = { ...store.get(projectsPlace, id)?.data, ...changes, $updatedAt: now };
  store.update(projectsPlace, id, document);
  return { id, document };
}

/** An API key as it is stored. */
export type StoredKey = {
  readonly $id: string;
  readonly $createdAt: string;
  readonly $updatedAt: string;
  readonly projectId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expire: string;
  readonly secret: string;
  readonly sdks: readonly string[];
  readonly accessedAt: string;
};

/** What a key keeps of the one that it is a copy of. */
type Origin = { readonly createdAt: string; readonly updatedAt: string; readonly sdks: readonly string[] };

/** Adds an API key to a project and returns it; undefined when the id is taken by any key of the server. */
export function insertKey(
  store: Store,
  key: { projectId: string; scopes: readonly string[]; id?: string; name?: string; expire?: string } & Partial<Origin>,
): StoredKey | undefined {
  const now = timestamp(new Date());
  const secret = `standard_${randomBytes(128).toString("hex")}`;
  const id = key.id ?? uniqueIdentifier();
  const stored: StoredKey = {
    $id: id,
    $createdAt: key.createdAt ?? now,
    $updatedAt: key.updatedAt ?? now,
    projectId: key.projectId,
    name: key.name ?? "emulator",
    scopes: key.scopes,
    expire: key.expire ?? "",
    secret,
    sdks: key.sdks ?? [],
    accessedAt: "",
  };
  return store.insert(keysPlace, id, stored, secret) === undefined ? undefined : stored;
}

/** Finds a project's API key by its secret. */
export function findKey(store: Store, projectId: string, secret: string): JsonObject | undefined {
  return store.tagged(keysPlace, secret).find((key) => key.data["projectId"] === projectId)?.data;
}
