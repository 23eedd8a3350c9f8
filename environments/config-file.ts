import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fromWire, readName } from "../provider/engine/wire.ts";
import { camelCase } from "../provider/schema/attribute.ts";
import type { Json, JsonObject } from "../provider/schema/backend.ts";
import type { ResourceDefinition } from "../provider/schema/resource.ts";
import type { Row, Value } from "../provider/schema/value.ts";
import { type Entity, entityOf, identifying, isSecret, type Omission, type Snapshot, telling } from "./entity.ts";
import { EnvironmentError } from "./environment-error.ts";
import { completed, prettyJson } from "./snapshot-file.ts";

/** What an `appwrite.config.json` tells. */
export interface ConfigFile {
  readonly project: string;
  readonly snapshot: Snapshot;
  /** Kinds that the file speaks of. Of others it says nothing, so they are left alone. */
  readonly types: ReadonlySet<string>;
}

/**
 * Reads the file of Appwrite's own command line. What an object there does not say is left alone, as with that command line. Parts that are no
 * configuration of ours (code, messages) are told as left out.
 */
export function parseConfigFile(path: string, definitions: readonly ResourceDefinition[]): ConfigFile {
  const content = withIncludes(readObject(path), dirname(path));
  const types = new Set<string>();
  const entities = definitions.flatMap((definition): readonly Entity[] => {
    const place = definition.cloning?.config;
    const part = place === undefined ? undefined : inside(content, place);
    if (part === undefined || part === null) return [];
    types.add(definition.type);
    if (definition.singleton) return isObject(part) ? [settingsOf(definition, part)] : [];
    return (Array.isArray(part) ? (part as readonly Json[]) : [])
      .filter(isObject)
      .map((object) => objectOf(definition, object));
  });
  return {
    project: String(content["projectId"] ?? ""),
    snapshot: { entities, omitted: unknownParts(content, path, definitions) },
    types,
  };
}

/** Writes the objects that `appwrite.config.json` has a place for, as `appwrite pull` does; the others are told. */
export function writeConfigFile(
  snapshot: Snapshot,
  project: string,
  endpoint: string,
): { readonly text: string; readonly omitted: readonly Omission[] } {
  const content: { [name: string]: Value } = { projectId: project, endpoint };
  const omitted: Omission[] = [...snapshot.omitted];
  for (const entity of snapshot.entities) {
    const place = entity.definition.cloning?.config;
    if (place === undefined) {
      omitted.push({ address: entity.address, reason: "appwrite.config.json has no place for it.", remedy: "" });
      continue;
    }
    const there = inside(content as JsonObject, place);
    if (entity.definition.singleton)
      put(content, place, { ...(isObject(there) ? there : {}), ...settingsText(entity) });
    else put(content, place, [...asList(there), objectText(entity)]);
    for (const [name, attribute] of telling(entity.definition)) {
      if ((entity.row[name] ?? null) === null || !isSecret(attribute, entity.row)) continue;
      omitted.push({ address: `${entity.address} ${name}`, reason: "A file holds no secrets.", remedy: "" });
    }
  }
  return { text: `${prettyJson(content)}\n`, omitted };
}

function objectOf(definition: ResourceDefinition, written: JsonObject): Entity {
  const object = renamed(definition, written);
  const parents = Object.fromEntries(
    identifying(definition)
      .slice(0, -1)
      .map((name) => [name, (object[camelCase(name)] ?? null) as Value]),
  );
  const row = fromWire(definition, object, parents);
  const told = new Set(
    Object.entries(definition.attributes)
      .filter(
        ([name, attribute]) => name in parents || Object.hasOwn(object, readName(name, attribute)?.split(".")[0] ?? ""),
      )
      .map(([name]) => name),
  );
  return { ...entityOf(definition, row, object), told };
}

/** An object of a file in the names of answers. */
function renamed({ attributes, cloning }: ResourceDefinition, object: JsonObject): JsonObject {
  const names = new Map(
    Object.entries(cloning?.configNames ?? {}).map(([name, key]) => [
      key,
      attributes[name] && readName(name, attributes[name]),
    ]),
  );
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value]));
}

function settingsOf(definition: ResourceDefinition, part: JsonObject): Entity {
  const found = new Map<string, Value>();
  for (const [name] of telling(definition)) {
    const key = keyIn(definition, part, name);
    if (key !== undefined) found.set(name, part[key] as Value);
  }
  return {
    ...entityOf(definition, completed(definition, Object.fromEntries(found) as Row)),
    told: new Set(found.keys()),
  };
}

/** The key of a settings object that means an attribute: `email-password` and `emailPassword` are `email_password`. */
function keyIn({ cloning }: ResourceDefinition, part: JsonObject, name: string): string | undefined {
  const wanted = plain(cloning?.configNames?.[name] ?? name);
  return Object.keys(part).find((key) => plain(key) === wanted);
}

function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
}

