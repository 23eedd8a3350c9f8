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

/** A session that is opened for a run and closed after it. */
export const session: EphemeralDefinition = {
  type: "appwrite_auth_session",
  noun: "session",
  summary: "A session of a user that lasts for one run of Terraform.",
  notes: "It is closed at the end of the run. Its secret goes into the header `X-Appwrite-Session`.",
  scopes: { write: ["users.write", "sessions.write"] },
  attributes: {
    user_id: t.string.required("ID of the user.", { ref: "appwrite_auth_user", length: [1, 255], pattern: ID_PATTERN }),
    id: t.string.computed("ID of the session."),
    secret: t.string.computed("The session's secret.", { sensitive: true }),
    expire: t.string.computed("When the session would end by itself, in ISO 8601."),
    project_id: projectId,
  },
  open,
  close,
};

async function open(backend: Backend, config: Row): Promise<{ readonly result: Row; readonly closing: string }> {
  const path = `/users/${config["user_id"]}/sessions`;
  const call = () => backend.call({ method: "POST", path, tells: "$id" });
  const opened = (await ofUser("session", config["user_id"], call)) as JsonObject;
  const id = String(opened["$id"]);
  return {
    result: {
      user_id: config["user_id"] ?? null,
      id,
      secret: String(opened["secret"] ?? ""),
      expire: String(opened["expire"] ?? ""),
      project_id: backend.projectId,
    },
    closing: `${path}/${id}`,
  };
}

async function close(backend: Backend, path: string): Promise<void> {
  await backend.call({ method: "DELETE", path });
}
