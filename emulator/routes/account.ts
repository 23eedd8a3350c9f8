import { type Context, empty, type Handlers, json, type Reply } from "../context.ts";
import { ServerError } from "../errors.ts";
import { timestamp } from "../identifiers.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { isMethodOpen } from "../project/settings.ts";
import { consoleScope } from "../projects.ts";
import { isPassword, openSession, sessionsPlace, signToken, yearOfSeconds } from "../sessions.ts";
import type { Stored } from "../store.ts";
import { factorsOf } from "../users/factors.ts";
import {
  authSetting,
  checkPassword,
  checkPersonalData,
  endsSessions,
  passwordHistory,
} from "../users/password-policy.ts";
import { hashUserPassword, isUserPassword } from "../users/passwords.ts";
import { closeSessions, sessionsOf, showSession } from "../users/sessions.ts";
import { amendUser, findUser, insertTarget, insertUser, showUser, usersPlace } from "../users/users.ts";

const SESSION = "/v1/account/sessions/:sessionId";

/** What a user does with the own account: sign up and in, look at it and its sessions, change what needs no e-mail, and get a token. */
export const accountRoutes: Handlers = {
  "POST /v1/account": signUp,
  "GET /v1/account": (context) => json(showAccount(context, ownerOf(context))),
  "PATCH /v1/account/name": changeField("name", (params) => params.text("name")),
  "PATCH /v1/account/prefs": changeField("prefs", (params) => params.object("prefs")),
  "PATCH /v1/account/status": changeField("status", () => false),
  "PATCH /v1/account/password": changePassword,
  "GET /v1/account/prefs": (context) => {
    const { prefs = {} } = ownerOf(context).data;
    return json(prefs);
  },
  "POST /v1/account/sessions/email": signIn,
  "GET /v1/account/sessions": (context) => {
    const sessions = sessionsOf(context, ownerOf(context)).map((session) => showOwn(context, session));
    return json({ total: sessions.length, sessions });
  },
  "DELETE /v1/account/sessions": (context) => {
    closeSessions(context, ownerOf(context));
    return empty();
  },
  [`GET ${SESSION}`]: (context, params) => json(showOwn(context, ownSession(context, params))),
  [`PATCH ${SESSION}`]: (context, params) => {
    const session = ownSession(context, params);
    const seconds = Number(authSetting(context.project, "duration") ?? yearOfSeconds);
    const expire = timestamp(new Date(Date.parse(context.now) + seconds * 1000));
    const data = { ...session.data, expire, $updatedAt: context.now };
    context.store.update(sessionsPlace(context.project.id), session.id, data);
    return json({ ...showSession({ ...session, data }), secret: "" });
  },
  [`DELETE ${SESSION}`]: (context, params) => {
    context.store.remove(sessionsPlace(context.project.id), ownSession(context, params).id);
    return empty();
  },
  "GET /v1/account/mfa/factors": (context) => json(factorsOf(ownerOf(context))),
  // Identities come from OAuth2 sign-ins, which need a browser.
  "GET /v1/account/identities": () => json({ total: 0, identities: [] }),
  "DELETE /v1/account/identities/:identityId": () => {
    throw new ServerError("user_identity_not_found");
  },
  "POST /v1/account/jwts": (context, params) => {
    refuseClosed(context, "jwt");
    return json({ jwt: tokenOf(context, params.whole("duration")) });
  },
};

/** The user who asks. */
function ownerOf(context: Context): Stored {
  const { caller } = context;
  if (!("userId" in caller)) throw new ServerError("general_unauthorized_scope");
  return findUser(context, caller.userId);
}

function changeField(name: string, read: (params: Params) => Json): Handlers[string] {
  return (context, params) =>
    json(showAccount(context, amendUser(context, ownerOf(context), { [name]: read(params) })));
}

/** The other sessions end where the project wants that. */
function changePassword(context: Context, params: Params): Reply {
  const { project, store } = context;
  const plain = params.text("password");
  checkPassword(project, plain);
  const user = ownerOf(context);
  const hash = String(user.data["password"] ?? "");
  const [hasPassword, old] = [(user.data["passwordUpdate"] ?? "") !== "", params.text("oldPassword")];
  if (hasPassword && !(isUserPassword(old, hash) || isPassword(old, hash)))
    throw new ServerError("user_invalid_credentials");
  const password = hashUserPassword(plain);
  const history = passwordHistory(project, user.data, plain, String(password.password));
  checkPersonalData(project, user.id, user.data, plain);
  const current = currentOf(context);
  if (endsSessions(project) && current !== "")
    for (const { id } of sessionsOf(context, user)) if (id !== current) store.remove(sessionsPlace(project.id), id);
  const changes = { ...password, passwordHistory: history, passwordUpdate: context.now };
  return json(showAccount(context, amendUser(context, user, changes)));
}

