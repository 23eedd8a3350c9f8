import { createHmac } from "node:crypto";
import { type Context, empty, type Handlers, json } from "../context.ts";
import { readDatetime } from "../dates.ts";
import { ServerError } from "../errors.ts";
import { timestamp, uniqueIdentifier } from "../identifiers.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { listItems } from "../queries.ts";
import { readToken } from "../sessions.ts";
import type { Place, Stored } from "../store.ts";

const FILE = "/v1/tokens/buckets/:bucketId/files/:fileId";
const TOKEN = "/v1/tokens/:tokenId";

/** Tokens that open one file to whoever has them. */
export const tokenRoutes: Handlers = {
  [`POST ${FILE}`]: (context, params) => {
    const { bucket, file } = fileOf(context, params);
    const id = uniqueIdentifier();
    const data: JsonObject = {
      resourceId: `${bucket.id}:${file.id}`,
      resourceType: "files",
      resourceInternalId: `${bucket.sequence}:${file.sequence}`,
      expire: expireOf(params),
      createdAt: context.now,
    };
    const sequence = context.store.insert(tokensPlace(context), id, data, tagOf(bucket, file)) ?? 0;
    return json(show(context, { sequence, id, data }));
  },
  [`GET ${FILE}`]: (context, params) => {
    const { bucket, file } = fileOf(context, params);
    const all = context.store.tagged(tokensPlace(context), tagOf(bucket, file)).map((token) => show(context, token));
    const { total, items } = listItems<JsonObject>(
      all,
      { queries: params.queries(), total: params.flag("total") },
      { noun: "File token", value: (one, name) => one[name], id: (one) => String(one["$id"]) },
    );
    return json({ total, tokens: items });
  },
  [`GET ${TOKEN}`]: (context, params) => json(show(context, find(context, params))),
  [`PATCH ${TOKEN}`]: (context, params) => {
    const token = find(context, params);
    const data = { ...token.data, expire: expireOf(params) };
    context.store.update(tokensPlace(context), token.id, data);
    return json(show(context, { ...token, data }));
  },
  [`DELETE ${TOKEN}`]: (context, params) => {
    context.store.remove(tokensPlace(context), find(context, params).id);
    return empty();
  },
};

/** The bucket and file that a token opens, by their sequence numbers; undefined for one that is unknown or too old. */
export function readFileToken(context: Context, secret: string): string | undefined {
  const payload = readToken(context.settings.secret, secret);
  const token = payload && context.store.get(tokensPlace(context), String(payload["tokenId"]));
  if (!token) return undefined;
  const { expire = null, resourceInternalId } = token.data;
  if (expire !== null && Date.parse(String(expire)) < Date.now()) return undefined;
  if ((token.data["accessedAt"] ?? "") === "")
    context.store.update(tokensPlace(context), token.id, { ...token.data, accessedAt: context.now });
  return String(resourceInternalId);
}

function expireOf(params: Params): Json {
  const expire = readDatetime(params.textOrNull("expire"));
  return expire ? timestamp(expire) : null;
}

/** A token as the server tells it. Its secret is made anew from what it stands for, and so is always the same. */
function show({ settings }: Context, { id, data }: Stored): JsonObject {
  const { createdAt = "", resourceId = "", resourceType = "", resourceInternalId = "", expire = null } = data;
  const seconds = (date: Json) => Math.floor(Date.parse(String(date)) / 1000);
  const payload = {
    tokenId: id,
    resourceId,
    resourceType,
    resourceInternalId,
    iat: seconds(createdAt),
    ...(expire === null ? {} : { exp: seconds(expire) }),
  };
  const body = [{ typ: "JWT", alg: "HS256" }, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const secret = `${body}.${createHmac("sha256", settings.secret).update(body).digest("base64url")}`;
  return {
    $id: id,
    $createdAt: createdAt,
    resourceId,
    resourceType,
    expire: expire ?? "",
    secret,
    accessedAt: data["accessedAt"] ?? "",
  };
}

function find(context: Context, params: Params): Stored {
  const token = context.store.get(tokensPlace(context), params.text("tokenId"));
  if (!token) throw new ServerError("token_not_found");
  return token;
}

function fileOf({ store, project }: Context, params: Params): { readonly bucket: Stored; readonly file: Stored } {
  const bucket = store.get({ scope: project.id, collection: "buckets" }, params.text("bucketId"));
  if (!bucket) throw new ServerError("storage_bucket_not_found");
  const file = store.get({ scope: project.id, collection: `files:${bucket.sequence}` }, params.text("fileId"));
  if (!file) throw new ServerError("storage_file_not_found");
  return { bucket, file };
}

function tagOf(bucket: Stored, file: Stored): string {
  return `${bucket.sequence}:${file.sequence}`;
}

function tokensPlace({ project }: Context): Place {
  return { scope: project.id, collection: "tokens" };
}
