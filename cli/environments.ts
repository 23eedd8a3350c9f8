import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { countLosses, type EnvironmentPlan, planEnvironment } from "../environments/clone.ts";
import { parseConfigFile } from "../environments/config-file.ts";
import type { Snapshot } from "../environments/entity.ts";
import { EnvironmentError } from "../environments/environment-error.ts";
import {
  type Environment,
  type EnvironmentsFile,
  environmentOf,
  type Role,
  readEnvironmentsFile,
} from "../environments/environments-file.ts";
import { type IdMap, idMapPath, openIdMap } from "../environments/id-map.ts";
import type { DataClass } from "../environments/kinds.ts";
import type { World } from "../environments/links.ts";
import { areProjectsOfOneServer, type OpenEnvironment, openEnvironment } from "../environments/open.ts";
import type { Pair } from "../environments/pairs.ts";
import { parsePattern } from "../environments/patterns.ts";
import { readSnapshot } from "../environments/read-snapshot.ts";
import { type Selection, select } from "../environments/selection.ts";
import { parseSnapshot } from "../environments/snapshot-file.ts";
import { catalogue } from "../provider/resources/index.ts";
import { ApiError, type Backend, ConnectionError } from "../provider/schema/backend.ts";
import { UserError } from "../provider/schema/diagnostics.ts";
import {
  type Command,
  CommandError,
  type Input,
  isOn,
  type Options,
  type Terminal,
  textOf,
  textsOf,
} from "./command.ts";

/** Options of every command that reads environments. */
export const ENVIRONMENT_OPTIONS = {
  environments: {
    type: "string",
    short: "e",
    value: "FILE",
    help: "The environments file. Default: environments.json or environments.ts in this folder.",
  },
  json: { type: "boolean", help: "Answer with one JSON object; codes in it are stable." },
} as const satisfies Options;

/** Options that choose what of a project is meant. */
export const SELECTION_OPTIONS = {
  only: {
    type: "string",
    multiple: true,
    value: "PATTERN",
    help: "Only these kinds or objects, with what they need: storage_bucket, 'tablesdb_table.shop/*'. Repeatable.",
  },
  exclude: {
    type: "string",
    multiple: true,
    value: "PATTERN",
    help: "Leave these kinds or objects out. Repeatable.",
  },
} as const satisfies Options;

/** Makes errors that are the user's to read come out as such: as text, or with `--json` as `{ "error": … }`. */
export function guarded(run: Command["run"]): Command["run"] {
  return async (input, terminal) => {
    try {
      return await run(input, terminal);
    } catch (cause) {
      const told = describeError(cause);
      if (told === null || terminal.signal.aborted) throw cause;
      if (!isOn(input, "json")) throw new CommandError(told.message);
      terminal.out(JSON.stringify({ error: told }));
      return 1;
    }
  };
}

/** Reads the file that `--environments` names, or the one that is there. */
export function environmentsFile(input: Input, terminal: Terminal): Promise<EnvironmentsFile> {
  return readEnvironmentsFile(terminal.directory, textOf(input, "environments"));
}

/** Opens one environment of a file. */
export function open(file: EnvironmentsFile, name: string, role: Role, terminal: Terminal): OpenEnvironment {
  return openEnvironment(environmentOf(file, name, terminal.environment, role), terminal.environment, terminal.signal);
}

/** The selection that the options make. */
export function selectionOf(input: Input): Selection {
  const patterns = (name: string) => textsOf(input, name).map((text) => parsePattern(text, catalogue.resources));
  return { only: patterns("only"), except: patterns("exclude") };
}

/** Reads the configuration of an environment. */
export function readLive(
  { environment, backend }: OpenEnvironment,
  selection: Selection,
  terminal: Terminal,
  data: readonly DataClass[] = [],
): Promise<Snapshot> {
  if (terminal.isInteractive) terminal.err(`Reading ${environment.name} …`);
  const excluded = new Set(selection.except.flatMap(({ wholeKinds }) => wholeKinds));
  return readSnapshot(backend, {
    definitions: catalogue.resources,
    data: new Set(data),
    key: environment.key,
    isExcluded: (type) => excluded.has(type),
  });
}

