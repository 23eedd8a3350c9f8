import { type Context, type Handlers, json, type Reply } from "../context.ts";
import { ServerError } from "../errors.ts";
import { consoleScope } from "../projects.ts";
import { isPassword, openSession, signToken } from "../sessions.ts";

/** What a user does with the own account, as far as the console needs it: sign in, and a token. */
export const accountRoutes: Handlers = {
  "POST /v1/account/sessions/email": (context, params): Reply => {
    const { store, project } = context;
    const email = params.text("email").toLowerCase();
    const user = store.list({ scope: project.id, collection: "users" }).find(({ data }) => data["email"] === email);
    if (!user || !isPassword(params.text("password"), String(user.data["password"])))
      throw new ServerError("user_invalid_credentials");
    const opened = openSession(store, project.id, user.id, { provider: "email", providerUid: email });
    const cookie = `a_session_${project.id}=${encodeURIComponent(opened.token)}`;
    return {
      kind: "json",
      body: { $id: opened.id, userId: user.id, expire: opened.expire, secret: "" },
      headers: { "set-cookie": `${cookie}; path=/; httponly` },
    };
  },
  "POST /v1/account/jwts": (context, params) => json({ jwt: tokenOf(context, params.whole("duration")) }),
};

function tokenOf({ caller, settings, project }: Context, seconds: number): string {
  if (caller.kind !== "user" && caller.kind !== "admin") throw new ServerError("general_unauthorized_scope");
  const scope = caller.kind === "admin" ? consoleScope : project.id;
  return signToken(settings.secret, { userId: caller.userId, sessionId: caller.sessionId, scope }, seconds);
}
