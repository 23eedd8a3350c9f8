import { type Context, type Handlers, json, type Reply } from "../context.ts";
import { ServerError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { isMethodOpen } from "../project/settings.ts";
import { consoleScope } from "../projects.ts";
import { isPassword, openSession, sessionsPlace, signToken, yearOfSeconds } from "../sessions.ts";
import type { Stored } from "../store.ts";
import { authSetting } from "../users/password-policy.ts";
import { hashUserPassword, isUserPassword } from "../users/passwords.ts";
import { showSession } from "../users/sessions.ts";
import { findUser, insertTarget, insertUser, showUser, usersPlace } from "../users/users.ts";

/** What a user does with the own account, as far as the console needs it: sign up, sign in, look, and get a token. */
export const accountRoutes: Handlers = {
  "POST /v1/account": signUp,
  "GET /v1/account": (context) => {
    const { caller } = context;
    if (!("userId" in caller)) throw new ServerError("general_unauthorized_scope");
    return json(showAccount(context, findUser(context, caller.userId)));
  },
  "POST /v1/account/sessions/email": signIn,
  "POST /v1/account/jwts": (context, params) => json({ jwt: tokenOf(context, params.whole("duration")) }),
};

/** Signing up or in with a password, where the project does not let that. */
function refuseClosed({ project }: Context): void {
  if (isMethodOpen(project, "email-password")) return;
  const message = "Email / Password authentication is disabled for this project";
  throw new ServerError("user_auth_method_unsupported", { message });
}

function signUp(context: Context, params: Params): Reply {
  refuseClosed(context);
  const { store, project, now } = context;
  const email = params.text("email").toLowerCase();
  if (store.list(usersPlace(context)).some(({ data }) => data["email"] === email)) {
    throw new ServerError("user_already_exists");
  }
  const user = insertUser(context, {
    id: params.text("userId"),
    email,
    phone: null,
    name: params.text("name"),
    password: hashUserPassword(params.text("password")),
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
  refuseClosed(context);
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

function tokenOf({ caller, settings, project }: Context, seconds: number): string {
  if (caller.kind !== "user" && caller.kind !== "admin") throw new ServerError("general_unauthorized_scope");
  const scope = caller.kind === "admin" ? consoleScope : project.id;
  return signToken(settings.secret, { userId: caller.userId, sessionId: caller.sessionId, scope }, seconds);
}
