import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transformSync } from "esbuild";

/** The two libraries that the constructs are built for. */
export const LIBRARIES = ["cdktf", "cdktn"] as const;
export type Library = (typeof LIBRARIES)[number];

const root = join(__dirname, "..", "..");

/** The built package for a library, as its users have it. Both have the same types but for the library's own. */
export function load(library: Library) {
  const folder = join(root, "dist", "constructs", library);
  return {
    cdk: require(library) as typeof import("cdktf"),
    iac: require(folder) as typeof import("../../constructs/index.ts"),
    kit: require(join(folder, "testing")) as typeof import("../../constructs/testing/index.ts"),
    words: require(join(folder, "schema")) as typeof import("../../constructs/schema/index.ts"),
  };
}

/** A project folder outside of the repository that has the built package and a library installed. */
export function createProject(): { readonly folder: string; readonly close: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "appwrite-iac-project-"));
  mkdirSync(join(folder, "node_modules", "@types"), { recursive: true });
  for (const name of [
    "cdktf",
    "cdktn",
    "constructs",
    "@cdktf",
    "@types/node",
    "@types/jest",
    "undici-types",
    "expect",
    "pretty-format",
    "@jest",
    "jest-mock",
  ]) {
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  }
  symlinkSync(root, join(folder, "node_modules", "appwrite-iac"));
  return { folder, close: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Puts an example into a project, for a library, as TypeScript and as JavaScript that node runs; some texts of it replaced. */
export function placeExample(
  project: string,
  story: string,
  library: Library,
  replacements: { readonly [text: string]: string } = {},
): string {
  const folder = join(project, `${story}-${library}`);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, "examples", "cdktf", story), folder, { recursive: true });
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".ts"))) {
    const text = Object.entries(replacements).reduce(
      (all, [from, to]) => all.replaceAll(from, to),
      forLibrary(readFileSync(join(folder, name), "utf8"), library),
    );
    writeFileSync(join(folder, name), text);
    const { code } = transformSync(text, { loader: "ts", format: "cjs", platform: "node" });
    writeFileSync(join(folder, name.replace(/\.ts$/, ".js")), code);
  }
  return folder;
}

/** A program for cdktf as one for another library: what a user changes who moves from one to the other. */
export function forLibrary(program: string, library: Library): string {
  if (library === "cdktf") return program;
  return program
    .replaceAll('"cdktf"', '"cdktn"')
    .replaceAll('"appwrite-iac"', '"appwrite-iac/cdktn"')
    .replaceAll('"appwrite-iac/testing"', '"appwrite-iac/cdktn/testing"');
}
