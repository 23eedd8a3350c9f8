import { join } from "node:path";
import type { Attribute, AttributeType, Pattern } from "../../provider/schema/attribute.ts";
import type { ResourceDefinition } from "../../provider/schema/resource.ts";
import { isUnknown, type Row, UNKNOWN, type Value } from "../../provider/schema/value.ts";
import fc from "./fast-check.ts";

/** Configurations of a resource that keep to its constraints, as a user might write them; some values may be unknown. */
export function configurations(
  definition: ResourceDefinition,
  options: { readonly unknowns?: boolean } = {},
): fc.Arbitrary<Row> {
  return fc.record(
    Object.fromEntries(
      Object.entries(definition.attributes).map(([name, attribute]) => [
        name,
        name.endsWith("_path") && attribute.type.kind === "string"
          ? fc.constantFrom(null, localPath(name))
          : configured(attribute, options.unknowns ?? false),
      ]),
    ),
  ) as fc.Arbitrary<Row>;
}

/** Something that is there wherever the tests run, for an attribute that names a file, or a folder with code. */
export function localPath(attribute: string): string {
  if (attribute !== "code_path") return join(__dirname, "configurations.ts");
  return join(__dirname, "..", "..", "examples", "resources", "appwrite_function_deployment", "code");
}

/** What the server makes of a plan: every unknown value becomes something of its type. */
export function answered(definition: ResourceDefinition, planned: Row): Row {
  return Object.fromEntries(
    Object.entries(definition.attributes).map(([name, { type }]) => [name, settle(type, planned[name] ?? null)]),
  );
}

function configured(attribute: Attribute, unknowns: boolean): fc.Arbitrary<Value> {
  if (attribute.presence === "computed") return fc.constant(null);
  const value = valueOf(attribute.type, attribute);
  const known = attribute.presence === "required" ? value : fc.oneof(fc.constant(null), value);
  return unknowns ? fc.oneof({ weight: 5, arbitrary: known }, { weight: 1, arbitrary: fc.constant(UNKNOWN) }) : known;
}

/** A word in a form that a pattern asks for: itself, an e-mail address, a phone number. */
export function inForm(word: string, pattern?: Pattern): string {
  const digits = [...word].map((letter) => letter.charCodeAt(0) % 10).join("");
  const forms = [word, `${word}x`, `${word}@example.com`, `+1206${digits.padEnd(7, "5").slice(0, 7)}`];
  return forms.find((form) => pattern?.expression.test(form)) ?? word;
}

/** Values of a type, within the constraints of the attribute where it is given. */
export function valueOf(type: AttributeType, attribute?: Pick<Attribute, "options">): fc.Arbitrary<Value> {
  const [least, most] = attribute?.options.length ?? [0, 12];
  switch (type.kind) {
    case "string":
      return fc
        .string({ minLength: Math.max(1, least), maxLength: Math.min(most, 20), unit: fc.constantFrom(..."abcxyz019") })
        .map((word) => inForm(word, attribute?.options.pattern));
    case "oneOf":
      return fc.constantFrom(...type.values);
    case "int": {
      const [low, high] = attribute?.options.range ?? [-1000, 1000];
      return fc.integer({ min: Number(low), max: Math.min(Number(high), 2 ** 31) });
    }
    case "float":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "bool":
      return fc.boolean();
    case "json":
      return fc
        .dictionary(fc.string({ minLength: 1, maxLength: 4 }), fc.oneof(fc.integer(), fc.string(), fc.boolean()))
        .map((data) => JSON.stringify(data));
    case "datetime":
      return fc
        .date({ noInvalidDate: true, min: new Date(0), max: new Date("2100-01-01") })
        .map((date) => date.toISOString());
    case "permissions":
      return fc.array(
        fc
          .tuple(fc.constantFrom("read", ...type.writes, "write"), fc.constantFrom("any", "users", "team:a", "user:b"))
          .map(([verb, role]) => `${verb}("${role}")`),
        { maxLength: 5 },
      );
    case "list":
    case "set":
    case "unordered":
      return fc.array(valueOf(type.element), { minLength: least, maxLength: Math.min(Math.max(most, least), 5) });
    case "map":
      return fc.dictionary(
        fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom(..."abc") }),
        valueOf(type.element),
        { maxKeys: 3 },
      );
    case "object":
      return fc.record(
        Object.fromEntries(Object.entries(type.attributes).map(([name, nested]) => [name, configured(nested, false)])),
      ) as fc.Arbitrary<Value>;
  }
}

function settle(type: AttributeType, value: Value): Value {
  if (isUnknown(value)) return example(type);
  if (value === null) return null;
  if (type.kind === "object") {
    return Object.fromEntries(
      Object.entries(type.attributes).map(([name, nested]) => [
        name,
        settle(nested.type, (value as Row)[name] ?? null),
      ]),
    );
  }
  if (type.kind === "map")
    return Object.fromEntries(
      Object.entries(value as Row).map(([key, element]) => [key, settle(type.element, element)]),
    );
  if (Array.isArray(value) && (type.kind === "list" || type.kind === "set" || type.kind === "unordered")) {
    return value.map((element) => settle(type.element, element));
  }
  return value;
}

function example(type: AttributeType): Value {
  switch (type.kind) {
    case "string":
      return "from-server";
    case "oneOf":
      return type.values[0] ?? "";
    case "json":
      return "{}";
    case "datetime":
      return "2027-01-01T00:00:00.000+00:00";
    case "int":
    case "float":
      return 7;
    case "bool":
      return true;
    case "permissions":
    case "list":
    case "set":
    case "unordered":
      return [];
    case "map":
      return {};
    case "object":
      return Object.fromEntries(Object.entries(type.attributes).map(([name, nested]) => [name, example(nested.type)]));
  }
}
