import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, resolve } from "node:path";
import { compileFunction } from "node:vm";
import { nearest } from "../provider/schema/nearest.ts";
import { EnvironmentError } from "./environment-error.ts";
import schema from "./environments.schema.json";
import { faultsOf, type JsonSchema } from "./json-schema.ts";

/** Where a value comes from that does not stand in the file. */
export interface FromVariable {
  readonly env: string;
}

/** One environment as the file says it. */
export interface EnvironmentEntry {
  readonly endpoint: string | FromVariable;
  readonly project: string | FromVariable;
  readonly key: FromVariable;
  readonly consoleEmail?: string | FromVariable;
  readonly consolePassword?: FromVariable;
  readonly consoleSession?: FromVariable;
  readonly selfSigned?: boolean;
  readonly protected?: boolean;
  readonly secrets?: { readonly [place: string]: FromVariable };
  readonly values?: { readonly [place: string]: unknown };
}

/** The environments file, read and checked. */
export interface EnvironmentsFile {
  readonly path: string;
  readonly environments: { readonly [name: string]: EnvironmentEntry };
  /** Patterns of differences that are allowed. */
  readonly differences: readonly string[];
  /** Where id maps and bases are kept. */
  readonly folder: string;
}

/** One environment with its variables filled in. */
export interface Environment {
  readonly name: string;
  readonly endpoint: string;
  readonly project: string;
  readonly key: string;
  /** A console user, for what API keys cannot do on Appwrite 1.9.0. */
  readonly console: ConsoleUser;
  readonly selfSigned: boolean;
  readonly isProtected: boolean;
  /** Secrets of objects, by "address attribute". Empty where the environment is only read. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Values that differ on purpose, by "address attribute". */
  readonly values: ReadonlyMap<string, unknown>;
}

/** How a console user signs in; empty where none is named. */
export interface ConsoleUser {
  readonly consoleEmail?: string;
  readonly consolePassword?: string;
  readonly consoleSession?: string;
}

/** Is an environment only read, or is it what another one is compared to and carried to? Only that needs secrets of objects. */
export type Role = "source" | "target";

/** Names under which the file is looked for when none is given. */
export const FILE_NAMES = ["environments.json", "environments.ts"] as const;

/**
 * Reads the environments file: JSON, or TypeScript whose default export is the same object. Without `path`, looks into `directory`.
 * Throws `EnvironmentError` that says what is missing or wrong, and where.
 */
export async function readEnvironmentsFile(directory: string, path: string | null): Promise<EnvironmentsFile> {
  const found =
    path === null
      ? FILE_NAMES.map((name) => resolve(directory, name)).find(existsSync)
      : [resolve(directory, path)].find(existsSync);
  if (found === undefined) {
    const looked = path === null ? `${FILE_NAMES.join(" or ")} in ${directory}` : resolve(directory, path);
    throw new EnvironmentError(
      `There is no ${looked}. It says where each environment is: { "environments": { "staging": { "endpoint": "https://…/v1", "project": "…", "key": { "env": "STAGING_KEY" } } } }. Name another file with --environments FILE.`,
    );
  }
  const content = extname(found) === ".json" ? parse(found) : await load(found);
  const faults = faultsOf(schema as JsonSchema, content);
  if (faults.length > 0) throw new EnvironmentError(`${found} is not right:\n  ${faults.join("\n  ")}`);
  const { environments, differences, folder } = content as Pick<EnvironmentsFile, "environments"> &
    Partial<EnvironmentsFile>;
  return {
    path: found,
    environments,
    differences: differences ?? [],
    folder: resolve(dirname(found), folder ?? "environments"),
  };
}

