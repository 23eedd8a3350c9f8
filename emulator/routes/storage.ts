import { createHash } from "node:crypto";
import { type Context, empty, type Handlers, json, type Reply } from "../context.ts";
import { invalidArgument, ServerError } from "../errors.ts";
import { identifier } from "../identifiers.ts";
import type { JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { containerVerbs, contentVerbs, expandPermissions } from "../permissions.ts";
import { listItems } from "../queries.ts";
import type { Upload } from "../request.ts";
import { grouped } from "../rules.ts";
import type { Place, Stored } from "../store.ts";

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
    const bucket = bucketOf(context, params);
    const all = context.store.list(filesPlace(context, bucket)).map((file) => showFile(context, bucket, file));
    const { total, items } = listItems(all, params.asked(), {
      noun: "File",
      value: (one, name) => one[name],
      id: (one) => String(one["$id"]),
      searchText: (one) => `${one["$id"]} ${one["name"]}`,
    });
    return json({ total, files: items });
  },
  [`GET ${FILE}`]: (context, params) => {
    const bucket = bucketOf(context, params);
    return json(showFile(context, bucket, fileOf(context, bucket, params)));
  },
  [`PUT ${FILE}`]: updateFile,
  [`DELETE ${FILE}`]: (context, params) => {
    const bucket = bucketOf(context, params);
    const file = fileOf(context, bucket, params);
    context.store.clear(partsPlace(context, file));
    context.store.remove(filesPlace(context, bucket), file.id);
    return empty();
  },
  [`GET ${FILE}/download`]: (context, params) => content(context, params, "attachment"),
  [`GET ${FILE}/view`]: (context, params) => content(context, params, "inline"),
  [`GET ${FILE}/preview`]: (context, params) => content(context, params, "inline"),
};

function createBucket(context: Context, params: Params): Reply {
  const id = identifier(params.text("bucketId"));
  const data = {
    ...bucketSettings(context, params),
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
    ...bucketSettings(context, params),
    permissions:
      permissions === null ? (bucket.data["permissions"] ?? []) : expandPermissions(permissions, containerVerbs),
    updatedAt: context.now,
  };
  context.store.update(bucketsPlace(context), bucket.id, data);
  return json(showBucket({ ...bucket, data }));
}

/** What a PUT leaves out is reset (real-server.md, F33). */
function bucketSettings({ settings }: Context, params: Params): JsonObject {
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
    maximumFileSize: params.given("maximumFileSize") && size !== null ? size : settings.storageLimit,
    allowedFileExtensions: params.list("allowedFileExtensions"),
    compression: params.textOrNull("compression") ?? "none",
    encryption: params.raw("encryption") !== false,
    antivirus: params.raw("antivirus") !== false,
    transformations: params.raw("transformations") !== false,
  };
}

function createFile(context: Context, params: Params): Reply {
  const { store, request } = context;
  const bucket = bucketOf(context, params);
  const upload = request.files["file"];
  if (!upload) throw new ServerError("storage_file_empty");
  const extension = /\.([^.]*)$/.exec(upload.filename)?.[1] ?? "";
  const allowed = (bucket.data["allowedFileExtensions"] ?? []) as readonly string[];
  // Letter by letter: "png" does not let in A.PNG.
  if (allowed.length > 0 && !allowed.includes(extension))
    throw new ServerError("storage_file_type_unsupported", { message: "File extension not allowed" });
  const range = rangeOf(request.headers["content-range"], upload);
  if (range.total > Number(bucket.data["maximumFileSize"]))
    throw new ServerError("storage_invalid_file_size", { message: "File size not allowed" });
  if (request.headers["x-appwrite-id"] === "unique()") throw new ServerError("storage_invalid_appwrite_id");
  const id =
    range.isPart && range.start > 0
      ? (request.headers["x-appwrite-id"] ?? params.text("fileId"))
      : identifier(params.text("fileId"));
  const place = filesPlace(context, bucket);
  const found = store.get(place, id);
  const isComplete = found !== undefined && found.data["chunksUploaded"] === found.data["chunksTotal"];
  if (isComplete && !range.isPart) throw new ServerError("storage_file_already_exists");
  if (isComplete) return json(showFile(context, bucket, found), 200);
  const file = found ?? newFile(context, bucket, id, upload, range, params);
  const part = Math.floor(range.start / PART) + 1;
  const parts = partsPlace(context, file);
  if (store.get(parts, String(part)) === undefined)
    store.insert(parts, String(part), { bytes: upload.content.toString("base64") });
  const uploaded = store.count(parts);
  const isDone = uploaded === file.data["chunksTotal"];
  const whole = isDone ? bytesOf(context, file) : null;
  const data = {
    ...file.data,
    chunksUploaded: uploaded,
    ...(whole
      ? {
          signature: createHash("md5").update(whole).digest("hex"),
          mimeType: mimeOf(String(file.data["name"]), whole),
          sizeActual: actualSize(bucket, whole.length),
        }
      : {}),
  };
  store.update(place, file.id, data);
  return json(showFile(context, bucket, { ...file, data }));
}

