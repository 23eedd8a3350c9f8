import {
  type Backend,
  type Change,
  type Diagnostic,
  defineResource,
  error,
  type JsonObject,
  parent,
  projectId,
  type Row,
  type Session,
  t,
} from "../../schema/index.ts";
import { createOnce } from "../create-once.ts";

export const fileToken = defineResource({
  type: "appwrite_storage_file_token",
  noun: "file token",
  summary: "A token that lets whoever has it read one file, for as long as it is valid.",
  notes: "Add it to a file's address as the query parameter `token`. Its secret changes with `expire`.",
  scopes: { read: "tokens.read", write: "tokens.write" },

  attributes: {
    id: t.string.computed("ID of the token.", { wire: false, read: "$id", clone: "skip" }),
    bucket_id: parent("appwrite_storage_bucket", "bucket"),
    file_id: parent("appwrite_storage_file", "file"),
    expire: t.datetime.optional("Until when it is valid, in ISO 8601. For ever when not set.", {
      absent: [""],
      clear: null,
    }),
    secret: t.string.computed("The token itself.", { sensitive: true, volatile: true, clone: "skip" }),
    created_at: t.string.computed("When it was created, in ISO 8601.", {
      wire: false,
      read: "$createdAt",
      clone: "skip",
    }),
    project_id: projectId,
  },

  api: {
    read: "GET /tokens/{id}",
    update: "PATCH /tokens/{id}",
    delete: "DELETE /tokens/{id}",
    list: { path: "/tokens/buckets/{bucket_id}/files/{file_id}", items: "tokens", key: "$id" },
  },
  hooks: { check: refusePast, create },
  importId: ["bucket_id", "file_id", "id"],
  lookup: { by: [], plural: "appwrite_storage_file_tokens" },
  cloning: {
    skip: {
      reason: "A file token is a secret of the file that it opens.",
      remedy: "Make one for the file in the other environment.",
    },
  },
});

async function create(session: Session, planned: Row): Promise<JsonObject> {
  const path = `/tokens/buckets/${String(planned["bucket_id"])}/files/${String(planned["file_id"])}`;
  const body: JsonObject = typeof planned["expire"] === "string" ? { expire: planned["expire"] } : {};
  const send = async () =>
    (await session.backend.call({ method: "POST", path, body, once: true, tells: "$id" })) as JsonObject;
  return createOnce(
    session,
    { path, items: "tokens", key: "$id" },
    () => true,
    send,
    (id) => `/tokens/${id}`,
  );
}

/** The server takes no date that is past. One that went by while the token was there is left alone. */
async function refusePast(_backend: Backend, { prior, planned, config }: Change): Promise<readonly Diagnostic[]> {
  const expire = config?.["expire"];
  if (!planned || typeof expire !== "string" || expire === prior?.["expire"]) return [];
  if (!(Date.parse(expire) < Date.now())) return [];
  return [
    error(
      "Invalid value",
      `expire must lie in the future, not at ${expire}. Leave it out for a token without end.`,
      "expire",
    ),
  ];
}