/** Something that can be compared from: an environment, a snapshot file, or Appwrite's own `appwrite.config.json`. */
export interface Source {
  readonly name: string;
  readonly snapshot: Snapshot;
  /** Null when it is a file. */
  readonly environment: Environment | null;
  readonly backend: Backend | null;
  readonly project: string;
  /** Kinds that the source speaks of; null = all. Of others it says nothing. */
  readonly types: ReadonlySet<string> | null;
}

/** Reads the source that a word names: an environment's name, or the path of a file. */
export async function sourceOf(
  name: string,
  file: EnvironmentsFile,
  selection: Selection,
  terminal: Terminal,
  data: readonly DataClass[] = [],
): Promise<Source> {
  const path = resolve(terminal.directory, name);
  if (!Object.hasOwn(file.environments, name) && existsSync(path)) return sourceFile(name, path);
  const opened = open(file, name, "source", terminal);
  const snapshot = await readLive(opened, selection, terminal, data);
  return {
    name,
    snapshot,
    environment: opened.environment,
    backend: opened.backend,
    project: opened.environment.project,
    types: null,
  };
}

/** The plan that makes an environment like a source, with the data that it would destroy. */
export async function planFor(
  source: Source,
  target: OpenEnvironment,
  targetSnapshot: Snapshot,
  file: EnvironmentsFile,
  options: {
    readonly ids: IdMap;
    readonly keepsExtra: boolean;
    choose(pairs: readonly Pair[], world: World): readonly Pair[];
  },
): Promise<EnvironmentPlan> {
  const { environment, backend } = target;
  const sameServer = source.environment !== null && areProjectsOfOneServer(source.environment, environment);
  const plan = planEnvironment({
    source: source.snapshot,
    target: targetSnapshot,
    fromProject: source.project,
    ids: options.ids,
    definitions: catalogue.resources,
    rules: {
      project: environment.project,
      target: environment.name,
      allowed: file.differences.map((text) => parsePattern(text, catalogue.resources)),
      secrets: environment.secrets,
      values: environment.values,
      isSameServer: sameServer,
      keepsExtra: options.keepsExtra,
    },
    choose: (pairs, world) => {
      const spoken = pairs.filter(({ definition }) => source.types?.has(definition.type) ?? true);
      return options.choose(spoken, world);
    },
  });
  return countLosses(plan, backend);
}

/** The map of ids between a source and an environment. */
export function idMapOf(file: EnvironmentsFile, from: string, to: string, isWritten: boolean): IdMap {
  return openIdMap(idMapPath(file.folder, from.replace(/[^A-Za-z0-9_-]+/g, "_"), to), isWritten);
}

/** Chooses by a selection. */
export function choosing(selection: Selection): (pairs: readonly Pair[], world: World) => readonly Pair[] {
  return (pairs, world) => select(selection, pairs, world);
}

/** Are colours wanted? */
export function isColoured({ isInteractive, environment }: Terminal): boolean {
  return isInteractive && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
}

function sourceFile(name: string, path: string): Source {
  const text = readFileSync(path, "utf8");
  const isConfig = /"(?:projectId|tablesDB|projectName)"\s*:/.test(text) && !text.includes("appwrite-iac/snapshot");
  if (!isConfig)
    return {
      name,
      snapshot: parseSnapshot(text, path, catalogue.resources),
      environment: null,
      backend: null,
      project: "",
      types: null,
    };
  const config = parseConfigFile(path, catalogue.resources);
  return {
    name,
    snapshot: config.snapshot,
    environment: null,
    backend: null,
    project: config.project,
    types: config.types,
  };
}

function describeError(cause: unknown): { readonly code: string; readonly message: string } | null {
  if (cause instanceof ApiError) {
    const { method, path, status, type, message, hint } = cause.details;
    return {
      code: type,
      message: [`${method} ${path}: ${status} ${type}: ${message}`, hint].filter(Boolean).join("\n"),
    };
  }
  if (cause instanceof ConnectionError) {
    return { code: "connection_failed", message: [cause.message, cause.hint].filter(Boolean).join("\n") };
  }
  if (cause instanceof UserError) return { code: "invalid", message: cause.message };
  if (cause instanceof EnvironmentError) return { code: "environment", message: cause.message };
  return cause instanceof CommandError ? { code: "usage", message: cause.message } : null;
}
