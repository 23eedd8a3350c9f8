import { type EphemeralDefinition, isList, type JsonObject, projectId, type Row, t } from "../../schema/index.ts";
import { KEY_SCOPES } from "./scopes.ts";
import { settingsAccess } from "./settings.ts";

/** A short-lived API key: a signed token of which the server keeps no record, so that closing has nothing to revoke. */
export const projectEphemeralKey: EphemeralDefinition = {
  type: "appwrite_project_ephemeral_key",
  noun: "ephemeral API key",
  summary: "An API key that lives for an hour at most and is stored nowhere.",
  notes: "The key cannot be revoked; it ends by itself.",
  scopes: { write: "keys.write" },
  attributes: {
    scopes: t.set(t.oneOf(...KEY_SCOPES)).required("What the key may do, such as `tables.read`.", { length: [1, 100] }),
    duration_seconds: t.int.optional("How long the key lives, in seconds. 3600 when not set.", { range: [1, 3600] }),
    id: t.string.computed("ID of the key."),
    secret: t.string.computed("The key itself, as `api_key` takes it.", { sensitive: true }),
    expire: t.string.computed("When the key ends, in ISO 8601."),
    project_id: projectId,
  },
  open: async (backend, config) => {
    const access = await settingsAccess(backend);
    const seconds = typeof config["duration_seconds"] === "number" ? config["duration_seconds"] : 3600;
    const body = { scopes: isList(config["scopes"]) ? config["scopes"].map(String) : [], duration: seconds };
    const result: Row = {
      ...config,
      project_id: backend.projectId,
      duration_seconds: config["duration_seconds"] ?? null,
    };
    if (access.isOld) {
      const { jwt } = (await access.call({ method: "POST", path: "/jwts", body, tells: "jwt" })) as JsonObject;
      const expire = expiryOf(String(jwt));
      return { result: { ...result, id: null, secret: String(jwt), expire } };
    }
    const key = (await access.call({
      method: "POST",
      path: "/project/keys/ephemeral",
      body,
      tells: "secret",
    })) as JsonObject;
    const { $id, secret, expire } = key;
    return { result: { ...result, id: String($id), secret: String(secret), expire: String(expire) } };
  },
};

/** When a token ends, as the token itself says. */
function expiryOf(token: string): string | null {
  const payload = token.split(".")[1];
  if (payload === undefined) return null;
  const { exp } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { readonly exp?: number };
  return exp === undefined ? null : new Date(exp * 1000).toISOString();
}
