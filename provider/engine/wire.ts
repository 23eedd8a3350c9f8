import { type Attribute, type AttributeType, camelCase } from "../schema/attribute.ts";
import { ConnectionError, type Json, type JsonObject } from "../schema/backend.ts";
import { parseJson, writeJson } from "../schema/json.ts";
import type { ResourceDefinition } from "../schema/resource.ts";
import { isList, isNumber, isRecord, isUnknown, type Row, type Value } from "../schema/value.ts";
import { ownKey } from "./address.ts";
import { keepWording, sameValue } from "./equal.ts";

/** Which attributes a request carries. */
export type WireScope =
  | { readonly phase: "create" }
  /** All that the update takes (PUT). */
  | { readonly phase: "update"; readonly prior: Row }
  /** What changed, and what is always sent (PATCH). */
  | { readonly phase: "patch"; readonly prior: Row };

/**
 * A planned row as the body of a request. `config` gives the write-only values, which are in no plan. Unset values are
 * left out, never null (real-server F19), unless the attribute says what clears it.
 */
export function toWire(definition: ResourceDefinition, planned: Row, config: Row, scope: WireScope): JsonObject {
  const fields = Object.entries(definition.attributes).flatMap(([name, attribute]): [string, Json][] => {
    if (!isSent(name, attribute, planned, scope)) return [];
    const written = config[name] ?? null;
    const value =
      attribute.options.writeOnly || isUnset(attribute, planned[name] ?? null, written)
        ? written
        : (planned[name] ?? null);
    if (isUnknown(value)) return [];
    if (value !== null) return [[wireName(name, attribute), encode(attribute.type, value)]];
    const wasSet = scope.phase !== "create" && !sameValue(attribute, scope.prior[name] ?? null, null);
    const { clear } = attribute.options;
    // A write-only twin that is unset leaves the word to the attribute that it stands for.
    return wasSet && clear !== undefined && !attribute.options.writeOnly ? [[wireName(name, attribute), clear]] : [];
  });
  const body: JsonObject = Object.fromEntries(fields);
  return definition.hooks?.toWire?.(body, planned, scope.phase === "create" ? "create" : "update") ?? body;
}

/**
 * An answer as a row. `previous` (the plan, or the state before) gives what the server does not tell, and the wording of what
 * means the same. An import tells what stands for "not set" where a configuration may have it.
 */
export function fromWire(
  definition: ResourceDefinition,
  answer: JsonObject,
  previous: Row | null,
  isImport = false,
): Row {
  const { hooks, attributes } = definition;
  const object = hooks?.fromWire?.(answer, previous) ?? answer;
  const regular = Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => {
      const before = previous?.[name] ?? null;
      const fresh = readAttribute(name, attribute, object, isImport);
      if (fresh === undefined)
        return [name, previous?.[name] === undefined ? untold(attribute) : isUnknown(before) ? null : before];
      // What was never set is left alone, and not told either, unless the object is being imported.
      const isQuiet = attribute.presence === "kept" || attribute.options.readWhenSet === true;
      if (isQuiet && previous?.[name] === null) return [name, null];
      return [name, previous?.[name] === undefined ? fresh : keepWording(attribute, before, fresh)];
    }),
  );
  const row = hooks?.decode?.(regular, object, previous) ?? regular;
  if (row === regular) return row;
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [
      name,
      previous?.[name] === undefined ? (row[name] ?? null) : keepWording(attribute, previous[name], row[name] ?? null),
    ]),
  );
}

/**
 * What a call answered about an object, as a row. Throws `ConnectionError` when it does not even tell which object it is about: an answer
 * that a proxy made, or half of one, must not pass for an object without values.
 */
export function fromAnswer(
  definition: ResourceDefinition,
  answer: JsonObject | null | undefined,
  previous: Row | null,
  isImport = false,
): Row {
  const key = ownKey(definition);
  const attribute = definition.attributes[key];
  const isKeyed = definition.singleton === undefined && attribute !== undefined && readName(key, attribute) !== null;
  if (isRecord(answer as Value)) {
    const row = fromWire(definition, answer as JsonObject, previous, isImport);
    if (!isKeyed || (row[key] ?? null) !== null) return row;
  }
  throw new ConnectionError(`What was answered about the ${definition.noun} tells no ${key}, so it is not taken.`, {
    maybeSent: true,
    hint: "Try again; if it stays, look at the proxy between, and at the server's version.",
  });
}

/** An attribute that the server does not tell, when there is no state yet: its default, so that an import plans empty. */
export function untold({ presence, default: fallback }: Attribute): Value {
  return presence === "default" ? (fallback ?? null) : null;
}

/** The attributes whose planned value changes a request: those that differ from `prior`, and write-only ones whose version does. */
export function changedAttributes(definition: ResourceDefinition, prior: Row, planned: Row): readonly string[] {
  return Object.entries(definition.attributes)
    .filter(([name, attribute]) => isDifferent(name, attribute, prior, planned))
    .map(([name]) => name);
}

