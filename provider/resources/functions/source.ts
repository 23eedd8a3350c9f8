import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import { lstat, readdir, readFile, readlink, stat } from "node:fs/promises";
import { join, posix, relative } from "node:path";
import { gzip } from "node:zlib";
import { compileIgnore, type Ignore } from "./ignore.ts";
import { type TarEntry, writeTar } from "./tar.ts";

/** The code of a deployment: what tells one content from another, and what is uploaded, which takes longer to make. */
export interface Source {
  /** SHA-256 of what is packed, independent of how it is compressed. */
  readonly hash: string;
  archive(): Promise<Buffer>;
}

/** Why there is no code, at which attribute. */
export interface SourceFault {
  readonly fault: string;
  readonly attribute: "code_path" | "ignore";
  /** Is there no such file or folder? */
  readonly isGone?: boolean;
}

/** Files that are in no deployment: version control, what the build installs anew, and state that may hold secrets. */
const ALWAYS_IGNORED = [".git/", "node_modules/", ".terraform/", "*.tfstate", "*.tfstate.*", ".DS_Store"];

/** Name of the file in a folder that lists what is left out, as `.gitignore` does. */
const IGNORE_FILE = ".appwriteignore";

/**
 * Packs the code at a path: a folder, without what `ignore`, its `.appwriteignore` and good sense leave out, or an archive
 * (`.tar.gz`) that is ready. The same content gives the same hash wherever, whenever and by whom it is packed.
 */
export async function packSource(path: string, ignore: readonly string[]): Promise<Source | SourceFault> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? await packFolder(path, ignore) : await readArchive(path, ignore);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    const isGone = code === "ENOENT";
    const reason = isGone ? "there is no such file or folder" : message;
    const fault = `${path} cannot be read: ${reason}. Relative paths start where terraform runs; \${path.module}/… is safer.`;
    return { fault, attribute: "code_path", isGone };
  }
}

async function readArchive(path: string, ignore: readonly string[]): Promise<Source | SourceFault> {
  if (ignore.length > 0)
    return { fault: `${path} is an archive, of which nothing can be left out. Remove ignore.`, attribute: "ignore" };
  const archive = await readFile(path);
  if (archive[0] !== 0x1f || archive[1] !== 0x8b) {
    return { fault: `${path} is neither a folder nor an archive of the kind .tar.gz.`, attribute: "code_path" };
  }
  return { archive: async () => archive, hash: createHash("sha256").update(archive).digest("hex") };
}

async function packFolder(folder: string, ignore: readonly string[]): Promise<Source | SourceFault> {
  const listed = await readFile(join(folder, IGNORE_FILE), "utf8").catch(() => "");
  const isIgnored = compileIgnore([...ALWAYS_IGNORED, ...listed.split(/\r?\n/), ...ignore]);
  const entries = await readEntries(folder, await entriesOf(folder, "", isIgnored));
  if (entries.length === 0) {
    const fault = `${folder} has no files to deploy: it is empty, or all of it is left out by ignore or ${IGNORE_FILE}.`;
    return { fault, attribute: "code_path" };
  }
  const outside = entries.find((entry) => entry.kind === "link" && leavesFolder(entry));
  if (outside) {
    const fault = `${outside.path} in ${folder} is a link out of the folder, which would lead nowhere on the server. Replace it by what it leads to, or add it to ignore.`;
    return { fault, attribute: "code_path" };
  }
  const tar = writeTar(entries);
  return { archive: () => compress(tar), hash: createHash("sha256").update(tar).digest("hex") };
}

/** The files and links below a folder, by path. */
async function entriesOf(root: string, folder: string, isIgnored: Ignore): Promise<readonly Dirent[]> {
  const found: Dirent[] = [];
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = posix.join(folder, entry.name);
    if (isIgnored(path, entry.isDirectory()) || path === IGNORE_FILE) continue;
    if (entry.isDirectory()) found.push(...(await entriesOf(root, path, isIgnored)));
    else if (entry.isFile() || entry.isSymbolicLink()) found.push(entry);
  }
  return found;
}

/** Reads some files at a time: a process may not have any number of them open. */
async function readEntries(root: string, found: readonly Dirent[]): Promise<readonly TarEntry[]> {
  const entries: TarEntry[] = [];
  for (let at = 0; at < found.length; at += AT_ONCE) {
    entries.push(...(await Promise.all(found.slice(at, at + AT_ONCE).map((entry) => readEntry(root, entry)))));
  }
  return entries;
}

const AT_ONCE = 64;

async function readEntry(root: string, entry: Dirent): Promise<TarEntry> {
  const full = join(entry.parentPath, entry.name);
  const path = relative(root, full).replaceAll("\\", "/");
  if (entry.isSymbolicLink()) return { kind: "link", path, target: (await readlink(full)).replaceAll("\\", "/") };
  const { mode } = await lstat(full);
  return { kind: "file", path, executable: (mode & 0o111) !== 0, content: await readFile(full) };
}

function leavesFolder({ path, target }: Extract<TarEntry, { kind: "link" }>): boolean {
  return posix.isAbsolute(target) || posix.join(posix.dirname(path), target).startsWith("..");
}

/** Compresses; the byte that names the operating system is that of "unknown", so that it does not differ. */
async function compress(tar: Buffer): Promise<Buffer> {
  const archive = await new Promise<Buffer>((resolve, reject) => {
    gzip(tar, { level: 9 }, (error, result) => (error ? reject(error) : resolve(result)));
  });
  archive[9] = 0xff;
  return archive;
}
