import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Row } from "../../schema/index.ts";

/** Content to upload: its size, its hash, and a way to read parts of it more than once. */
export interface Content {
  readonly size: number;
  /** MD5 in hexadecimal: what Appwrite tells as a file's `signature`. */
  hash(): Promise<string>;
  read(start: number, length: number): Promise<Uint8Array>;
}

/** Why there is no content, at which attribute. */
export interface ContentFault {
  readonly fault: string;
  readonly attribute: string;
  /** Is there no such file? */
  readonly isGone?: boolean;
}

/** The content that `file_path` or `content_base64` of a row names. */
export async function contentOf(row: Row): Promise<Content | ContentFault> {
  const { file_path: path, content_base64: base64 } = row;
  if (typeof path === "string") return contentOfFile(path);
  if (typeof base64 === "string") return contentOfText(base64);
  return { fault: "Either file_path or content_base64 must be set.", attribute: "file_path" };
}

/** The name that a path gives its file. */
export function fileNameOf(path: string): string {
  return basename(path);
}

async function contentOfFile(path: string): Promise<Content | ContentFault> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return { fault: `${path} is not a file.`, attribute: "file_path" };
    return { size: found.size, hash: () => hashFile(path), read: (start, length) => readPart(path, start, length) };
  } catch (cause) {
    const isGone = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const reason = isGone ? "there is no such file" : String(cause);
    return {
      fault: `${path} cannot be read: ${reason}. Relative paths start where terraform runs; \${path.module}/… is safer.`,
      attribute: "file_path",
      isGone,
    };
  }
}

function contentOfText(base64: string): Content | ContentFault {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(base64)) {
    return { fault: 'content_base64 must be base64, such as base64encode("hello").', attribute: "content_base64" };
  }
  const bytes = Buffer.from(base64, "base64");
  return {
    size: bytes.length,
    hash: async () => createHash("md5").update(bytes).digest("hex"),
    read: async (start, length) => bytes.subarray(start, start + length),
  };
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

async function readPart(path: string, start: number, length: number): Promise<Uint8Array> {
  const handle = await open(path, "r");
  try {
    const buffer = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await handle.read(buffer, filled, length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await handle.close();
  }
}
