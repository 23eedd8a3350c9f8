import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseJson } from "../provider/schema/json.ts";
import type { Row } from "../provider/schema/value.ts";
import { EnvironmentError } from "./environment-error.ts";
import { prettyJson } from "./snapshot-file.ts";

/** Where a program of constructs will stand, and the package that it is written for. */
export interface Program {
  readonly folder: string;
  /** Folder of this package, for a program that stands where it is not installed. */
  readonly library: string;
  /** Name of its one stack. */
  readonly stack: string;
}

/**
 * Compiles and runs a program of constructs as its users will, with their compiler and libraries, and gives the configuration that it writes, by
 * file name. The folder itself is not touched. Throws `EnvironmentError` when a tool is missing or the program is not right.
 */
export async function synthesise(
  files: ReadonlyMap<string, string>,
  program: Program,
  environment: { readonly [name: string]: string | undefined },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const packages = findPackages(program);
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), "appwrite-iac-synth-")));
  try {
    mkdirSync(join(scratch, "node_modules"));
    for (const [name, folder] of Object.entries(packages.libraries)) {
      symlinkSync(folder, join(scratch, "node_modules", name), "junction");
    }
    writeFileSync(join(scratch, "package.json"), '{ "type": "commonjs" }');
    for (const [name, text] of files) writeFileSync(join(scratch, name), text);
    const run = (what: string, words: readonly string[]): Promise<void> =>
      runNode(what, words, scratch, { ...environment, CDKTF_OUTDIR: join(scratch, "out") }, signal);
    const compiled = ["--outDir", "build", "--module", "node16", "--target", "es2022", "--strict", "--skipLibCheck"];
    await run("compiled", [join(packages.compiler, "bin", "tsc"), ...compiled, "main.ts"]);
    await run("run", [join("build", "main.js")]);
    const text = readFileSync(join(scratch, "out", "stacks", program.stack, "cdk.tf.json"), "utf8");
    return new Map([["cdk.tf.json", withoutBackend(text)]]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Terraform asks for `init` where state has a place of its own, and a proof has no state. */
function withoutBackend(text: string): string {
  const { terraform, ...rest } = parseJson(text) as Row;
  const { backend: _, ...settings } = terraform as Row;
  return prettyJson({ terraform: settings, ...rest });
}

interface Packages {
  readonly compiler: string;
  readonly libraries: { readonly [name: string]: string };
}

function findPackages({ folder, library }: Program): Packages {
  const find = (name: string, ...places: readonly string[]): string | null => {
    for (const place of places) {
      try {
        return realpathSync(dirname(createRequire(join(place, "none.js")).resolve(`${name}/package.json`)));
      } catch {}
    }
    return null;
  };
  const own = find("appwrite-iac", folder) ?? library;
  // The library must be the one that the constructs themselves use.
  const found = {
    cdktf: find("cdktf", own, folder),
    constructs: find("constructs", own, folder),
    typescript: find("typescript", folder, own),
  };
  const missing = Object.entries(found).flatMap(([name, place]) => (place === null ? [name] : []));
  const { cdktf, constructs, typescript } = found;
  if (cdktf === null || constructs === null || typescript === null) {
    throw new EnvironmentError(
      `To prove constructs they are compiled and run, which needs ${missing.join(" and ")} installed where they stand: npm install --save-dev ${missing.join(" ")}. Or leave --verify away.`,
    );
  }
  return { compiler: typescript, libraries: { "appwrite-iac": own, cdktf, constructs } };
}

function runNode(
  what: string,
  words: readonly string[],
  cwd: string,
  env: { readonly [name: string]: string | undefined },
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { cwd, env: { ...env }, stdio: ["ignore", "pipe", "pipe"], signal });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString("utf8");
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new EnvironmentError(`The program of constructs could not be ${what}:\n${output.trim()}`));
    });
  });
}
