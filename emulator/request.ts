import type { IncomingMessage } from "node:http";
import { asServerReads, isList, isObject, type Json, type JsonObject, parseJson, wholeFloats } from "./json.ts";

/** A request as handlers see it: header names in lower case, parameters from the query or the body, files from a form. */
export type Received = {
  readonly method: string;
  /** The path without query, `//` and a trailing slash removed, not percent-decoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: JsonObject;
  readonly body: JsonObject;
  readonly files: Readonly<Record<string, Upload>>;
  /** The places in a JSON body of whole numbers that were written as floats (`1.0`): no integers for the server. */
  readonly floats: ReadonlySet<string>;
  /** The host name that the client used, without the port. */
  readonly hostname: string;
};

/** A file of a multipart form. */
export type Upload = { readonly filename: string; readonly mimeType: string; readonly content: Buffer };

/** Bodies beyond this many bytes get no answer: the server resets the connection. */
export const largestBody = 12 * 1024 * 1024;

/** Reads a whole request; gives undefined when the body is larger than the server takes. */
export async function receive(incoming: IncomingMessage): Promise<Received | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) return undefined;
    chunks.push(chunk);
  }
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );
  const [path, query] = splitOnce(incoming.url ?? "/", "?");
  const bytes = Buffer.concat(chunks);
  // The control routes are ours, and read JSON however it is called: `curl -d` calls it a form.
  const type = path.startsWith("/__emulator/") ? "application/json" : (headers["content-type"] ?? "");
  const content = parseBody(type, bytes);
  return {
    method: incoming.method ?? "GET",
    path: path.replace(/\/{2,}/g, "/").replace(/(.)\/$/, "$1"),
    headers,
    query: parseForm(query),
    body: content.body,
    files: content.files,
    floats: wholeFloats(headers["content-type"]?.startsWith("application/json") ? bytes.toString("utf8") : ""),
    hostname: (headers["host"] ?? "localhost").replace(/:\d+$/, ""),
  };
}

function parseBody(contentType: string, content: Buffer): { body: JsonObject; files: Record<string, Upload> } {
  const type = (contentType.split(";")[0] ?? "").trim();
  if (type === "application/json") return { body: jsonBody(content.toString("utf8")), files: {} };
  if (type === "application/x-www-form-urlencoded") return { body: parseForm(content.toString("utf8")), files: {} };
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  return type === "multipart/form-data" && boundary ? parseMultipart(content, boundary) : { body: {}, files: {} };
}

/** Anything but an object counts as an empty body, malformed text included (measured). */
function jsonBody(text: string): JsonObject {
  try {
    const value = asServerReads(parseJson(text));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Parses a form or query text the way PHP does: `a[]=1&a[]=2` and `a[0]=1` are lists, `a[x]=1` an object. */
export function parseForm(text: string): JsonObject {
  const root: Record<string, Json> = {};
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const [name, value] = splitOnce(pair, "=");
    assign(root, decode(name), decode(value));
  }
  return root;
}

function assign(root: Record<string, Json>, name: string, value: Json): void {
  const match = /^([^[]+)((?:\[[^\]]*\])*)/.exec(name);
  const [, top = name, rest = ""] = match ?? [];
  const keys = [...rest.matchAll(/\[([^\]]*)\]/g)].map((key) => key[1] ?? "");
  root[top] = put(root[top], keys, value);
}

function put(current: Json | undefined, keys: readonly string[], value: Json): Json {
  const [key, ...deeper] = keys;
  if (key === undefined) return value;
  if ((key === "" || /^\d+$/.test(key)) && (current === undefined || isList(current))) {
    const list = isList(current) ? [...current] : [];
    const index = key === "" ? list.length : Number(key);
    list[index] = put(list[index], deeper, value);
    return list;
  }
  const object = isObject(current) ? current : {};
  return { ...object, [key]: put(object[key], deeper, value) };
}

function parseMultipart(content: Buffer, boundary: string): { body: JsonObject; files: Record<string, Upload> } {
  const body: Record<string, Json> = {};
  const files: Record<string, Upload> = {};
  const delimiter = Buffer.from(`--${boundary}`);
  let at = content.indexOf(delimiter);
  while (at >= 0) {
    const start = at + delimiter.length + 2;
    const next = content.indexOf(delimiter, start);
    if (next < 0) break;
    addPart(content.subarray(start, next - 2), body, files);
    at = next;
  }
  return { body, files };
}

function addPart(part: Buffer, body: Record<string, Json>, files: Record<string, Upload>): void {
  const end = part.indexOf("\r\n\r\n");
  if (end < 0) return;
  const head = part.subarray(0, end).toString("utf8");
  const content = part.subarray(end + 4);
  const name = /name="([^"]*)"/i.exec(head)?.[1] ?? "";
  const filename = /filename="([^"]*)"/i.exec(head)?.[1];
  if (filename === undefined) assign(body, name, content.toString("utf8"));
  else
    files[name] = {
      filename,
      mimeType: /content-type:\s*([^\r\n;]+)/i.exec(head)?.[1] ?? "",
      content: Buffer.from(content),
    };
}

function decode(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
