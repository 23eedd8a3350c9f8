import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkEndpoint, createClient } from "../../provider/client/index.ts";
import { create, update } from "../../provider/engine/apply.ts";
import { decide } from "../../provider/engine/decide.ts";
import { startOperation } from "../../provider/engine/operation.ts";
import { read } from "../../provider/engine/read.ts";
import { createWait } from "../../provider/engine/wait.ts";
import { catalogue } from "../../provider/resources/index.ts";
import type { Backend } from "../../provider/schema/backend.ts";
import type { ResourceDefinition } from "../../provider/schema/resource.ts";
import { isUnknown, type Row, type Value } from "../../provider/schema/value.ts";
import { type Expression, type ResourceBlock, readResources } from "./hcl.ts";
import { exampleFile } from "./terraform.ts";

const EXAMPLES = join(__dirname, "..", "..", "examples", "resources");

/** What every secret of the examples begins with that comes by a variable: it must turn up nowhere. */
export const CANARY = "canary-4f7a";

/** A client of a project of an emulator. */
export function clientOf(place: {
  readonly endpoint: string;
  readonly projectId: string;
  readonly apiKey: string;
}): Backend {
  const checked = checkEndpoint(place.endpoint);
  if ("fault" in checked) throw new Error(checked.fault);
  return createClient({
    endpoint: checked.endpoint,
    projectId: place.projectId,
    apiKey: place.apiKey,
    userAgent: "test",
    version: "test",
    signal: new AbortController().signal,
  });
}

/**
 * Fills a project with everything that the examples show, through the engine: an object of every kind. Ids are made different for each
 * example, so that the examples do not meet. Grows with the catalogue by itself.
 */
export async function fillProject(
  backend: Backend,
  isWanted: (type: string) => boolean = () => true,
): Promise<readonly string[]> {
  return (await makeProject(backend, isWanted)).map(({ type, name }) => `${type}.${name}`);
}

/** As `fillProject`; gives the objects with their states. */
export async function makeProject(
  backend: Backend,
  isWanted: (type: string) => boolean = () => true,
): Promise<readonly Made[]> {
  const made: Made[] = [];
  const types = catalogue.resources
    .map(({ type }) => type)
    .filter((type) => isWanted(type) && isInProject(type) && existsSync(join(EXAMPLES, type, "resource.tf")));
  for (const [index, type] of types.entries()) {
    made.push(
      ...(await makeExample(backend, exampleFile(`resources/${type}/resource.tf`), join(EXAMPLES, type), `-${index}`)),
    );
  }
  return made;
}

/** An object that an example made. */
export interface Made {
  readonly type: string;
  readonly name: string;
  readonly config: Row;
  readonly state: Row;
}

/** Is it an object in a project? The project itself is none. */
function isInProject(type: string): boolean {
  return catalogue.resources.find((one) => one.type === type)?.attributes["project_id"] !== undefined;
}

/** Applies one file; `suffix` is put behind every id that it chooses. Gives the addresses of what was made. */
export async function applyExample(
  backend: Backend,
  source: string,
  folder: string,
  suffix: string,
): Promise<readonly string[]> {
  return (await makeExample(backend, source, folder, suffix)).map(({ type, name }) => `${type}.${name}`);
}

/** As `applyExample`; gives the objects with their states. */
export async function makeExample(
  backend: Backend,
  source: string,
  folder: string,
  suffix: string,
): Promise<readonly Made[]> {
  const blocks = readResources(source);
  const states = new Map<string, Promise<Made>>();
  const stateOf = (block: ResourceBlock): Promise<Made> => {
    const name = `${block.type}.${block.name}`;
    const known = states.get(name);
    if (known) return known;
    const state = applyBlock(backend, block, folder, suffix, async (path) => {
      if (path[0] === "var") return `${CANARY}-${path[1]}`;
      const referred = blocks.find((one) => one.type === path[0] && one.name === path[1]);
      if (!referred) throw new Error(`${name} refers to ${path.join(".")}, which is not there.`);
      return (await stateOf(referred)).state[path[2] ?? "id"] ?? null;
    });
    states.set(name, state);
    return state;
  };
  const made: Made[] = [];
  for (const block of blocks) made.push(await stateOf(block));
  return made;
}

async function applyBlock(
  backend: Backend,
  block: ResourceBlock,
  folder: string,
  suffix: string,
  refer: (path: readonly string[]) => Promise<Value>,
): Promise<Made> {
  const definition = catalogue.resources.find(({ type }) => type === block.type);
  if (!definition) throw new Error(`The catalogue has no ${block.type}.`);
  const config = suffixed(definition, await evaluate(block.arguments, folder, refer), suffix);
  const known = (await definition.hooks?.foresee?.(config, null, backend))?.known ?? {};
  const facts = { projectId: backend.projectId, known };
  const run = (kind: "create" | "update") =>
    startOperation(definition, kind, backend, createWait(), new Set(), undefined);
  const told: Row = { ...config, project_id: backend.projectId };
  const there = definition.singleton ? await read(run("update"), told) : null;
  const { change } = decide(definition, null, config, facts);
  const operation = run("create");
  const state =
    there && !definition.hooks?.create
      ? await update(operation, there, change.planned ?? {}, config)
      : await create(operation, change.planned ?? {}, config);
  const failed = operation.progress.diagnostics.find(({ severity }) => severity === "error");
  if (failed) throw new Error(`${block.type}.${block.name}: ${failed.summary}: ${failed.detail}`);
  const projectId = isUnknown(state["project_id"]) ? backend.projectId : (state["project_id"] ?? null);
  return { type: block.type, name: block.name, config, state: { ...state, project_id: projectId } };
}

/** Evaluates arguments. References are asked for until all are known, since what they name is made on demand. */
async function evaluate(
  values: { readonly [name: string]: Expression },
  folder: string,
  refer: (path: readonly string[]) => Promise<Value>,
): Promise<Row> {
  const answers = new Map<string, Value>();
  for (;;) {
    const asked = new Set<string>();
    const row = Object.fromEntries(
      Object.entries(values).map(([name, expression]) => [
        name,
        expression((path) => {
          const key = path.join(".");
          if (key === "path.module") return folder;
          if (!answers.has(key)) asked.add(key);
          return answers.get(key) ?? null;
        }) as Value,
      ]),
    );
    if (asked.size === 0) return row;
    for (const key of asked) answers.set(key, await refer(key.split(".")));
  }
}

/** Ids that the example chooses, made different from those of other examples. */
function suffixed(definition: ResourceDefinition, config: Row, suffix: string): Row {
  const own = definition.importId.at(-1) ?? "id";
  const attribute = definition.attributes[own];
  const isId = own === "id" && attribute?.options.generated && typeof config[own] === "string";
  const addresses = ["email", "phone", "identifier", "domain"].flatMap((name): (readonly [string, Value])[] => {
    const value = config[name];
    return typeof value === "string" ? [[name, otherAddress(value, suffix)]] : [];
  });
  return { ...config, ...Object.fromEntries(addresses), ...(isId ? { [own]: `${config[own]}${suffix}` } : {}) };
}

/** An address of its own for each example: the server takes each only once in a project. */
function otherAddress(address: string, suffix: string): string {
  if (address.includes("@")) return address.replace("@", `${suffix}@`);
  if (address.startsWith("+")) return `${address.slice(0, -2)}${suffix.slice(1).padStart(2, "0")}`;
  return address.includes(".") ? `x${suffix}${address}` : `${address}${suffix}`;
}