/** The session by which the user is there; none with a token. */
function currentOf({ caller, request }: Context): string {
  const isToken = (request.headers["x-appwrite-jwt"] ?? "") !== "";
  return "sessionId" in caller && !isToken ? caller.sessionId : "";
}

function ownSession(context: Context, params: Params): Stored {
  const asked = params.text("sessionId");
  const id = asked === "current" ? currentOf(context) : asked;
  const session = sessionsOf(context, ownerOf(context)).find((one) => one.id === id);
  if (!session) throw new ServerError("user_session_not_found");
  return session;
}

function showOwn(context: Context, session: Stored): JsonObject {
  const isPrivileged = context.caller.kind === "admin";
  const told = showSession(session);
  return { ...told, current: session.id === currentOf(context), ...(isPrivileged ? {} : { secret: "" }) };
}

/** Signing up or in, or a token, where the project does not let users do that. Keys and administrators may. */
function refuseClosed({ project, caller }: Context, method: "email-password" | "jwt"): void {
  if (caller.kind === "key" || caller.kind === "admin" || isMethodOpen(project, method)) return;
  const name = method === "jwt" ? "JWT" : "Email / Password";
  throw new ServerError("user_auth_method_unsupported", {
    message: `${name} authentication is disabled for this project`,
  });
}

function signUp(context: Context, params: Params): Reply {
  refuseClosed(context, "email-password");
  const { store, project, now } = context;
  const email = params.text("email").toLowerCase();
  const plain = params.text("password");
  checkPassword(project, plain);
  const limit = Number(authSetting(project, "limit") ?? 0);
  if (limit !== 0 && store.count(usersPlace(context)) >= limit) throw new ServerError("user_count_exceeded");
  checkPersonalData(project, params.text("userId"), { email, name: params.text("name") }, plain);
  if (store.list(usersPlace(context)).some(({ data }) => data["email"] === email)) {
    throw new ServerError("user_already_exists");
  }
  const user = insertUser(context, {
    id: params.text("userId"),
    email,
    phone: null,
    name: params.text("name"),
    password: hashUserPassword(plain),
    passwordUpdate: now,
  });
  const data = { ...user.data, accessedAt: now };
  store.update({ scope: project.id, collection: "users" }, user.id, data);
  insertTarget(context, user, { providerType: "email", identifier: email });
  return json(showAccount(context, { ...user, data }));
}

/** An account as its owner sees it: a user without the password's hash. */
function showAccount(context: Context, user: Stored): JsonObject {
  const { password: _password, hash: _hash, hashOptions: _options, ...told } = showUser(context, user);
  return told;
}

function signIn(context: Context, params: Params): Reply {
  if ("userId" in context.caller) throw new ServerError("user_session_already_exists");
  refuseClosed(context, "email-password");
  const { store, project, version } = context;
  const email = params.text("email").toLowerCase();
  const user = store.list(usersPlace(context)).find(({ data }) => data["email"] === email);
  const [password, hash] = [params.text("password"), String(user?.data["password"] ?? "")];
  if (!user || !(isUserPassword(password, hash) || isPassword(password, hash)))
    throw new ServerError("user_invalid_credentials");
  if (user.data["status"] === false) throw new ServerError("user_blocked");
  const fields = {
    provider: "email",
    providerUid: email,
    factors: ["password"],
    ip: version === "1.9.0" ? "0.0.0.0" : "127.0.0.1",
  };
  const seconds = Number(authSetting(project, "duration") ?? yearOfSeconds);
  const opened = openSession(store, project.id, user.id, fields, seconds);
  const session = store.get(sessionsPlace(project.id), opened.id);
  closeOldest(context, user);
  const name = `a_session_${project.id}`;
  return {
    kind: "json",
    // The owner gets the secret as a cookie.
    body: session ? { ...showSession(session), current: true, secret: "" } : {},
    headers: {
      "set-cookie": `${name}=${encodeURIComponent(opened.token)}; path=/; httponly`,
      "x-fallback-cookies": JSON.stringify({ [name]: opened.token }),
    },
  };
}

/** The oldest sessions end where the project does not let a user have more. */
function closeOldest(context: Context, user: Stored): void {
  const most = Number(authSetting(context.project, "maxSessions") ?? 0);
  const sessions = sessionsOf(context, user);
  const place = sessionsPlace(context.project.id);
  if (most > 0) for (const { id } of sessions.slice(0, -most)) context.store.remove(place, id);
}

function tokenOf({ caller, settings, project }: Context, seconds: number): string {
  if (caller.kind !== "user" && caller.kind !== "admin") throw new ServerError("general_unauthorized_scope");
  const scope = caller.kind === "admin" ? consoleScope : project.id;
  return signToken(settings.secret, { userId: caller.userId, sessionId: caller.sessionId, scope }, seconds);
}
