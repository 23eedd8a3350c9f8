import { createHash } from "node:crypto";
import { accessOf, ownPermissions, permits, refuse, refuseForeign, type Verb } from "../access.ts";
import { type Context, empty, type Handlers, json, type Reply } from "../context.ts";
import { invalidArgument, ServerError } from "../errors.ts";
import { identifier, uniqueIdentifier } from "../identifiers.ts";
import type { JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { containerVerbs, contentVerbs, expandPermissions } from "../permissions.ts";
import { consoleProject } from "../projects.ts";
import { listItems } from "../queries.ts";
import type { Upload } from "../request.ts";
import { grouped, isKey } from "../rules.ts";
import { readToken } from "../sessions.ts";
import { keptIn } from "../storage/kept.ts";
import { mimeOf } from "../storage/mime.ts";
import { previewOf } from "../storage/preview.ts";
import type { Place, Stored } from "../store.ts";
import { readFileToken } from "./tokens.ts";

const BUCKET = "/v1/storage/buckets/:bucketId";
const FILE = `${BUCKET}/files/:fileId`;
const PART = 5 * 1024 * 1024;

/** Buckets and files. A file's content is kept in the store, in parts, as it was uploaded. */
export const storageRoutes: Handlers = {
  "POST /v1/storage/buckets": createBucket,
  "GET /v1/storage/buckets": (context, params) => {
    const all = context.store.list(bucketsPlace(context)).map(showBucket);
    const { total, items } = listItems(all, params.asked(), {
      noun: "Bucket",
      refusals: "told",
      value: (one, name) => one[name],
      id: (one) => String(one["$id"]),
      searchText: (one) => `${one["$id"]} ${one["name"]}`,
    });
    return json({ total, buckets: items });
  },
  [`GET ${BUCKET}`]: (context, params) => json(showBucket(bucketOf(context, params))),
  [`PUT ${BUCKET}`]: updateBucket,
  [`DELETE ${BUCKET}`]: (context, params) => {
    const bucket = bucketOf(context, params);
    for (const file of context.store.list(filesPlace(context, bucket))) context.store.clear(partsPlace(context, file));
    context.store.clear(filesPlace(context, bucket));
    context.store.remove(bucketsPlace(context), bucket.id);
    return empty();
  },

  [`POST ${BUCKET}/files`]: createFile,
  [`GET ${BUCKET}/files`]: (context, params) => {
    const bucket = openBucket(context, params);
    const access = accessOf(context);
    const { permissions } = bucket.data;
    const sees = permits(access, "read", permissions);
    if (!sees && bucket.data["fileSecurity"] !== true) throw refuse(access, "read", permissions);
    const all = context.store
      .list(filesPlace(context, bucket))
      .filter(({ data }) => sees || permits(access, "read", data["permissions"]))
      .map((file) => showFile(context, bucket, file));
    const { total, items } = listItems(all, params.asked(), {
      noun: "File",
      refusals: "told",
      value: (one, name) => one[name],
      id: (one) => String(one["$id"]),
      searchText: (one) => `${one["$id"]} ${one["name"]}`,
    });
    return json({ total, files: items });
  },
  [`GET ${FILE}`]: (context, params) => {
    const bucket = openBucket(context, params);
    return json(showFile(context, bucket, visibleFile(context, bucket, params)));
  },
  [`PUT ${FILE}`]: updateFile,
  [`DELETE ${FILE}`]: (context, params) => {
    const bucket = openBucket(context, params);
    const file = ownedFile(context, bucket, params, "delete");
    context.store.clear(partsPlace(context, file));
    context.store.remove(filesPlace(context, bucket), file.id);
    return empty();
  },
  [`GET ${FILE}/download`]: (context, params) => {
    const bucket = openBucket(context, params);
    const file = openFile(context, bucket, params);
    const mime = String(file.data["mimeType"]);
    return content(context, bucket, file, {
      "content-type": mime,
      "content-disposition": disposition("attachment", file),
    });
  },
  [`GET ${FILE}/view`]: (context, params) => {
    const bucket = openBucket(context, params);
    const file = openFile(context, bucket, params);
    const mime = String(file.data["mimeType"]);
    return content(context, bucket, file, {
      "content-type": VIEWABLE.test(mime) ? mime : "text/plain",
      "content-security-policy": "script-src none;",
      "x-content-type-options": "nosniff",
      "content-disposition": disposition("inline", file),
    });
  },
  [`GET ${FILE}/preview`]: preview,
  [`GET ${FILE}/push`]: pushed,
};

/** A file that the server itself keeps for a while, in a bucket of the console: it is reached with a token alone. */
export type OwnFile = { readonly name: string; readonly bytes: Buffer };

/** The bucket of the console for what is exported. */
export const ownBucket = "default";

/** Keeps an exported file, and returns its id. */
export function keepOwnFile({ store, now }: Pick<Context, "store" | "now">, { name, bytes }: OwnFile): string {
  const context = { store, project: consoleProject };
  const times = { createdAt: now, updatedAt: now };
  store.insert(bucketsPlace(context), ownBucket, { name: "Default", enabled: true, permissions: [], ...times });
  const bucket = store.get(bucketsPlace(context), ownBucket);
  const id = uniqueIdentifier();
  if (!bucket) return id;
  const signature = createHash("md5").update(bytes).digest("hex");
  const size = { sizeOriginal: bytes.length, sizeActual: bytes.length, chunksTotal: 1, chunksUploaded: 1 };
  const data = { name, permissions: [], ...times, signature, mimeType: mimeOf(bytes), ...size };
  const sequence = store.insert(filesPlace(context, bucket), id, data) ?? 0;
  store.insert(partsPlace(context, { sequence, id, data }), "1", { bytes: bytes.toString("base64") });
  return id;
}

/** The content of a file of a project, or of the console's own; 404 when there is none. */
export function readFile(context: Where, bucketId: string, fileId: string): Buffer {
  return bytesOf(context, fileIn(context, bucketIn(context, bucketId), fileId));
}

/** A file for who has a token of the server that names it. */
function pushed(context: Context, params: Params): Reply {
  const [bucketId, fileId] = [params.text("bucketId"), params.text("fileId")];
  const token = readToken(context.settings.secret, params.text("jwt"));
  const isRight =
    token?.["projectId"] === context.project.id && token["bucketId"] === bucketId && token["fileId"] === fileId;
  if (!isRight) throw new ServerError("user_unauthorized");
  const owner = token["internal"] === true ? { ...context, project: consoleProject } : context;
  const bucket = bucketIn(owner, bucketId);
  const file = fileIn(owner, bucket, fileId);
  const mime = String(file.data["mimeType"]);
  return content(owner, bucket, file, {
    "content-type": VIEWABLE.test(mime) ? mime : "text/plain",
    "content-security-policy": "script-src none;",
    "x-content-type-options": "nosniff",
    "content-disposition": disposition(String(token["disposition"] ?? "inline"), file),
  });
}

function createBucket(context: Context, params: Params): Reply {
  const id = identifier(params.text("bucketId"));
  const data = {
    ...bucketSettings(context, params, {}),
    permissions: expandPermissions(params.list("permissions"), containerVerbs),
    createdAt: context.now,
    updatedAt: context.now,
  };
  const sequence = context.store.insert(bucketsPlace(context), id, data);
  if (sequence === undefined) throw new ServerError("storage_bucket_already_exists");
  return json(showBucket({ sequence, id, data }));
}

function updateBucket(context: Context, params: Params): Reply {
  const bucket = bucketOf(context, params);
  const permissions = params.listOrNull("permissions");
  const data = {
    ...bucket.data,
    ...bucketSettings(context, params, bucket.data),
    permissions:
      permissions === null ? (bucket.data["permissions"] ?? []) : expandPermissions(permissions, containerVerbs),
    updatedAt: context.now,
  };
  context.store.update(bucketsPlace(context), bucket.id, data);
  return json(showBucket({ ...bucket, data }));
}

/** What a PUT leaves out is reset (real-server.md, F33); what it gives as null stays, where that is allowed. */
function bucketSettings({ settings }: Context, params: Params, before: JsonObject): JsonObject {
  const size = params.raw("maximumFileSize");
  if (typeof size === "number" && size > settings.storageLimit) {
    throw invalidArgument(
      `Invalid \`maximumFileSize\` param: Value must be a valid range between 1 and ${grouped(settings.storageLimit)}`,
    );
  }
  return {
    name: params.text("name"),
    fileSecurity: params.flag("fileSecurity"),
    enabled: params.raw("enabled") !== false,
    maximumFileSize:
      size ?? (params.given("maximumFileSize") ? before["maximumFileSize"] : null) ?? settings.storageLimit,
    allowedFileExtensions: params.list("allowedFileExtensions"),
    compression: params.raw("compression") ?? before["compression"] ?? "none",
    encryption: params.raw("encryption") ?? before["encryption"] ?? true,
    antivirus: params.raw("antivirus") !== false,
    transformations: params.raw("transformations") !== false,
  };
}

function createFile(context: Context, params: Params): Reply {
  const { store, request } = context;
  const bucket = openBucket(context, params);
  const access = accessOf(context);
  const rules = bucket.data["permissions"];
  if (!permits(access, "create", rules)) throw refuse(access, "create", rules);
  const given = params.listOrNull("permissions");
  const permissions = ownPermissions(access, given && expandPermissions(given, contentVerbs));
  const upload = request.files["file"];
  if (!upload) throw new ServerError("storage_file_empty");
  const range = rangeOf(request.headers["content-range"], upload);
  const id = range.isPart
    ? (request.headers["x-appwrite-id"] ?? identifier(params.text("fileId")))
    : identifier(params.text("fileId"));
  if (!isKey(id)) throw new ServerError("storage_invalid_appwrite_id");
  const extension = (/\.([^.]*)$/.exec(upload.filename)?.[1] ?? "").toLowerCase();
  const allowed = (bucket.data["allowedFileExtensions"] ?? []) as readonly string[];
  // The file's own extension in lower case is looked for; one that is allowed in upper case is never met.
  if (allowed.length > 0 && !allowed.includes(extension))
    throw new ServerError("storage_file_type_unsupported", { message: "File extension not allowed" });
  if (range.total > Number(bucket.data["maximumFileSize"]))
    throw new ServerError("storage_invalid_file_size", { message: "File size not allowed" });
  const place = filesPlace(context, bucket);
  const found = store.get(place, id);
  const isComplete = found !== undefined && found.data["chunksUploaded"] === found.data["chunksTotal"];
  if (isComplete && !range.isPart) throw new ServerError("storage_file_already_exists");
  if (isComplete) return json(showFile(context, bucket, found), 200);
  const file = found ?? newFile(context, bucket, id, upload, range, permissions);
  const part = Math.floor(range.start / PART) + 1;
  const parts = partsPlace(context, file);
  if (store.get(parts, String(part)) === undefined)
    store.insert(parts, String(part), { bytes: upload.content.toString("base64") });
  const uploaded = store.count(parts);
  const isDone = uploaded === file.data["chunksTotal"];
  const whole = isDone ? bytesOf(context, file) : null;
  const settings = {
    compression: String(bucket.data["compression"]),
    encryption: bucket.data["encryption"] !== false,
  };
  const data = {
    ...file.data,
    chunksUploaded: uploaded,
    ...(whole
      ? {
          permissions,
          signature: createHash("md5").update(whole).digest("hex"),
          mimeType: mimeOf(whole),
          ...keptIn(settings, whole),
        }
      : {}),
  };
  store.update(place, file.id, data);
  return json(showFile(context, bucket, { ...file, data }));
}

function newFile(
  context: Context,
  bucket: Stored,
  id: string,
  upload: Upload,
  range: Range,
  permissions: readonly string[],
): Stored {
  const data = {
    name: upload.filename,
    permissions,
    createdAt: context.now,
    updatedAt: context.now,
    signature: "",
    mimeType: "",
    sizeOriginal: range.total,
    sizeActual: 0,
    chunksTotal: range.isPart ? Math.max(1, Math.ceil(range.total / PART)) : 1,
    chunksUploaded: 0,
    encryption: false,
    compression: "",
  };
  const sequence = context.store.insert(filesPlace(context, bucket), id, data);
  if (sequence === undefined) throw new ServerError("storage_file_already_exists");
  return { sequence, id, data };
}

function updateFile(context: Context, params: Params): Reply {
  const bucket = openBucket(context, params);
  const given = params.listOrNull("permissions");
  const permissions = given && expandPermissions(given, contentVerbs);
  const file = ownedFile(context, bucket, params, "update");
  refuseForeign(accessOf(context), permissions ?? []);
  const data = {
    ...file.data,
    name: params.textOrNull("name") ?? file.data["name"] ?? "",
    permissions: permissions ?? file.data["permissions"] ?? [],
    updatedAt: context.now,
  };
  context.store.update(filesPlace(context, bucket), file.id, data);
  return json(showFile(context, bucket, { ...file, data }));
}

/** Content that a browser may show as what it is; any other is viewed as plain text. */
const VIEWABLE =
  /^(image\/(jpeg|gif|png|webp|heic|heic-sequence|avif)|video\/(mp4|x-flv|webm|MP2T|3gpp|quicktime|x-msvideo|x-ms-wmv)|audio\/(basic|mid|mpeg|mp4|x-aiff|x-mpegurl|ogg|vorbis|x-wav|aac|x-hx-aac-adts)|application\/(x-mpegURL|msword|pdf|vnd\.(openxmlformats|ms)-[\w.-]+))$/;

/** A range that asks for more than this, or for all that follows, is answered with a piece. */
const LARGEST_RANGE = 20_000_000;

/** What such a piece of a download holds at most; what is viewed holds as much as a range may ask for. */
const LARGEST_PIECE = 10 * 1024 * 1024;

function disposition(kind: string, file: Stored): string {
  return `${kind}; filename="${file.data["name"]}"`;
}

function content(context: Context, bucket: Stored, file: Stored, own: Readonly<Record<string, string>>): Reply {
  if (file.data["chunksUploaded"] !== file.data["chunksTotal"])
    throw new ServerError("storage_file_not_found", { message: `File not found in ${pathOf(context, bucket, file)}` });
  const body = bytesOf(context, file);
  const headers = { ...own, "cache-control": "private, max-age=3888000" };
  const asked = context.request.headers["range"] ?? "";
  if (asked === "") return { kind: "bytes", body, headers };
  const [, unit = "", from = "", to = ""] = /^([^=]+)=(\d+)-(\d*)$/.exec(asked) ?? [];
  const start = Number(from);
  const piece = own["content-disposition"]?.startsWith("attachment") ? LARGEST_PIECE : LARGEST_RANGE;
  const isOpen = to === "" || Number(to) - start > LARGEST_RANGE;
  const end = isOpen ? Math.min(start + piece, body.length) - 1 : Number(to);
  if (unit !== "bytes" || start >= end || end >= body.length) throw new ServerError("storage_invalid_range");
  return {
    kind: "bytes",
    status: 206,
    body: body.subarray(start, end + 1),
    headers: { ...headers, "accept-ranges": "bytes", "content-range": `bytes ${start}-${end}/${body.length}` },
  };
}

function preview(context: Context, params: Params): Reply {
  const bucket = openBucket(context, params);
  if (bucket.data["transformations"] === false && !accessOf(context).isTrusted)
    throw new ServerError("storage_bucket_transformations_disabled");
  const file = openFile(context, bucket, params);
  const { name, mimeType } = file.data;
  const source = { name: String(name), mimeType: String(mimeType), content: bytesOf(context, file) };
  const { contentType, body } = previewOf(source, params.text("output"));
  const headers = { "content-type": contentType, "cache-control": "private, max-age=2592000" };
  return { kind: "bytes", body, headers };
}

/** Where a whole file is on a real server's disk. */
function pathOf({ project }: Context, bucket: Stored, file: Stored): string {
  const extension = /\.([^.]*)$/.exec(String(file.data["name"]))?.[1] ?? "";
  return `/storage/uploads/app-${project.id}/${bucket.id}/${file.id}.${extension}`;
}

type Range = { readonly start: number; readonly total: number; readonly isPart: boolean };

function rangeOf(header: string | undefined, upload: Upload): Range {
  if (header === undefined || header === "") return { start: 0, total: upload.content.length, isPart: false };
  const [, start = "", end = "", total = ""] = /^\S+ (\d+)-(\d+)\/(\d+)$/.exec(header) ?? [];
  if (start === "" || Number(start) > Number(end) || Number(end) > Number(total))
    throw new ServerError("storage_invalid_content_range");
  return { start: Number(start), total: Number(total), isPart: true };
}

function bytesOf(context: Where, file: Stored): Buffer {
  const parts = context.store.list(partsPlace(context, file)).sort((one, other) => Number(one.id) - Number(other.id));
  return Buffer.concat(parts.map(({ data }) => Buffer.from(String(data["bytes"]), "base64")));
}

function showBucket({ id, data }: Stored): JsonObject {
  const { createdAt = "", updatedAt = "", permissions = [], ...settings } = data;
  return {
    $id: id,
    $createdAt: createdAt,
    $updatedAt: updatedAt,
    $permissions: permissions,
    ...settings,
    totalSize: 0,
  };
}

function showFile({ version }: Context, bucket: Stored, { id, data }: Stored): JsonObject {
  const { createdAt = "", updatedAt = "", permissions = [], sizeActual = 0, ...rest } = data;
  return {
    $id: id,
    bucketId: bucket.id,
    $createdAt: createdAt,
    $updatedAt: updatedAt,
    $permissions: permissions,
    ...rest,
    ...(version === "1.9.0" ? {} : { sizeActual }),
  };
}

type Where = Pick<Context, "store" | "project">;

function bucketOf(context: Context, params: Params): Stored {
  return bucketIn(context, params.text("bucketId"));
}

/** A bucket by its id; 404 when there is none. */
export function bucketIn(context: Where, id: string): Stored {
  const bucket = context.store.get(bucketsPlace(context), id);
  if (!bucket) throw new ServerError("storage_bucket_not_found");
  return bucket;
}

/** A bucket whose files are asked for: one that is switched off is there for keys and administrators only. */
function openBucket(context: Context, params: Params): Stored {
  const bucket = bucketOf(context, params);
  if (bucket.data["enabled"] === false && !accessOf(context).isTrusted)
    throw new ServerError("storage_bucket_not_found");
  return bucket;
}

function fileOf(context: Context, bucket: Stored, params: Params): Stored {
  return fileIn(context, bucket, params.text("fileId"));
}

function fileIn(context: Where, bucket: Stored, id: string): Stored {
  const file = context.store.get(filesPlace(context, bucket), id);
  if (!file) throw new ServerError("storage_file_not_found");
  return file;
}

/** A file that the caller may see: by the bucket's permissions, or where files have some, by its own. */
function visibleFile(context: Context, bucket: Stored, params: Params): Stored {
  const access = accessOf(context);
  const rules = bucket.data["permissions"];
  const sees = permits(access, "read", rules);
  if (!sees && bucket.data["fileSecurity"] !== true) throw refuse(access, "read", rules);
  const file = fileOf(context, bucket, params);
  if (!sees && !permits(access, "read", file.data["permissions"])) throw new ServerError("storage_file_not_found");
  return file;
}

/** A file that the caller may change or delete. */
function ownedFile(context: Context, bucket: Stored, params: Params, verb: Verb): Stored {
  const access = accessOf(context);
  const rules = bucket.data["permissions"];
  const may = permits(access, verb, rules);
  if (!may && bucket.data["fileSecurity"] !== true) throw refuse(access, verb, rules);
  const file = fileOf(context, bucket, params);
  const own = file.data["permissions"];
  if (!may && !permits(access, verb, own)) throw refuse(access, verb, own);
  return file;
}

/** A file whose content is asked for, perhaps with a token that opens it; one that opens another file closes this one. */
function openFile(context: Context, bucket: Stored, params: Params): Stored {
  const token = readFileToken(context, params.text("token"));
  if (token === undefined) return visibleFile(context, bucket, params);
  const [ofBucket, ofFile] = token.split(":").map(Number);
  const file = ofBucket === bucket.sequence ? fileOf(context, bucket, params) : visibleFile(context, bucket, params);
  if (ofFile !== file.sequence) throw new ServerError("user_unauthorized");
  return file;
}

function bucketsPlace({ project }: Pick<Context, "project">): Place {
  return { scope: project.id, collection: "buckets" };
}

function filesPlace({ project }: Pick<Context, "project">, bucket: Stored): Place {
  return { scope: project.id, collection: `files:${bucket.sequence}` };
}

function partsPlace({ project }: Pick<Context, "project">, file: Stored): Place {
  return { scope: project.id, collection: `parts:${file.sequence}` };
}