function settingsText({ definition, row }: Entity): Row {
  return Object.fromEntries(
    telling(definition).flatMap(([name]) => {
      const value = row[name] ?? null;
      return value === null || typeof value === "object"
        ? []
        : [[definition.cloning?.configNames?.[name] ?? camelCase(name), value]];
    }),
  );
}

/** An object as the server told it, without what is the server's own. */
function objectText({ definition, row, answer, address }: Entity): Value {
  if (answer === null)
    throw new EnvironmentError(`${address} comes from a file; appwrite.config.json is written from an environment.`);
  const parents = identifying(definition)
    .slice(0, -1)
    .map((name) => [camelCase(name), row[name] ?? null] as const);
  const fields = telling(definition).flatMap(([name, attribute]): (readonly [string, Value])[] => {
    const key = readName(name, attribute);
    if (key === null || !Object.hasOwn(answer, key) || isSecret(attribute, row)) return [];
    return [[definition.cloning?.configNames?.[name] ?? key, ownParts(answer[key] as Value)]];
  });
  return Object.fromEntries([...fields.slice(0, 1), ...parents, ...fields.slice(1)]);
}

const SERVERS_OWN = ["$id", "$createdAt", "$updatedAt", "$sequence", "status", "error"];

/** Columns and indexes without their status, and without the far sides of relationships, which the near side makes. */
function ownParts(value: Value): Value {
  if (!Array.isArray(value)) return value;
  return value
    .filter((part: Value) => !(isObject(part as Json) && (part as Row)["side"] === "child"))
    .map((part: Value) =>
      isObject(part as Json)
        ? Object.fromEntries(Object.entries(part as Row).filter(([key]) => !SERVERS_OWN.includes(key)))
        : part,
    );
}

function readObject(path: string): JsonObject {
  try {
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (isObject(content as Json)) return content as JsonObject;
  } catch (cause) {
    throw new EnvironmentError(`${path} is no JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
  throw new EnvironmentError(`${path} must hold an object, as appwrite.config.json does.`);
}

/** The content with the files of `includes` in their places: `{ "includes": { "tables": "tables.json" } }`. */
function withIncludes(content: JsonObject, folder: string): JsonObject {
  const { includes } = content;
  if (!isObject(includes)) return content;
  const parts = Object.entries(includes).map(([name, files]) => {
    const lists = [files].flat().map((file) => {
      const path = resolve(folder, String(file));
      if (!existsSync(path)) throw new EnvironmentError(`includes.${name} names ${String(file)}, which is not there.`);
      return JSON.parse(readFileSync(path, "utf8")) as Json;
    });
    return [
      name,
      [...asList(content[name]), ...lists.flatMap((list) => (Array.isArray(list) ? (list as Json[]) : [list]))],
    ] as const;
  });
  return { ...content, ...Object.fromEntries(parts) } as JsonObject;
}

/** Parts of the file that say nothing of the project's configuration, or that we have no kind for. */
const NOT_PARTS = ["organizationId", "projectId", "projectName", "endpoint", "includes", "$schema"];

function unknownParts(
  content: JsonObject,
  path: string,
  definitions: readonly ResourceDefinition[],
): readonly Omission[] {
  const places = new Map(
    definitions.flatMap((definition) =>
      definition.cloning?.config === undefined ? [] : [[definition.cloning.config, definition] as const],
    ),
  );
  const unread = (part: JsonObject, above: string): readonly string[] =>
    Object.entries(part).flatMap(([name, value]): readonly string[] => {
      const place = `${above}${name}`;
      if (NOT_PARTS.includes(place) || isEmpty(value)) return [];
      const definition = places.get(place);
      if (definition?.singleton && isObject(value)) {
        return unreadSettings(definition, value, place).filter((one) => !places.has(one));
      }
      if (definition) return [];
      const isAbove = [...places.keys()].some((one) => one.startsWith(`${place}.`));
      return isAbove && isObject(value) ? unread(value, `${place}.`) : [place];
    });
  return unread(content, "").map((place) => ({
    address: `${path} ${place}`,
    reason: "It is not configuration that can be carried.",
    remedy: "",
  }));
}

/** The settings of an object that mean no attribute of its kind. */
function unreadSettings(definition: ResourceDefinition, part: JsonObject, place: string): readonly string[] {
  const read = new Set(telling(definition).map(([name]) => keyIn(definition, part, name)));
  return Object.keys(part)
    .filter((key) => !read.has(key) && !isEmpty(part[key]))
    .map((key) => `${place}.${key}`);
}

function isEmpty(value: Json | undefined): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

function inside(content: JsonObject, place: string): Json | undefined {
  return place.split(".").reduce<Json | undefined>((part, name) => (isObject(part) ? part[name] : undefined), content);
}

function put(content: { [name: string]: Value }, place: string, value: Value): void {
  const [name = "", ...rest] = place.split(".");
  if (rest.length === 0) {
    content[name] = value;
    return;
  }
  const inner = { ...((content[name] ?? {}) as Row) };
  put(inner, rest.join("."), value);
  content[name] = inner;
}

function asList(value: Json | undefined): readonly Value[] {
  return Array.isArray(value) ? (value as readonly Value[]) : [];
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
