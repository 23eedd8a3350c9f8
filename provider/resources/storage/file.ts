import {
  type Backend,
  type Change,
  ConnectionError,
  type Copied,
  type Copying,
  collection,
  type Diagnostic,
  defineResource,
  error,
  id,
  isConflict,
  isUnknown,
  type JsonObject,
  mayBeDone,
  parent,
  type Row,
  recordPermissions,
  type Session,
  StoppedError,
  standard,
  t,
  UNKNOWN,
  UserError,
  type Value,
  warning,
} from "../../schema/index.ts";
import { type Content, contentOf, fileNameOf } from "./content.ts";

export const file = defineResource({
  type: "appwrite_storage_file",
  noun: "file",
  summary: "A file in a bucket, from a local path or from its content.",
  notes: "A changed content replaces the file, also when its path stays the same. Files above 5 MiB are sent in parts.",
  scopes: { read: "files.read", write: "files.write" },

  attributes: {
    id: id("fileId", "file"),
    bucket_id: parent("appwrite_storage_bucket", "bucket"),
    file_path: t.string.optional("Path of the local file. Either this or `content_base64` must be set.", {
      wire: false,
      read: false,
      clone: "skip",
      conflictsWith: ["content_base64"],
    }),
    content_base64: t.string.optional('Content of the file in base64, such as `base64encode("hello")`.', {
      wire: false,
      read: false,
      clone: "skip",
      requires: ["name"],
    }),
    content_hash: t.string.computed("MD5 of the content, in hexadecimal.", {
      replace: true,
      wire: false,
      read: "signature",
    }),
    name: t.string.serverDefault("Name of the file. That of `file_path` when not set.", {
      length: [1, 255],
      send: "update",
    }),
    permissions: recordPermissions("file"),
    mime_type: t.string.computed("Media type that the server found.", { read: "mimeType", wire: false }),
    size_original: t.int.computed("Size in bytes.", { read: "sizeOriginal", wire: false }),
    ...standard,
  },

  api: collection("/storage/buckets/{bucket_id}/files", "files", { unbounded: true }),
  hooks: { validate: sourceFaults, check, foresee, create: upload },
  blames: { storage_file_type_unsupported: "name", storage_invalid_file_size: "file_path" },
  importId: ["bucket_id", "id"],
  lookup: { by: ["name"], plural: "appwrite_storage_files" },
  timeouts: { create: 30 },
  cloning: { data: "files", copy: copyFiles },
});

function sourceFaults(config: Row): readonly Diagnostic[] {
  if ((config["file_path"] ?? null) !== null || (config["content_base64"] ?? null) !== null) return [];
  return [error("Attribute missing", "Either file_path or content_base64 must be set.", "file_path")];
}

/** So long a name can be given to a file that is there; an upload may bring a longer one. */
const LONGEST_NEW_NAME = 128;

async function check(_backend: Backend, change: Change): Promise<readonly Diagnostic[]> {
  return [...longNameFaults(change), ...(await missingContentFaults(change))];
}

function longNameFaults({ action, prior, planned }: Change): readonly Diagnostic[] {
  const name = planned?.["name"];
  if (action !== "update" || typeof name !== "string" || name === prior?.["name"]) return [];
  const length = [...name].length;
  if (length <= LONGEST_NEW_NAME) return [];
  const text = `name has ${length} characters; a file that is there already takes ${LONGEST_NEW_NAME}. Make it shorter.`;
  return [error("Invalid value", text, "name")];
}

/** A replacement needs the content, which an unchanged file can do without. */
async function missingContentFaults({ action, planned }: Change): Promise<readonly Diagnostic[]> {
  if (action !== "replace" || planned === null || isUnknown(planned["file_path"])) return [];
  if (isUnknown(planned["content_base64"])) return [];
  const content = await contentOf(planned);
  return "fault" in content ? [error("Content not readable", content.fault, content.attribute)] : [];
}

/** The hash of the local content, and the name that the path gives: both are known before anything is sent. */
async function foresee(config: Row, prior: Row | null) {
  const name: { readonly [name: string]: Value } =
    typeof config["file_path"] === "string" && (config["name"] ?? null) === null
      ? { name: fileNameOf(config["file_path"]) }
      : {};
  if (isUnknown(config["file_path"]) || isUnknown(config["content_base64"])) {
    return { known: { content_hash: UNKNOWN }, diagnostics: [] };
  }
  const content = await contentOf(config);
  if ("fault" in content && content.isGone && prior !== null && prior["file_path"] === config["file_path"]) {
    const text = `${content.fault} The file on the server is taken as unchanged.`;
    const hash = { content_hash: prior["content_hash"] ?? null };
    return { known: { ...name, ...hash }, diagnostics: [warning("Content not readable", text, content.attribute)] };
  }
  if ("fault" in content)
    return { known: name, diagnostics: [error("Content not readable", content.fault, content.attribute)] };
  return { known: { ...name, content_hash: await content.hash() }, diagnostics: [] };
}

