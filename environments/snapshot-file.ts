import { untold } from "../provider/engine/wire.ts";
import type { Attribute, AttributeType } from "../provider/schema/attribute.ts";
import { parseJson, writeJson } from "../provider/schema/json.ts";
import type { ResourceDefinition } from "../provider/schema/resource.ts";
import { isList, isRecord, type Row, type Value } from "../provider/schema/value.ts";
import { type Entity, entityOf, isSecret, type Snapshot, telling } from "./entity.ts";
import { EnvironmentError } from "./environment-error.ts";

/** What stands at the beginning of a snapshot file. */
export const SNAPSHOT_FORMAT = "appwrite-iac/snapshot/1";

/**
 * A snapshot as text: the same project gives the same bytes. Objects by address, attributes in the order of their definition, sets and maps
 * sorted; no secrets, no timestamps, nothing of the server.
 */
export function writeSnapshot(snapshot: Pick<Snapshot, "entities">): string {
  const objects = Object.fromEntries(
    [...snapshot.entities]
      .sort((left, right) => (left.address < right.address ? -1 : 1))
      .map((entity) => [entity.address, describe(entity)]),
  );
  return `${prettyJson({ format: SNAPSHOT_FORMAT, objects })}\n`;
}

/** An object as a snapshot tells it: all that it is, without secrets. */
export function describe({ definition, row }: Entity): { readonly [name: string]: Value } {
  return Object.fromEntries(
    telling(definition).flatMap(([name, attribute]) => {
      const value = row[name] ?? null;
      return value === null || isSecret(attribute, row) ? [] : [[name, canonicalValue(attribute.type, value)]];
    }),
  );
}

/** Reads a snapshot file. Throws `EnvironmentError` when it is none, or tells of kinds that this version does not know. */
export function parseSnapshot(text: string, path: string, definitions: readonly ResourceDefinition[]): Snapshot {
  const content = parsed(text, path);
  if (!isRecord(content) || content["format"] !== SNAPSHOT_FORMAT || !isRecord(content["objects"])) {
    throw new EnvironmentError(
      `${path} is no snapshot: its format must be ${JSON.stringify(SNAPSHOT_FORMAT)}. Make one with appwrite-iac export ENVIRONMENT --format snapshot.`,
    );
  }
  const entities = Object.entries(content["objects"]).map(([address, attributes]) => {
    const type = address.split(".")[0] ?? "";
    const definition = definitions.find((one) => one.type === type);
    if (!definition || !isRecord(attributes)) {
      throw new EnvironmentError(
        `${path} tells of ${address}, which this version of appwrite-iac does not know. Upgrade it, or make the snapshot anew.`,
      );
    }
    const row = completed(definition, attributes);
    // A file holds no secrets, which is not to say that there are none.
    const told = Object.entries(definition.attributes).flatMap(([name, attribute]) =>
      isSecret(attribute, row) ? [] : [name],
    );
    return { ...entityOf(definition, row), told: new Set(told) };
  });
  const order = new Map(definitions.map(({ type }, index) => [type, index]));
  const rank = ({ definition }: Entity) => order.get(definition.type) ?? 0;
  return { entities: entities.sort((left, right) => rank(left) - rank(right)), omitted: [] };
}

/** A row with everything that a file leaves out because it is null or the server's. */
export function completed(definition: ResourceDefinition, attributes: Row): Row {
  return Object.fromEntries(
    Object.entries(definition.attributes).map(([name, attribute]) => [
      name,
      Object.hasOwn(attributes, name) ? filled(attribute.type, attributes[name] ?? null) : untold(attribute),
    ]),
  );
}

function filled(type: AttributeType, value: Value): Value {
  if (type.kind === "object" && isRecord(value)) {
    return Object.fromEntries(
      Object.entries(type.attributes).map(([name, nested]) => [
        name,
        Object.hasOwn(value, name) ? filled(nested.type, value[name] ?? null) : untold(nested),
      ]),
    );
  }
  if (type.kind === "map" && isRecord(value)) return mapValues(value, (inner) => filled(type.element, inner));
  if (type.kind === "list" && isList(value)) return value.map((inner) => filled(type.element, inner));
  return value;
}

/** A value whose parts are in an order that says nothing of where it came from. */
function canonicalValue(type: AttributeType, value: Value): Value {
  switch (type.kind) {
    case "permissions":
    case "set":
    case "unordered":
      return isList(value)
        ? [...new Set(value.map((inner) => writeJson(canonicalValue(element(type), inner))))].sort().map(parseJson)
        : value;
    case "list":
      return isList(value) ? value.map((inner) => canonicalValue(type.element, inner)) : value;
    case "map":
      return isRecord(value) ? sorted(mapValues(value, (inner) => canonicalValue(type.element, inner))) : value;
    case "object":
      return isRecord(value) ? canonicalObject(type.attributes, value) : value;
    case "json":
      return typeof value === "string" ? writeJson(sortedDeep(parseJson(value))) : value;
    default:
      return value;
  }
}

function canonicalObject(attributes: { readonly [name: string]: Attribute }, value: Row): Value {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, attribute]) => {
      const inner = value[name] ?? null;
      return inner === null || attribute.options.clone === "skip" || isSecret(attribute, value)
        ? []
        : [[name, canonicalValue(attribute.type, inner)]];
    }),
  );
}

function element(type: AttributeType): AttributeType {
  return "element" in type ? type.element : { kind: "string" };
}

function mapValues(record: Row, change: (value: Value) => Value): Row {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function sorted(record: Row): Row {
  return Object.fromEntries(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function sortedDeep(value: Value): Value {
  if (isList(value)) return value.map(sortedDeep);
  return isRecord(value) ? sorted(mapValues(value, sortedDeep)) : value;
}

/** JSON for people and for git: two spaces, one member a line, all digits of numbers. */
export function prettyJson(value: Value, indent = ""): string {
  const deeper = `${indent}  `;
  if (isList(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((inner) => deeper + prettyJson(inner, deeper)).join(",\n")}\n${indent}]`;
  }
  if (isRecord(value)) {
    const members = Object.entries(value);
    if (members.length === 0) return "{}";
    return `{\n${members.map(([key, inner]) => `${deeper}${JSON.stringify(key)}: ${prettyJson(inner, deeper)}`).join(",\n")}\n${indent}}`;
  }
  return writeJson(value);
}

function parsed(text: string, path: string): Value {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new EnvironmentError(`${path} is no JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
}
