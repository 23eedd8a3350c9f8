import { randomBytes } from "node:crypto";
import { ApiError, type Call, type Json, type JsonObject, type Upload } from "../schema/backend.ts";
import type { Answered, RawBody } from "./caller.ts";

/** Parts have exactly this size: the server counts them by it (API chapter A7). */
const PART = 5 * 1024 * 1024;

/**
 * Sends a file in parts of 5 MiB. The first answer's id goes with every further part. Gives the finished object. A first part whose
 * answer was lost is answered by the object as it is, which is as good.
 */
export async function uploadParts(
  upload: Upload,
  send: (call: Call, raw: RawBody, headers: { readonly [name: string]: string }) => Promise<Answered>,
): Promise<Json> {
  const { size } = upload.source;
  let object: Json = null;
  for (let start = 0; start === 0 || start < size; start += PART) {
    const bytes = await upload.source.read(start, Math.min(PART, size - start));
    const isWhole = size <= PART;
    const headers = {
      ...(isWhole ? {} : { "content-range": `bytes ${start}-${start + bytes.length - 1}/${size}` }),
      ...(start === 0 ? {} : { "x-appwrite-id": String((object as JsonObject | null)?.["$id"] ?? "") }),
    };
    // The first part makes the object; further ones name it, and may be sent as often as it takes.
    object = await part({ ...upload, once: upload.once === true && start === 0 }, bytes, headers, send);
  }
  return object;
}

async function part(
  upload: Upload,
  bytes: Uint8Array,
  headers: { readonly [name: string]: string },
  send: (call: Call, raw: RawBody, headers: { readonly [name: string]: string }) => Promise<Answered>,
): Promise<Json> {
  try {
    const call: Call = {
      method: upload.method,
      path: upload.path,
      tells: "$id",
      ...(upload.once ? { once: true } : {}),
    };
    return (await send(call, multipart(upload, bytes), headers)).body;
  } catch (cause) {
    const id = upload.fields["fileId"];
    // The part had arrived, only its answer had not.
    if (
      cause instanceof ApiError &&
      cause.details.status === 409 &&
      cause.details.afterLostAnswer &&
      typeof id === "string"
    ) {
      return (
        await send({ method: "GET", path: `${upload.path}/${id}` }, { contentType: "", bytes: new Uint8Array() }, {})
      ).body;
    }
    throw cause;
  }
}

function multipart({ field, source, fields }: Upload, bytes: Uint8Array): RawBody {
  const boundary = `appwrite-${randomBytes(12).toString("hex")}`;
  const pieces: (string | Uint8Array)[] = Object.entries(fields).flatMap(([name, value]) =>
    typeof value === "object"
      ? value.map((element, index) => textPiece(boundary, `${name}[${index}]`, element))
      : [textPiece(boundary, name, String(value))],
  );
  const type = source.mimeType ?? "application/octet-stream";
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${quoted(source.name)}"\r\nContent-Type: ${type}\r\n\r\n`;
  const all = [...pieces, head, bytes, `\r\n--${boundary}--\r\n`].map((piece) =>
    typeof piece === "string" ? Buffer.from(piece, "utf8") : piece,
  );
  return { contentType: `multipart/form-data; boundary=${boundary}`, bytes: Buffer.concat(all) };
}

function textPiece(boundary: string, name: string, value: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

/** What would end the file name early, as browsers escape it. */
function quoted(name: string): string {
  return name.replace(/"/g, "%22").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}
