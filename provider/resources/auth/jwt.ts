import {
  type Backend,
  type EphemeralDefinition,
  ID_PATTERN,
  type JsonObject,
  projectId,
  type Row,
  t,
} from "../../schema/index.ts";
import { ofUser } from "./user-missing.ts";

/** A signed token of a user. */
export const jwt: EphemeralDefinition = {
  type: "appwrite_auth_jwt",
  noun: "token",
  summary: "A JSON web token by which a run acts as a user.",
  notes:
    "It ends by itself: the server keeps no record that could be revoked. It goes into the header `X-Appwrite-JWT`.",
  scopes: { write: "users.write" },
  attributes: {
    user_id: t.string.required("ID of the user.", { ref: "appwrite_auth_user", length: [1, 255], pattern: ID_PATTERN }),
    session_id: t.string.optional("ID of the session that the token stands for. None when not set.", {
      length: [1, 255],
    }),
    duration_seconds: t.int.optional("How many seconds it is valid. 900 when not set.", { range: [1, 3600] }),
    jwt: t.string.computed("The token.", { sensitive: true }),
    project_id: projectId,
  },
  open,
};

async function open(backend: Backend, config: Row): Promise<{ readonly result: Row }> {
  const { user_id, session_id = null, duration_seconds = null } = config;
  const body = {
    ...(session_id === null ? {} : { sessionId: String(session_id) }),
    ...(duration_seconds === null ? {} : { duration: Number(duration_seconds) }),
  };
  const call = () => backend.call({ method: "POST", path: `/users/${user_id}/jwts`, body, tells: "jwt" });
  const made = (await ofUser("token", user_id, call)) as JsonObject;
  return { result: { ...config, jwt: String(made["jwt"] ?? ""), project_id: backend.projectId } };
}
