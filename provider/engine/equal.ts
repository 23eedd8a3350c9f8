import type { Attribute, AttributeOptions, AttributeType } from "../schema/attribute.ts";
import { parseJson } from "../schema/json.ts";
import { canonicalJson, canonicalRecord } from "../schema/json-value.ts";
import { canonicalNumber } from "../schema/number.ts";
import { isList, isNumber, isRecord, isUnknown, type Value } from "../schema/value.ts";

/**
 * Do two values of an attribute mean the same to Appwrite? Order of sets, expansion of `write(…)`, spelling of instants and
 * JSON, and the answers that stand for "not set" make no difference. An unknown value equals nothing.
 */
export function sameValue(attribute: Pick<Attribute, "type" | "options">, left: Value, right: Value): boolean {
  if (isUnknown(left) || isUnknown(right)) return false;
  if (left === right) return true;
  return canonicalAttribute(attribute, left) === canonicalAttribute(attribute, right);
}

/**
 * The value to keep in state: what was there (`previous`) where the server's `fresh` value means the same, else the fresh
 * one. Reaches into maps, objects and lists, so that one changed element does not reword the others.
 */
export function keepWording(attribute: Pick<Attribute, "type" | "options">, previous: Value, fresh: Value): Value {
  if (isUnknown(previous)) return fresh;
  const { type } = attribute;
  switch (type.kind) {
    case "object":
      if (!isRecord(previous) || !isRecord(fresh)) break;
      return Object.fromEntries(
        Object.entries(type.attributes).map(([name, nested]) => {
          const before = previous[name] ?? null;
          // What the server does not tell stays, and what was never set inside an object is left alone as well, and not told.
          if (nested.options.read === false) return [name, nested.options.writeOnly ? null : before];
          if (nested.presence === "kept" && before === null) return [name, null];
          return [name, keepWording(nested, before, fresh[name] ?? null)];
        }),
      );
    case "map":
      if (!isRecord(previous) || !isRecord(fresh)) break;
      return Object.fromEntries(
        Object.entries(fresh).map(([key, value]) => [
          key,
          Object.hasOwn(previous, key) ? keepWording(plain(type.element), previous[key] ?? null, value) : value,
        ]),
      );
    case "list":
      if (!isList(previous) || !isList(fresh) || previous.length !== fresh.length) break;
      return fresh.map((value, index) => keepWording(plain(type.element), previous[index] ?? null, value));
    default:
      break;
  }
  return sameValue(attribute, previous, fresh) ? previous : fresh;
}

/** A permission list without aliases: `write("x")` becomes one permission for each word of `writes`. */
export function expandPermissions(permissions: readonly string[], writes: readonly string[]): readonly string[] {
  return permissions.flatMap((permission) => {
    const role = /^write\((.*)\)$/.exec(permission)?.[1];
    return role === undefined ? [permission] : writes.map((verb) => `${verb}(${role})`);
  });
}

function canonicalAttribute({ type, options }: Pick<Attribute, "type" | "options">, value: Value): string {
  if (value !== null && isAbsent(type, options, value)) return "null";
  return canonical(type, value);
}

function isAbsent(type: AttributeType, options: AttributeOptions, value: Value): boolean {
  return (options.absent ?? []).some((absent) => canonical(type, absent) === canonical(type, value));
}

/** A text that is equal exactly when the values mean the same. */
function canonical(type: AttributeType, value: Value): string {
  if (value === null) return "null";
  if (isUnknown(value)) return "unknown";
  switch (type.kind) {
    case "string":
    case "oneOf":
      return JSON.stringify(type.foldCase ? text(value).toLowerCase() : text(value));
    case "int":
    case "float":
      return isNumber(value) ? canonicalNumber(value) : JSON.stringify(value);
    case "bool":
      return JSON.stringify(value);
    case "json":
      return canonicalText(text(value), type.record ?? false);
    case "datetime": {
      const instant = Date.parse(text(value));
      return Number.isNaN(instant) ? JSON.stringify(text(value)) : `instant ${instant}`;
    }
    case "permissions":
      return unordered(
        expandPermissions(strings(value), type.writes).map((permission) => JSON.stringify(permission.normalize("NFC"))),
      );
    case "set":
    case "unordered":
      return unordered((isList(value) ? value : []).map((element) => canonical(type.element, element)));
    case "list":
      return `[${(isList(value) ? value : []).map((element) => canonical(type.element, element)).join()}]`;
    case "map":
      return `{${Object.entries(isRecord(value) ? value : {})
        .map(([key, element]) => `${JSON.stringify(key)}:${canonical(type.element, element)}`)
        .sort()
        .join()}}`;
    case "object":
      return `{${Object.entries(type.attributes)
        .map(
          ([name, nested]) => `${name}:${canonicalAttribute(nested, (isRecord(value) ? value[name] : null) ?? null)}`,
        )
        .join()}}`;
  }
}

/** JSON text without regard to spelling; a text that is not JSON stands for itself. */
function canonicalText(source: string, isRecord: boolean): string {
  try {
    const value = parseJson(source);
    return isRecord ? canonicalRecord(value) : canonicalJson(value);
  } catch {
    return JSON.stringify(source);
  }
}

function unordered(elements: readonly string[]): string {
  return `(${[...new Set(elements)].sort().join()})`;
}

function plain(type: AttributeType): Pick<Attribute, "type" | "options"> {
  return { type, options: {} };
}

function text(value: Value): string {
  return typeof value === "string" ? value.normalize("NFC") : String(value);
}

function strings(value: Value): readonly string[] {
  return isList(value) ? value.map(text) : [];
}