/** The name of an attribute in requests. */
export function wireName(name: string, { options }: Attribute): string {
  if (typeof options.wire === "string") return options.wire;
  return camelCase(options.twinOf ?? name);
}

/** The path of an attribute in answers; null when the server does not tell it. */
export function readName(name: string, attribute: Attribute): string | null {
  const { read, wire, unreadable, writeOnly } = attribute.options;
  if (read === false || unreadable || writeOnly) return null;
  if (read !== undefined) return read;
  return wire === false ? null : wireName(name, attribute);
}

/** A value as JSON for the wire, by its type. */
export function encode(type: AttributeType, value: Value): Json {
  switch (type.kind) {
    case "json":
      return typeof value === "string" ? (parseJson(value) as Json) : (value as Json);
    case "list":
    case "set":
    case "unordered":
      return isList(value) ? value.map((element) => encode(type.element, element)) : null;
    case "map":
      return isRecord(value)
        ? Object.fromEntries(Object.entries(value).map(([key, element]) => [key, encode(type.element, element)]))
        : null;
    case "object":
      return isRecord(value)
        ? Object.fromEntries(
            Object.entries(type.attributes).flatMap(([name, nested]): [string, Json][] =>
              (value[name] ?? null) === null
                ? []
                : [[wireName(name, nested), encode(nested.type, value[name] ?? null)]],
            ),
          )
        : null;
    default:
      return value as Json;
  }
}

/** JSON of the wire as a value, by its type. `undefined` and null are null. */
export function decode(type: AttributeType, json: Json | undefined, isImport = false): Value {
  if (json === undefined || json === null) return null;
  switch (type.kind) {
    case "string":
    case "oneOf":
    case "datetime":
      return typeof json === "string"
        ? json.normalize("NFC")
        : typeof json === "object"
          ? writeJson(json)
          : String(json);
    case "bool":
      return typeof json === "boolean" ? json : json === "true" || json === 1;
    case "int":
    case "float":
      if (typeof json === "string") return Number.isNaN(Number(json)) ? null : Number(json);
      return isNumber(json as Value) ? (json as number | bigint) : null;
    case "json":
      return typeof json === "string" ? json : writeJson(json);
    case "permissions":
      return Array.isArray(json) ? json.map(String) : [];
    case "list":
    case "set":
    case "unordered":
      return Array.isArray(json) ? json.map((element: Json) => decode(type.element, element, isImport)) : [];
    case "map":
      // Appwrite writes an empty object as an empty array.
      return typeof json === "object" && !Array.isArray(json)
        ? Object.fromEntries(
            Object.entries(json).map(([key, element]) => [key, decode(type.element, element, isImport)]),
          )
        : {};
    case "object":
      return Object.fromEntries(
        Object.entries(type.attributes).map(([name, nested]) => [
          name,
          typeof json === "object" && !Array.isArray(json)
            ? (readAttribute(name, nested, json as JsonObject, isImport) ?? null)
            : null,
        ]),
      );
  }
}

/** Is what is planned only told for "not set", and written by nobody? */
function isUnset(attribute: Attribute, planned: Value, written: Value): boolean {
  return attribute.options.unset !== undefined && written === null && sameValue(attribute, planned, null);
}

function isSent(name: string, attribute: Attribute, planned: Row, scope: WireScope): boolean {
  const { wire, send } = attribute.options;
  if (wire === false || (attribute.presence === "computed" && !attribute.options.generated)) return false;
  if (scope.phase === "create") return send !== "update";
  if (send === "create") return false;
  // A PUT resets what it leaves out, but a secret goes only when it changed: the server keeps it otherwise.
  if (scope.phase === "update" && !attribute.options.writeOnly) return true;
  return send === "always" || isDifferent(name, attribute, scope.prior, planned);
}

function isDifferent(name: string, attribute: Attribute, prior: Row, planned: Row): boolean {
  if (attribute.options.writeOnly) {
    const version = `${name}_version`;
    return !sameValue({ type: { kind: "int" }, options: {} }, prior[version] ?? null, planned[version] ?? null);
  }
  return !sameValue(attribute, prior[name] ?? null, planned[name] ?? null);
}

function readAttribute(name: string, attribute: Attribute, object: JsonObject, isImport: boolean): Value | undefined {
  const path = readName(name, attribute);
  if (path === null) return undefined;
  const value = decode(attribute.type, property(object, path), isImport);
  const isAbsent = (attribute.options.absent ?? []).some((absent) =>
    sameValue({ type: attribute.type, options: {} }, absent, value),
  );
  if (!isAbsent) return value;
  return isImport ? (attribute.options.unset ?? null) : null;
}

function property(object: JsonObject, path: string): Json | undefined {
  if (Object.hasOwn(object, path)) return object[path];
  return path
    .split(".")
    .reduce<Json | undefined>(
      (inner, name) =>
        typeof inner === "object" && inner !== null && !Array.isArray(inner) && Object.hasOwn(inner, name)
          ? (inner as JsonObject)[name]
          : undefined,
      object,
    );
}
