import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { differences, generate } from "../../scripts/generated-files.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "appwrite-iac-test-"));
  mkdirSync(join(root, "pages/old"), { recursive: true });
  writeFileSync(join(root, "pages/same.md"), "same");
  writeFileSync(join(root, "pages/changed.md"), "before");
  writeFileSync(join(root, "pages/old/gone.md"), "of a kind that is no more");
  writeFileSync(join(root, "by-hand.md"), "not ours");
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const pages = {
  owns: ["pages"],
  files: () =>
    new Map([
      ["pages/same.md", "same"],
      ["pages/changed.md", "after"],
      ["pages/new.md", "new"],
    ]),
};
const expected = [
  { path: "pages/changed.md", kind: "stale" },
  { path: "pages/new.md", kind: "missing" },
  { path: "pages/old/gone.md", kind: "left over" },
];

test("differences tells what is stale, missing and left over, and writes nothing", () => {
  expect(differences(root, [pages])).toEqual(expected);
  expect(readFileSync(join(root, "pages/changed.md"), "utf8")).toBe("before");
});

test("generate writes what differs, removes what is left over and touches nothing else", () => {
  expect(generate(root, [pages])).toEqual(expected);
  expect(differences(root, [pages])).toEqual([]);
  expect(existsSync(join(root, "pages/old/gone.md"))).toBe(false);
  expect(readFileSync(join(root, "by-hand.md"), "utf8")).toBe("not ours");
});
