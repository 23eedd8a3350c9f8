import type { Caller } from "./caller.ts";
import type { Settings } from "./context.ts";
import { ServerError } from "./errors.ts";
import { timestamp } from "./identifiers.ts";
import { isList, isObject, type Json, type JsonObject, parseJson } from "./json.ts";
import { consoleProject, consoleScope, findKey, findProject, keysPlace, type Project } from "./projects.ts";
import type { Received } from "./request.ts";
import type { Route, RouteMatch } from "./route-table.ts";
import { readSession, readToken } from "./sessions.ts";
import type { Store, Stored } from "./store.ts";

/**
 * Finds the project that a request means and who asks, and checks that the route may be called, in the server's order and
 * with its errors (real-server.md, section C): 403 `project_id_missing`, 404 `project_not_found`, 401 `project_key_expired`,
 * 401 `user_unauthorized`, 403 `general_service_disabled`, 401 `general_unauthorized_scope`.
 */
export function authenticate(
  store: Store,
  settings: Settings,
  request: Received,
  match: RouteMatch,
): { project: Project; caller: Caller } {
  const header = request.headers["x-appwrite-project"] ?? "";
  const named = parameter(request, "project") ?? header;
  const alias = match.path.startsWith("/v1/projects/") && !match.route.path.startsWith("/v1/projects/");
  const projectId = alias ? (match.values["projectId"] ?? "") : named;
  const project = projectId === "" || projectId === consoleScope ? consoleProject : findProject(store, projectId);
  const admin =
    (parameter(request, "mode") ?? request.headers["x-appwrite-mode"]) === "admin" ||
    (named !== "" && project?.id !== named);

  if (admin && project?.id === consoleScope)
    throw new ServerError("general_bad_request", { message: "Admin mode is not allowed for console project" });

  const key = request.headers["x-appwrite-key"] ?? "";
  const keyed = key === "" ? undefined : readKey(store, settings, project?.id ?? "", key);
  if (keyed && keyed.projectId !== "" && header !== keyed.projectId) throw new ServerError("project_id_missing");
  if (!project) throw new ServerError("project_not_found");

  const user = findUser(store, settings, request, project, admin);
  const caller = keyed ? keyed.caller() : callerOf(store, request, match, project, user, admin);
  const account = keyed || !user ? undefined : store.get({ scope: user.scope, collection: "users" }, user.userId);
  const email = keyed
    ? caller.kind === "key" && `app.${project.id}@service.${request.hostname}`
    : account && String(account.data["email"] ?? "");
  if (user && account) noteVisit(store, user.scope, account);
  checkRoute(project, caller, match.route, email || "User");
  if (account?.data["status"] === false) throw new ServerError("user_blocked");
  if (project.id === consoleScope && OF_PROJECTS.test(match.route.key)) refuseConsole(header);
  return { project, caller };
}

/** What projects alone have. */
const OF_PROJECTS =
  /^\w+ \/v1\/(tablesdb|databases|documentsdb|vectorsdb|messaging|functions|sites)\b(?!\/(runtimes|frameworks|templates)$)/;

function refuseConsole(header: string): never {
  const message =
    header === ""
      ? "No Appwrite project was specified. Please specify your project ID when initializing your Appwrite SDK."
      : "This endpoint is not available for the console project. The Appwrite Console is a reserved project ID and cannot be used with the Appwrite SDKs and APIs. Please check if your project ID is correct.";
  throw new ServerError("general_access_forbidden", { message });
}

function parameter(request: Received, name: string): string | undefined {
  const sent = ["GET", "HEAD"].includes(request.method) ? request.query[name] : request.body[name];
  return typeof sent === "string" ? sent : undefined;
}

type ReadKey = { readonly projectId: string; readonly caller: () => Caller };

/** A key of another kind, or one that cannot be decoded, makes its holder a guest; an unknown project key is refused. */
function readKey(store: Store, settings: Settings, projectId: string, key: string): ReadKey {
  const type = key.includes("_") ? (key.split("_")[0] ?? "") : "standard";
  if (type === "ephemeral" || type === "dynamic") {
    const payload = readToken(settings.secret, key.slice(type.length + 1));
    if (payload?.["projectId"] !== projectId) return { projectId, caller: () => guest };
    return {
      projectId,
      caller: () => ({ kind: "key", scopes: [...texts(payload["scopes"]), ...keyScopes], ephemeral: true }),
    };
  }
  if (type !== "standard") return { projectId, caller: () => guest };
  return {
    projectId,
    caller() {
      const stored = findKey(store, projectId, key);
      if (!stored) throw new ServerError("user_unauthorized");
      const expire = String(stored["expire"] ?? "");
      if (expire !== "" && new Date(expire) < new Date()) throw new ServerError("project_key_expired");
      noteUse(store, stored);
      return { kind: "key", scopes: [...texts(stored["scopes"]), ...keyScopes], ephemeral: false };
    },
  };
}

/** The server notes once a day when a key was used. */
function noteUse(store: Store, key: JsonObject): void {
  const accessed = Date.parse(String(key["accessedAt"] ?? ""));
  if (Date.now() - accessed < 86_400_000) return;
  const now = timestamp(new Date());
  store.update(keysPlace, String(key["$id"]), { ...key, accessedAt: now, $updatedAt: now });
}

/** And once a day when a user came by. */
function noteVisit(store: Store, scope: string, user: Stored): void {
  if (Date.now() - Date.parse(String(user.data["accessedAt"] ?? "")) < 86_400_000) return;
  const now = timestamp(new Date());
  store.update({ scope, collection: "users" }, user.id, { ...user.data, accessedAt: now, $updatedAt: now });
}