/** One environment with its variables filled in. Throws `EnvironmentError` when it or one of its variables is missing. */
export function environmentOf(
  file: EnvironmentsFile,
  name: string,
  variables: { readonly [name: string]: string | undefined },
  role: Role,
): Environment {
  const entry = Object.hasOwn(file.environments, name) ? file.environments[name] : undefined;
  if (entry === undefined) {
    const names = Object.keys(file.environments);
    const close = nearest(name, names);
    const hint = close === null ? `It has ${names.join(", ") || "none"}.` : `Did you mean ${close}?`;
    throw new EnvironmentError(`${file.path} has no environment ${name}. ${hint}`);
  }
  const missing: string[] = [];
  const value = (from: string | FromVariable, what: string): string => {
    if (typeof from === "string") return from;
    const found = variables[from.env];
    if (found === undefined || found === "") missing.push(`${from.env} (${what})`);
    return found ?? "";
  };
  const environment: Environment = {
    name,
    endpoint: value(entry.endpoint, "the endpoint"),
    project: value(entry.project, "the project id"),
    key: value(entry.key, "the API key"),
    console: consoleUser(entry, file.path, name, value),
    selfSigned: entry.selfSigned ?? false,
    isProtected: entry.protected ?? false,
    secrets: new Map(
      Object.entries(role === "target" ? (entry.secrets ?? {}) : {}).map(([place, from]) => [
        place,
        value(from, place),
      ]),
    ),
    values: new Map(Object.entries(entry.values ?? {})),
  };
  if (missing.length > 0) {
    const verb = missing.length === 1 ? "variable is" : "variables are";
    throw new EnvironmentError(
      `The environment ${name} is not complete: the environment ${verb} not set: ${missing.join(", ")}. Set it in the shell, or as a masked secret of the CI.`,
    );
  }
  return environment;
}

/** The variables by which the provider reaches an environment. */
export function providerVariables(environment: Environment): { readonly [name: string]: string } {
  const { consoleEmail, consolePassword, consoleSession } = environment.console;
  return {
    APPWRITE_ENDPOINT: environment.endpoint,
    APPWRITE_PROJECT_ID: environment.project,
    APPWRITE_API_KEY: environment.key,
    ...(consoleEmail === undefined ? {} : { APPWRITE_CONSOLE_EMAIL: consoleEmail }),
    ...(consolePassword === undefined ? {} : { APPWRITE_CONSOLE_PASSWORD: consolePassword }),
    ...(consoleSession === undefined ? {} : { APPWRITE_CONSOLE_SESSION: consoleSession }),
  };
}

function consoleUser(
  { consoleEmail, consolePassword, consoleSession }: EnvironmentEntry,
  path: string,
  name: string,
  value: (from: string | FromVariable, what: string) => string,
): ConsoleUser {
  if ((consoleEmail === undefined) !== (consolePassword === undefined)) {
    const lacking = consoleEmail === undefined ? "consoleEmail" : "consolePassword";
    throw new EnvironmentError(
      `${path} is not right:\n  environments.${name} lacks ${lacking}: a console user signs in by both.`,
    );
  }
  return {
    ...(consoleEmail === undefined ? {} : { consoleEmail: value(consoleEmail, "the console user's e-mail address") }),
    ...(consolePassword === undefined
      ? {}
      : { consolePassword: value(consolePassword, "the console user's password") }),
    ...(consoleSession === undefined ? {} : { consoleSession: value(consoleSession, "the console user's session") }),
  };
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new EnvironmentError(`${path} is no JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
}

/** Loads a module of the user's: with Node's own type stripping where it has that, else with the esbuild of the user's project. */
async function load(path: string): Promise<unknown> {
  const requireThere = createRequire(path);
  try {
    const esbuild = resolveEsbuild(requireThere);
    if (esbuild === null) return defaultOf(await import(path));
    const { code } = esbuild.transformSync(readFileSync(path, "utf8"), {
      loader: "ts",
      format: "cjs",
      target: "node20",
    });
    const module = { exports: {} as { readonly default?: unknown } };
    compileFunction(code, ["module", "exports", "require"], { filename: path })(module, module.exports, requireThere);
    return defaultOf(module.exports);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EnvironmentError(
      `${path} could not be loaded: ${reason}. TypeScript needs Node 22.18 or later, or the package esbuild in this project; environments.json needs neither.`,
    );
  }
}

function defaultOf(module: { readonly default?: unknown }): unknown {
  return module.default ?? module;
}

interface Esbuild {
  transformSync(source: string, options: { loader: "ts"; format: "cjs"; target: string }): { readonly code: string };
}

function resolveEsbuild(requireThere: NodeJS.Require): Esbuild | null {
  try {
    return requireThere("esbuild") as Esbuild;
  } catch {
    return null;
  }
}