function newFile(context: Context, bucket: Stored, id: string, upload: Upload, range: Range, params: Params): Stored {
  const data = {
    name: upload.filename,
    permissions: expandPermissions(params.list("permissions"), contentVerbs),
    createdAt: context.now,
    updatedAt: context.now,
    signature: "",
    mimeType: "",
    sizeOriginal: range.total,
    sizeActual: 0,
    chunksTotal: Math.max(1, Math.ceil(range.total / PART)),
    chunksUploaded: 0,
  };
  const sequence = context.store.insert(filesPlace(context, bucket), id, data);
  if (sequence === undefined) throw new ServerError("storage_file_already_exists");
  return { sequence, id, data };
}

function updateFile(context: Context, params: Params): Reply {
  const bucket = bucketOf(context, params);
  const file = fileOf(context, bucket, params);
  const permissions = params.listOrNull("permissions");
  const data = {
    ...file.data,
    name: params.textOrNull("name") ?? file.data["name"] ?? "",
    permissions: permissions === null ? (file.data["permissions"] ?? []) : expandPermissions(permissions, contentVerbs),
    updatedAt: context.now,
  };
  context.store.update(filesPlace(context, bucket), file.id, data);
  return json(showFile(context, bucket, { ...file, data }));
}

function content(context: Context, params: Params, disposition: string): Reply {
  const bucket = bucketOf(context, params);
  const file = fileOf(context, bucket, params);
  const body = bytesOf(context, file);
  const headers = {
    "content-type": String(file.data["mimeType"]),
    "content-disposition": `${disposition}; filename="${file.data["name"]}"`,
    "cache-control": "private, max-age=3888000",
  };
  const asked = context.request.headers["range"];
  if (asked === undefined) return { kind: "bytes", body, headers };
  const [, unit = "", from = "", to = ""] = /^(\w+)=(\d+)-(\d*)$/.exec(asked) ?? [];
  const [start, end] = [Number(from), to === "" ? body.length - 1 : Number(to)];
  if (unit !== "bytes" || start >= end || end >= body.length) throw new ServerError("storage_invalid_range");
  return {
    kind: "bytes",
    status: 206,
    body: body.subarray(start, end + 1),
    headers: { ...headers, "accept-ranges": "bytes", "content-range": `bytes ${start}-${end}/${body.length}` },
  };
}

type Range = { readonly start: number; readonly total: number; readonly isPart: boolean };

function rangeOf(header: string | undefined, upload: Upload): Range {
  if (header === undefined) return { start: 0, total: upload.content.length, isPart: false };
  const [, start = "", end = "", total = ""] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header) ?? [];
  const isRight =
    start !== "" && Number(end) - Number(start) + 1 === upload.content.length && Number(end) < Number(total);
  if (!isRight) throw new ServerError("storage_invalid_content_range");
  return { start: Number(start), total: Number(total), isPart: true };
}

function bytesOf(context: Context, file: Stored): Buffer {
  const parts = context.store.list(partsPlace(context, file)).sort((one, other) => Number(one.id) - Number(other.id));
  return Buffer.concat(parts.map(({ data }) => Buffer.from(String(data["bytes"]), "base64")));
}

/** Larger content is neither compressed nor encrypted. */
const LARGEST_ENCRYPTED = 20_000_000;

/** Encrypted content is kept as base64 of itself and a few bytes. */
function actualSize(bucket: Stored, size: number): number {
  const isPlain = bucket.data["encryption"] === false || size === 0 || size > LARGEST_ENCRYPTED;
  return isPlain ? size : Math.ceil(size / 3) * 4;
}

const MIME: Readonly<Record<string, string>> = {
  txt: "text/plain",
  html: "text/html",
  css: "text/css",
  csv: "text/csv",
  js: "text/javascript",
  json: "application/json",
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  pdf: "application/pdf",
  zip: "application/zip",
  gz: "application/gzip",
};

function mimeOf(name: string, bytes: Buffer): string {
  if (bytes.length === 0) return "application/x-empty";
  const isText = !bytes.subarray(0, 512).includes(0);
  return MIME[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? (isText ? "text/plain" : "application/octet-stream");
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
    encryption: bucket.data["encryption"] ?? true,
    // Recorded of small files in a bucket of any compression.
    compression: "none",
  };
}

function bucketOf(context: Context, params: Params): Stored {
  const bucket = context.store.get(bucketsPlace(context), params.text("bucketId"));
  if (!bucket) throw new ServerError("storage_bucket_not_found");
  return bucket;
}

function fileOf(context: Context, bucket: Stored, params: Params): Stored {
  const file = context.store.get(filesPlace(context, bucket), params.text("fileId"));
  if (!file) throw new ServerError("storage_file_not_found");
  return file;
}

function bucketsPlace({ project }: Context): Place {
  return { scope: project.id, collection: "buckets" };
}

function filesPlace({ project }: Context, bucket: Stored): Place {
  return { scope: project.id, collection: `files:${bucket.sequence}` };
}

function partsPlace({ project }: Context, file: Stored): Place {
  return { scope: project.id, collection: `parts:${file.sequence}` };
}
