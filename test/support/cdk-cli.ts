import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Library } from "./constructs.ts";

/**
 * The command lines of the two libraries as they are published. They are large, so that they are no dependencies of ours: npm installs
 * them on the first use, and they are kept for the next.
 */

const root = join(__dirname, "..", "..");
const VERSIONS = { cdktf: "0.21.0", cdktn: "0.24.0" } as const;

/**
 * Packages that `cdktf get` and `cdktf synth` do without, three quarters of the installation: what the program is bundled with, and what other
 * commands and languages need.
 */
const SPARED: readonly string[] = [
  "@cdktf/cli-core",
  "@cdktf/commons",
  "@cdktf/hcl2cdk",
  "@cdktf/node-pty-prebuilt-multiarch",
  "@inquirer/prompts",
  "@sentry/node",
  "ink-select-input",
  "ink-table",
  "jsii-rosetta",
];

/** The compiler options that `init --template=typescript` of both libraries writes. */
export const STOCK_COMPILER_OPTIONS = {
  alwaysStrict: true,
  declaration: true,
  experimentalDecorators: true,
  lib: ["es2018"],
  module: "CommonJS",
  noEmitOnError: true,
  noFallthroughCasesInSwitch: true,
  noImplicitAny: true,
  noImplicitReturns: true,
  noImplicitThis: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  resolveJsonModule: true,
  strict: true,
  stripInternal: true,
  target: "ES2018",
  skipLibCheck: true,
};

/** Runs a command of the library's own command line in a folder; gives what it printed, fails with it. */
export type CdkCli = (
  folder: string,
  args: readonly string[],
  environment?: { readonly [name: string]: string | undefined },
) => string;

/** The command line of a library, installed: all of it, or without what is not needed here (cdktf only). */
export function installCli(library: Library, options: { readonly whole: boolean }): CdkCli {
  const node = nodeFor(library);
  const folder = installed(`${library}-cli${options.whole ? "" : "-spared"}`, (made) => {
    const spared = options.whole ? [] : SPARED;
    mkdirSync(join(made, "nothing"));
    writeFileSync(join(made, "nothing", "package.json"), JSON.stringify({ name: "nothing", version: "1.0.0" }));
    writeFileSync(join(made, "nothing", "index.js"), "");
    const nothing = Object.fromEntries(spared.map((name) => [name, "file:./nothing"]));
    return {
      dependencies: { [`${library}-cli`]: VERSIONS[library], ...nothing },
      overrides: nothing,
    };
  });
  const program = join(folder, "node_modules", `${library}-cli`, "bundle", "bin", library);
  return (where, args, environment = {}) => {
    const own = { CHECKPOINT_DISABLE: "1", CI: "1", DISABLE_VERSION_CHECK: "1", ...environment };
    return run(node, [program, ...args], where, { ...process.env, ...own });
  };
}

/** That of cdktn needs a later Node than the rest. */
function nodeFor(library: Library): string {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (library === "cdktf" || major > 22 || (major === 22 && minor >= 19)) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const folder = installed(name, () => ({ dependencies: { [name]: "22" } }));
  return join(folder, "node_modules", name, "bin", "node");
}

/** A folder with a version of a package installed. */
export function installPackage(name: string, version: string): string {
  return installed(`${name}-${version}`, () => ({ dependencies: { [name]: version } }));
}

function installed(name: string, manifestIn: (folder: string) => object): string {
  const cache = join(root, "node_modules", ".cache", "appwrite-iac");
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const made = mkdtempSync(join(cache, "making-"));
  try {
    writeFileSync(join(made, "package.json"), JSON.stringify({ private: true, ...manifestIn(made) }));
    npmInstall(made);
    renameSync(made, folder);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return folder;
}

/** Installs from npm's registry: the only thing that these tests need of the network. */
export function npmInstall(folder: string, packages: readonly string[] = []): void {
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
  const retries = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];
  try {
    run("npm", ["install", ...options, ...retries, ...packages], folder, process.env);
  } catch (error) {
    const wanted = packages.length > 0 ? packages.join(", ") : "the command lines of cdktf and cdktn";
    throw new Error(
      `This test installs ${wanted} from npm's registry, as a user does, and npm could not. Is the registry within reach (npm ping)?\n${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Runs a program to its end; gives what it printed, fails with it. */
export function run(
  command: string,
  args: readonly string[],
  folder: string,
  environment: { readonly [name: string]: string | undefined },
): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    env: environment,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  return `${stdout}${stderr}`;
}
