/** One entry of an archive. Paths are relative, with forward slashes. */
export type TarEntry =
  | { readonly kind: "file"; readonly path: string; readonly executable: boolean; readonly content: Uint8Array }
  | { readonly kind: "link"; readonly path: string; readonly target: string };

const BLOCK = 512;

/**
 * Writes a tar archive (POSIX.1-2001) that depends on the entries alone: sorted by path, without times, owners and other
 * modes than 644 and 755, so that the same content gives the same bytes on every machine. Long and non-ASCII paths go
 * into extended headers.
 */
export function writeTar(entries: readonly TarEntry[]): Buffer {
  const sorted = [...entries].sort((one, other) => Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)));
  return Buffer.concat([...sorted.flatMap(writeEntry), Buffer.alloc(2 * BLOCK)]);
}

function writeEntry(entry: TarEntry): Buffer[] {
  const target = entry.kind === "link" ? entry.target : "";
  const content = entry.kind === "file" ? entry.content : new Uint8Array();
  const extended = [
    ...(isShort(entry.path) ? [] : [record("path", entry.path)]),
    ...(isShort(target) ? [] : [record("linkpath", target)]),
  ];
  const mode = entry.kind === "file" && !entry.executable ? 0o644 : 0o755;
  const own = header(entry.path, { type: entry.kind === "file" ? "0" : "2", mode, size: content.length, target });
  if (extended.length === 0) return [own, ...padded(content)];
  const records = Buffer.from(extended.join(""));
  const before = header("././@PaxHeader", { type: "x", mode: 0o644, size: records.length, target: "" });
  return [before, ...padded(records), own, ...padded(content)];
}

interface Fields {
  readonly type: "0" | "2" | "x";
  readonly mode: number;
  readonly size: number;
  readonly target: string;
}

function header(path: string, { type, mode, size, target }: Fields): Buffer {
  const block = Buffer.alloc(BLOCK);
  const put = (text: string, at: number, length: number) => block.write(text.slice(0, length), at, length, "latin1");
  const octal = (value: number, at: number, length: number) =>
    put(value.toString(8).padStart(length - 1, "0"), at, length - 1);
  put(ascii(path), 0, 100);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  put(" ".repeat(8), 148, 8);
  put(type, 156, 1);
  put(ascii(target), 157, 100);
  put("ustar\u000000", 257, 8);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148, 8);
  return block;
}

function padded(content: Uint8Array): Buffer[] {
  const rest = content.length % BLOCK;
  return content.length === 0 ? [] : [Buffer.from(content), Buffer.alloc(rest === 0 ? 0 : BLOCK - rest)];
}

/** A record of an extended header begins with its own length in bytes, that of the number included. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const size = Buffer.byteLength(rest);
  let length = size + String(size).length;
  if (size + String(length).length !== length) length = size + String(length).length;
  return `${length}${rest}`;
}

function isShort(path: string): boolean {
  return path.length <= 100 && ascii(path) === path;
}

/** What old readers see of a path that an extended header tells in full. */
function ascii(text: string): string {
  return text.replace(/[^\u0020-\u007e]/gu, "_");
}
