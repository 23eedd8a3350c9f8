import type { Attributes, AttributeType } from "../../provider/schema/attribute.ts";
import type { ResourceDefinition } from "../../provider/schema/resource.ts";
import { isList, isRecord, type Row, type Value } from "../../provider/schema/value.ts";
import { inForm, localPath } from "./configurations.ts";
import { exampleValues } from "./example-values.ts";
import type { Core } from "./provider-calls.ts";

type Path = readonly (string | number)[];

/**
 * Makes a generated configuration valid, which rules between attributes (a varchar needs a size, an enum elements) seldom let it be by
 * chance: where validation finds fault, a value is taken away, or put where it is missing. Null when that does not help.
 */
export async function repaired(core: Core, definition: ResourceDefinition, config: Row): Promise<Row | null> {
  let row = config;
  for (let tries = 0; tries < 8; tries++) {
    const faults = await core.faults(row);
    if (faults.length === 0) return isComplete(definition, row) ? row : null;
    // A value that has two faults is taken away once.
    const places = new Map(faults.map((path) => [JSON.stringify(path), path]));
    for (const path of places.values()) row = mended(definition, row, path, tries);
  }
  return null;
}

/** Core itself refuses a configuration without what is required. */
function isComplete({ attributes }: ResourceDefinition, row: Row): boolean {
  return Object.entries(attributes).every(
    ([name, { presence }]) => presence !== "required" || (row[name] ?? null) !== null,
  );
}

/** Takes away what is wrong and can be left out; puts what the examples of the resource have, or a value of the type, where there must be one. */
function mended(definition: ResourceDefinition, row: Row, path: Path, tries: number): Row {
  if (path.length === 0) return row;
  const place = path.slice(0, lastName(path) + 1);
  const name = String(place.at(-1));
  const isRequired = place.length === 1 && definition.attributes[name]?.presence === "required";
  if (at(row, place) !== null && !isRequired) return put(row, place, null) as Row;
  const examples = exampleValues(definition.type)[name] ?? [];
  const sampled = sample(typeAt(definition.attributes, place));
  const { pattern } = definition.attributes[name]?.options ?? {};
  const fallback = name.endsWith("_path")
    ? localPath(name)
    : typeof sampled === "string" && place.length === 1
      ? inForm(sampled, pattern)
      : sampled;
  return put(row, place, examples[tries % examples.length] ?? fallback) as Row;
}

/** A fault inside a list of plain values takes the whole list away; one inside an object only the attribute. */
function lastName(path: Path): number {
  for (let index = path.length - 1; index >= 0; index--) if (typeof path[index] === "string") return index;
  return 0;
}

function at(value: Value, path: Path): Value {
  return path.reduce<Value>((inner, step) => {
    if (isRecord(inner)) return inner[String(step)] ?? null;
    return isList(inner) ? (inner[Number(step)] ?? null) : null;
  }, value);
}

function put(value: Value, [step, ...rest]: Path, fresh: Value): Value {
  if (step === undefined) return fresh;
  if (isRecord(value)) {
    const made = put(value[String(step)] ?? null, rest, fresh);
    return { ...value, [step]: made };
  }
  return isList(value) ? value.map((element, index) => (index === step ? put(element, rest, fresh) : element)) : value;
}

function typeAt(attributes: Attributes, [name, ...rest]: Path): AttributeType | null {
  let type = attributes[String(name)]?.type ?? null;
  for (const step of rest) {
    if (type === null) return null;
    if (type.kind === "object") type = type.attributes[String(step)]?.type ?? null;
    else if (type.kind === "map" || type.kind === "list" || type.kind === "set" || type.kind === "unordered")
      type = type.element;
  }
  return type;
}

function sample(type: AttributeType | null): Value {
  switch (type?.kind) {
    case "int":
    case "float":
      return 20;
    case "bool":
      return true;
    case "oneOf":
      return type.values[0] ?? null;
    case "list":
    case "set":
    case "unordered":
      return [sample(type.element)];
    case "map":
      return {};
    case "string":
      return "abc";
    case "json":
      return "{}";
    default:
      return null;
  }
}
