import { listObjects } from "../provider/engine/data-source.ts";
import { startOperation } from "../provider/engine/operation.ts";
import { read } from "../provider/engine/read.ts";
import { createWait } from "../provider/engine/wait.ts";
import { fromWire } from "../provider/engine/wire.ts";
import { camelCase } from "../provider/schema/attribute.ts";
import { ApiError, type Backend, type Json, type JsonObject } from "../provider/schema/backend.ts";
import type { ResourceDefinition } from "../provider/schema/resource.ts";
import { isOlder } from "../provider/schema/server-version.ts";
import type { Row } from "../provider/schema/value.ts";
import { type Entity, entityOf, identifying, type Omission, ownId, type Snapshot } from "./entity.ts";
import { EnvironmentError } from "./environment-error.ts";
import { type DataClass, type Kind, kindsOf, parentAttribute } from "./kinds.ts";

/** What of a project is read. */
export interface SnapshotOptions {
  readonly definitions: readonly ResourceDefinition[];
  /** Content to read beside the configuration. */
  readonly data: ReadonlySet<DataClass>;
  /** The API key in use, which is no object to carry. */
  readonly key?: string;
  /** Kinds left out on purpose. */
  isExcluded(type: string): boolean;
  /** Told after each kind. */
  progress?(read: number, of: number): void;
}

/**
 * Reads all objects of a project, kind by kind from their lists. A kind that the key may not read does not stop the others: all of them
 * are told at the end, in one `EnvironmentError` that names the scopes. Nothing is left out in silence.
 */
export async function readSnapshot(live: Backend, options: SnapshotOptions): Promise<Snapshot> {
  const backend = remembering(live);
  const version = await backend.version();
  const omitted: Omission[] = [];
  const forbidden: Forbidden[] = [];
  const readings = new Map<Kind, Promise<readonly Entity[]>>();
  const server = { version, hasConsole: (await backend.console()) !== null };
  const kinds = kindsOf(options.definitions).filter((kind) => isAskedFor(kind, options, server, omitted));
  let done = 0;
  const limit = limiter(CONCURRENCY);

  const readKind = async (kind: Kind): Promise<readonly Entity[]> => {
    try {
      const above = kind.parent === null ? null : await readings.get(kind.parent);
      // Without its parents a kind is not there; why they are not there has been told.
      if (above === undefined) return [];
      return await entitiesOf(backend, kind, above, limit);
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      if (cause.details.missingScopes.length > 0) forbidden.push({ kind, scopes: cause.details.missingScopes });
      else if (isUnknownRoute(cause)) omitted.push(unknownRoute(kind, version));
      else throw cause;
      return [];
    } finally {
      done += 1;
      options.progress?.(done, kinds.length);
    }
  };
  for (const kind of kinds) readings.set(kind, readKind(kind));
  const read = (await Promise.all(readings.values())).flat();
  const entities = read.filter((entity) => !isOwnKey(entity, options.key));
  for (const { address } of read.filter((entity) => isOwnKey(entity, options.key))) {
    omitted.push({ address, reason: "It is the key that this command uses.", remedy: "" });
  }
  if (forbidden.length > 0) throw forbiddenError(forbidden);
  return { entities, omitted: omitted.sort((left, right) => (left.address < right.address ? -1 : 1)) };
}

/** The key by which the project is read: changing or deleting it would saw off the branch that the command sits on. */
function isOwnKey({ definition, answer }: Entity, key: string | undefined): boolean {
  if (key === undefined || answer === null) return false;
  return Object.entries(definition.attributes).some(
    ([name, { options }]) => options.sensitive === true && answer[camelCase(name)] === key,
  );
}

/** Requests at once: Appwrite's own advice for servers that others use as well. */
const CONCURRENCY = 8;

/** What a server can be asked. */
interface Reach {
  readonly version: string | null;
  /** Is there a console user, who may ask an older server for more than an API key? */
  readonly hasConsole: boolean;
}