async function upload(session: Session, planned: Row): Promise<JsonObject> {
  const content = await contentOf(planned);
  if ("fault" in content) throw new UserError(error("Content not readable", content.fault, content.attribute));
  await refuseChanged(content, planned);
  const permissions = Array.isArray(planned["permissions"])
    ? { permissions: planned["permissions"] as readonly string[] }
    : {};
  const path = `/storage/buckets/${planned["bucket_id"]}/files`;
  let made: JsonObject;
  try {
    made = (await session.backend.upload({
      method: "POST",
      path,
      field: "file",
      source: {
        name: String(planned["name"]),
        size: content.size,
        read: (start, length) => content.read(start, length),
      },
      fields: { fileId: String(planned["id"]), ...permissions },
    })) as JsonObject;
  } catch (cause) {
    if (!isConflict(cause) && !mayBeDone(cause)) throw cause;
    throw await whatIsThere(session, `${path}/${planned["id"]}`, await content.hash(), cause);
  }
  return made["name"] === planned["name"] ? made : await named(session, `${path}/${planned["id"]}`, made, planned);
}

/** The head of an upload cannot write a quote or a line break in a name; one that is given afterwards is kept as it is. */
async function named(session: Session, path: string, made: JsonObject, planned: Row): Promise<JsonObject> {
  const name = String(planned["name"]);
  if (!/["\r\n]/.test(name) || [...name].length > LONGEST_NEW_NAME) return made;
  const permissions = made["$permissions"] as readonly string[];
  return (await session.backend.call({ method: "PUT", path, body: { name, permissions } })) as JsonObject;
}

/**
 * What is to be said of an upload that failed where a file may be there by now: the failure itself, when that file is whole and has our
 * content, so that it is adopted; else one that says that it is not ours, or not whole.
 */
async function whatIsThere(session: Session, path: string, hash: string, cause: unknown): Promise<unknown> {
  const unfinished = (): unknown =>
    new ConnectionError(cause instanceof Error ? cause.message : String(cause), {
      maybeSent: false,
      hint: "The upload did not come to its end. Apply again.",
    });
  let there: JsonObject;
  try {
    there = (await session.backend.call({ method: "GET", path, tells: "signature" })) as JsonObject;
  } catch {
    return isConflict(cause) || cause instanceof StoppedError ? cause : unfinished();
  }
  if (there["signature"] === hash && there["chunksUploaded"] === there["chunksTotal"]) return cause;
  if (!isConflict(cause)) return unfinished();
  const text =
    "There is already a file with this id, and its content is another one, so it is left alone. Choose another id; or import the file, and the next apply replaces it.";
  return new UserError(error("File exists already", text, "id"));
}

/** Terraform applies what was planned: a file that changed since then is planned again. */
async function refuseChanged(content: Content, planned: Row): Promise<void> {
  const hash = await content.hash();
  if (planned["content_hash"] === hash || typeof planned["content_hash"] !== "string") return;
  throw new UserError(
    error(
      "File changed since the plan",
      `The content of ${planned["file_path"]} is not what it was when this was planned. Plan again.`,
      "file_path",
    ),
  );
}

/**
 * Carries the files of one bucket to its pair, part by part, without a copy on this machine. A file that is there with the same content, name and
 * permissions is not sent again; one with another content is replaced.
 */
async function copyFiles({ from, to, source, target, pass }: Copying): Promise<Copied> {
  if (pass === "relations") return { read: 0, written: 0, total: 0 };
  const place = (bucket: Row) =>
    ({ path: `/storage/buckets/${String(bucket["id"])}/files`, items: "files", key: "$id", unbounded: true }) as const;
  const [files, there] = await Promise.all([from.list(place(source)), to.list(place(target))]);
  const known = new Map(there.map((one) => [String(one["$id"]), one]));
  const text = (value: unknown): string => JSON.stringify(value ?? null);
  let written = 0;
  for (const one of files) {
    const id = String(one["$id"]);
    const found = known.get(id);
    const isWhole = found !== undefined && found["chunksUploaded"] === found["chunksTotal"];
    const isSame = isWhole && found["signature"] === one["signature"];
    if (isSame && ["name", "$permissions"].every((name) => text(found[name]) === text(one[name]))) continue;
    written += 1;
    const path = `${place(target).path}/${id}`;
    const permissions = (one["$permissions"] ?? []) as readonly string[];
    if (isSame) {
      await to.call({ method: "PUT", path, body: { name: String(one["name"]), permissions } });
      continue;
    }
    if (found) await to.call({ method: "DELETE", path });
    const size = Number(one["sizeOriginal"]);
    const content = `${place(source).path}/${id}/download`;
    await to.upload({
      method: "POST",
      path: place(target).path,
      field: "file",
      source: {
        name: String(one["name"]),
        size,
        mimeType: String(one["mimeType"]),
        read: (start, length) =>
          size === 0 ? Promise.resolve(new Uint8Array()) : from.download(content, start, length, size),
      },
      fields: { fileId: id, permissions },
    });
  }
  return { read: files.length, written, total: (await to.list(place(target))).length };
}