function texts(value: Json | undefined): string[] {
  return isList(value) ? value.map(String) : [];
}

type SignedIn = { readonly scope: string; readonly userId: string; readonly sessionId: string };

function findUser(
  store: Store,
  settings: Settings,
  request: Received,
  project: Project,
  admin: boolean,
): SignedIn | undefined {
  const scope = admin ? consoleScope : project.id;
  const cookie = `a_session_${scope}`;
  const token =
    cookieOf(request, cookie) ??
    cookieOf(request, `${cookie}_legacy`) ??
    request.headers["x-appwrite-session"] ??
    fallbackCookie(request, cookie);
  const session = token ? readSession(store, scope, token) : undefined;
  const jwt = request.headers["x-appwrite-jwt"] ?? "";
  if (jwt === "") return session && { scope, ...session };
  if (session) throw new ServerError("user_jwt_and_cookie_set");
  const payload = readToken(settings.secret, jwt);
  if (!payload)
    throw new ServerError("user_jwt_invalid", {
      message: "Failed to verify JWT. Invalid token: Signature verification failed",
    });
  const userId = String(payload["userId"] ?? "");
  const known = store.get({ scope, collection: "users" }, userId);
  return known && { scope, userId: known.id, sessionId: String(payload["sessionId"] ?? "") };
}

function cookieOf(request: Received, name: string): string | undefined {
  const pairs = (request.headers["cookie"] ?? "").split(/;\s*/);
  const found = pairs.find((pair) => pair.startsWith(`${name}=`));
  return found && decodeURIComponent(found.slice(name.length + 1));
}

function fallbackCookie(request: Received, name: string): string | undefined {
  try {
    const cookies = parseJson(request.headers["x-fallback-cookies"] ?? "null");
    return isObject(cookies) && typeof cookies[name] === "string" ? cookies[name] : undefined;
  } catch {
    return undefined;
  }
}

function callerOf(
  store: Store,
  request: Received,
  match: RouteMatch,
  project: Project,
  user: SignedIn | undefined,
  admin: boolean,
): Caller {
  if (!user) return guest;
  const own = { userId: user.userId, sessionId: user.sessionId };
  const teamId = teamOf(store, request, match, project);
  const administers = project.id === consoleScope ? teamId !== "" : admin;
  if (!administers) return { kind: "user", scopes: userScopes, ...own };
  const memberships = store.list({ scope: consoleScope, collection: "memberships" }).map((stored) => stored.data);
  const membership = memberships.find(
    (one) => one["userId"] === user.userId && one["teamId"] === teamId && one["confirm"] === true,
  );
  if (!membership || texts(membership["roles"]).length === 0) throw new ServerError("user_unauthorized");
  const owner = texts(membership["roles"]).includes("owner");
  return { kind: "admin", scopes: owner ? [...userScopes, ...adminScopes] : ["projects.read", ...adminScopes], ...own };
}

function teamOf(store: Store, request: Received, match: RouteMatch, project: Project): string {
  if (project.id !== consoleScope) return String(project.document["teamId"] ?? "");
  if (match.route.path.startsWith("/v1/projects/:projectId")) {
    return String(findProject(store, match.values["projectId"] ?? "")?.document["teamId"] ?? "");
  }
  const asked =
    match.route.path === "/v1/projects"
      ? (parameter(request, "teamId") ?? "")
      : (request.headers["x-appwrite-organization"] ?? "");
  return store.get({ scope: consoleScope, collection: "teams" }, asked)?.id ?? "";
}

function checkRoute(project: Project, caller: Caller, route: Route, email: string): void {
  const privileged = caller.kind === "key" || caller.kind === "admin";
  if (!privileged && setting(project, "services", route.namespace.toLowerCase()) === false)
    throw new ServerError("general_service_disabled");
  if (!privileged && setting(project, "apis", "rest") === false) throw new ServerError("general_api_disabled");
  if (route.scopes.some((scope) => caller.scopes.includes(scope))) return;
  const message = `${email} (role: ${roleLabels[caller.kind]}) missing scopes (${JSON.stringify(route.scopes)})`;
  throw new ServerError("general_unauthorized_scope", { message });
}

function setting(project: Project, group: string, name: string): Json | undefined {
  const values = project.document[group];
  return isObject(values) ? values[name] : undefined;
}

const roleLabels = { guest: "guests", key: "applications", user: "users", admin: "owner" } as const;

// Scopes of roles, from the server's role configuration.
const keyScopes: readonly string[] = ["global", "health.read", "graphql"];
const guestScopes =
  "global public home console graphql sessions.write documents.read documents.write rows.read rows.write files.read files.write locale.read avatars.read executions.write".split(
    " ",
  );
const userScopes: readonly string[] = [
  ..."global public home console graphql sessions.write account teams.read teams.write presences.read presences.write".split(
    " ",
  ),
  ..."documents.read documents.write rows.read rows.write files.read files.write projects.read locale.read avatars.read".split(
    " ",
  ),
  ..."executions.read executions.write targets.read targets.write subscribers.write subscribers.read assistant.read rules.read".split(
    " ",
  ),
];
const adminScopes: readonly string[] = [
  ..."teams documents rows files buckets users presences databases collections tables platforms oauth2 mocks project.policies".split(
    " ",
  ),
  ..."templates keys devKeys webhooks project functions sites log executions rules migrations vcs targets providers messages".split(
    " ",
  ),
  ..."topics subscribers tokens schedules insights reports".split(" "),
]
  .flatMap((name) => [`${name}.read`, `${name}.write`])
  .concat("global", "graphql", "sessions.write", "projects.write", "locale.read", "avatars.read", "health.read");
const guest: Caller = { kind: "guest", scopes: guestScopes };