function isAskedFor(
  kind: Kind,
  options: SnapshotOptions,
  { version, hasConsole }: Reach,
  omitted: Omission[],
): boolean {
  const { type, noun, cloning, since, byConsole = false, singleton, api, hooks } = kind.definition;
  if (kind.data !== null && !options.data.has(kind.data)) return false;
  // Carried in bulk, page by page, rather than read as objects.
  if (cloning?.copy) return false;
  if (options.isExcluded(type)) {
    omitted.push({ address: type, reason: "It is excluded.", remedy: "Leave --exclude away to carry it." });
    return false;
  }
  if (cloning?.skip) {
    omitted.push({ address: type, ...cloning.skip });
    return false;
  }
  if (since !== undefined && version !== null && isOlder(version, since) && !(byConsole && hasConsole)) {
    const reason = `API keys of Appwrite ${version} cannot manage a ${noun}: it needs ${since}.`;
    const remedy = byConsole
      ? "Upgrade the server, or give the environment consoleEmail and consolePassword, whose user may do it on this version."
      : "Upgrade the server, or set it in the console.";
    omitted.push({ address: type, reason, remedy });
    return false;
  }
  if (!singleton && !api.list && !hooks?.list) throw new Error(`${type} says nowhere how its objects are listed.`);
  return true;
}

async function entitiesOf(
  backend: Backend,
  kind: Kind,
  above: readonly Entity[] | null,
  limit: Limit,
): Promise<readonly Entity[]> {
  const { definition } = kind;
  const project = { project_id: backend.projectId };
  if (definition.singleton) {
    const operation = startOperation(definition, "update", backend, createWait(), new Set(), undefined);
    const row = await limit(() => read(operation, project));
    return row === null ? [] : [entityOf(definition, { ...row, ...project })];
  }
  const places =
    above === null ? [{ row: project, from: null }] : above.map((from) => ({ row: below(definition, from), from }));
  const found = await Promise.all(
    places.map(async ({ row, from }) => {
      const objects = toldByParent(definition, from) ?? (await limit(() => listObjects(definition, backend, row)));
      return objects
        .filter((object) => definition.cloning?.owns?.(object) ?? true)
        .map((object) => entityOf(definition, fromWire(definition, object, { ...row, ...project }), object));
    }),
  );
  return found.flat();
}

/** The attributes by which the children of an object name it and all above it. */
export function below(definition: ResourceDefinition, parent: Pick<Entity, "definition" | "row">): Row {
  const direct = parentAttribute(definition);
  return Object.fromEntries(
    identifying(definition)
      .slice(0, -1)
      .map((name) => [name, name === direct ? ownId(parent) : (parent.row[name] ?? null)]),
  );
}

function toldByParent(definition: ResourceDefinition, from: Entity | null): readonly JsonObject[] | null {
  const property = definition.cloning?.toldBy;
  const told = property === undefined ? undefined : from?.answer?.[property];
  return Array.isArray(told) ? (told as readonly JsonObject[]) : null;
}

interface Forbidden {
  readonly kind: Kind;
  readonly scopes: readonly string[];
}

function forbiddenError(forbidden: readonly Forbidden[]): EnvironmentError {
  const lines = forbidden.map(({ kind, scopes }) => {
    const own = [kind.definition.scopes.read].flat().find((scope) => scopes.includes(scope)) ?? scopes[0];
    return `  ${kind.definition.type} needs ${own}`;
  });
  const list = [...new Set(lines)].sort();
  return new EnvironmentError(
    `The API key may not read everything:\n${list.join("\n")}\nAdd these scopes to the key, or leave these kinds out with --exclude.`,
  );
}

/** A route that the server does not have: 1.9 answers a web page there (real-server F35). */
function isUnknownRoute({ details }: ApiError): boolean {
  return details.status === 404 && (details.type === "html" || details.type === "general_route_not_found");
}

function unknownRoute({ definition }: Kind, version: string | null): Omission {
  const path = definition.api.list?.path ?? definition.api.read ?? "";
  return {
    address: definition.type,
    reason: `This server${version === null ? "" : ` (Appwrite ${version})`} has no route for it (${path}).`,
    remedy: "Upgrade the server to carry it.",
  };
}

/** The same server, asked once for each thing: several kinds are parts of one answer. */
function remembering(backend: Backend): Backend {
  const answers = new Map<string, Promise<Json>>();
  return {
    ...backend,
    call: (call) => {
      if (call.method !== "GET") return backend.call(call);
      const key = JSON.stringify(call);
      const answer = answers.get(key) ?? backend.call(call);
      answers.set(key, answer);
      return answer;
    },
  };
}

type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets at most `most` pieces of work run at once. */
export function limiter(most: number): Limit {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
