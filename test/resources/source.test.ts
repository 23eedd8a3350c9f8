import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { compileIgnore } from "../../provider/resources/functions/ignore.ts";
import { packSource, type Source } from "../../provider/resources/functions/source.ts";
import { writeTar } from "../../provider/resources/functions/tar.ts";
import fc from "../support/fast-check.ts";

/** How code is packed for a deployment: the same content is the same archive, and what is not for the server stays here. */

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "appwrite-iac-source-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, content = path): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

async function packed(path = folder, ignore: readonly string[] = []): Promise<Source> {
  const source = await packSource(path, ignore);
  if ("fault" in source) throw new Error(source.fault);
  return source;
}

const archiveOf = async (path = folder, ignore: readonly string[] = []) => (await packed(path, ignore)).archive();

/** What an archive holds: path, mode and content, checked by the sums of its headers. */
function entriesOf(tar: Buffer): { path: string; mode: string; content: string }[] {
  const entries: { path: string; mode: string; content: string }[] = [];
  let extended: Record<string, string> = {};
  for (let at = 0; tar[at] !== 0; ) {
    const block = tar.subarray(at, at + 512);
    const field = (start: number, length: number) =>
      block.toString("latin1", start, start + length).split("\0")[0] ?? "";
    const sum = block.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
    expect(Number.parseInt(field(148, 8), 8)).toBe(sum);
    const size = Number.parseInt(field(124, 12), 8);
    const content = tar.subarray(at + 512, at + 512 + size);
    if (field(156, 1) === "x") extended = recordsOf(content);
    else {
      const told = field(156, 1) === "2" ? (extended["linkpath"] ?? field(157, 100)) : content.toString();
      entries.push({ path: extended["path"] ?? field(0, 100), mode: field(100, 8), content: told });
      extended = {};
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}

function recordsOf(content: Buffer): Record<string, string> {
  const records: Record<string, string> = {};
  for (let at = 0; at < content.length; ) {
    const length = Number.parseInt(content.toString("latin1", at), 10);
    const [, key = "", value = ""] = /^\d+ ([^=]+)=(.*)\n$/s.exec(content.toString("utf8", at, at + length)) ?? [];
    records[key] = value;
    at += length;
  }
  return records;
}

const pathsIn = async (ignore: readonly string[] = []) =>
  entriesOf(gunzipSync(await archiveOf(folder, ignore))).map(({ path }) => path);

test("the same content gives the same bytes, whatever the times, owners and order of files", async () => {
  for (const path of ["b.js", "a/c.js", "a.js"]) write(path);
  const before = [(await packed()).hash, await archiveOf()];
  rmSync(join(folder, "a.js"));
  write("a.js");
  utimesSync(join(folder, "b.js"), new Date(0), new Date(0));
  chmodSync(join(folder, "b.js"), 0o600);
  expect([(await packed()).hash, await archiveOf()]).toEqual(before);
});

test.each<[string, () => void]>([
  ["another content", () => write("a.js", "other")],
  ["another name", () => write("b.js")],
  ["a file that becomes executable", () => chmodSync(join(folder, "a.js"), 0o755)],
])("%s gives another hash", async (_what, change) => {
  write("a.js");
  const before = await packed();
  change();
  expect((await packed()).hash).not.toBe(before.hash);
});

test("what is never for the server is left out, as are the patterns of .appwriteignore and of the configuration", async () => {
  for (const path of [
    ".git/HEAD",
    "node_modules/a/index.js",
    "src/node_modules/b.js",
    "terraform.tfstate",
    ".DS_Store",
  ]) {
    write(path);
  }
  for (const path of ["src/main.js", "src/main.test.js", "notes/a.md", "keep.md", "log.txt"]) write(path);
  write(".appwriteignore", "# comment\n*.test.js\n*.md\n!keep.md\n");
  expect(await pathsIn(["/log.txt"])).toEqual(["keep.md", "src/main.js"]);
});

test("links within the folder stay links, and those that leave it are refused", async () => {
  write("lib/a.js");
  symlinkSync("lib/a.js", join(folder, "main.js"));
  expect(entriesOf(gunzipSync(await archiveOf()))[1]).toMatchObject({ path: "main.js", content: "lib/a.js" });
  symlinkSync("../../outside.js", join(folder, "lib", "b.js"));
  expect(await packSource(folder, [])).toMatchObject({ fault: expect.stringContaining("link out of the folder") });
});

test("a folder of very many files is packed", async () => {
  for (let at = 0; at < 3000; at++) write(`src/part-${at % 50}/file-${at}.js`, String(at));
  expect((await pathsIn()).length).toBe(3000);
});

test("an archive is taken as it is", async () => {
  write("code/a.js");
  const archive = await archiveOf(join(folder, "code"));
  writeFileSync(join(folder, "code.tar.gz"), archive);
  expect((await archiveOf(join(folder, "code.tar.gz"))).equals(archive)).toBe(true);
  expect(await packSource(join(folder, "code.tar.gz"), ["a"])).toMatchObject({ attribute: "ignore" });
});

test("any paths and contents come out of an archive as they went in", () => {
  const name = fc.string({ minLength: 1, maxLength: 60, unit: fc.constantFrom(..."abc-_. äß日本🙂") });
  const files = fc.uniqueArray(
    fc.record({
      path: fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/")),
      content: fc.uint8Array({ maxLength: 1500 }),
      executable: fc.boolean(),
    }),
    { selector: ({ path }) => path, maxLength: 5 },
  );
  fc.assert(
    fc.property(files, (written) => {
      const read = entriesOf(writeTar(written.map((file) => ({ kind: "file", ...file }))));
      const expected = written.map(({ path, content, executable }) => ({
        path,
        mode: executable ? "0000755" : "0000644",
        content: Buffer.from(content).toString(),
      }));
      const byPath = (one: { path: string }, other: { path: string }) =>
        Buffer.compare(Buffer.from(one.path), Buffer.from(other.path));
      expect(read).toEqual(expected.sort(byPath));
    }),
    { numRuns: 60 },
  );
});

test.each<[pattern: string, path: string, isFolder: boolean, ignored: boolean]>([
  ["*.log", "a/b.log", false, true],
  ["/*.log", "a/b.log", false, false],
  ["build/", "src/build", true, true],
  ["build/", "src/build", false, false],
  ["src/build", "a/src/build", true, false],
  ["a/**/b", "a/x/y/b", false, true],
  ["a/**/b", "a/b", false, true],
  ["docs/**", "docs/a/b.md", false, true],
  ["**/tmp", "x/y/tmp", true, true],
  ["file?.js", "file1.js", false, true],
  ["file?.js", "file10.js", false, false],
  ["[ab].js", "a.js", false, true],
  ["[!ab].js", "a.js", false, false],
  ["a+b.js", "a+b.js", false, true],
  ["\\#a", "#a", false, true],
])("the pattern %s fits %s (folder: %s): %s", (pattern, path, isFolder, ignored) => {
  expect(compileIgnore([pattern])(path, isFolder)).toBe(ignored);
});
