import { nearest } from "../provider/schema/nearest.ts";

/** The part of JSON Schema that our own files use. */
export interface JsonSchema {
  readonly type?: "object" | "array" | "string" | "boolean";
  readonly properties?: { readonly [name: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly pattern?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly $defs?: { readonly [name: string]: JsonSchema };
}

/** What is wrong with a value, each in a sentence that begins with the place; empty when nothing is. */
export function faultsOf(root: JsonSchema, value: unknown): readonly string[] {
  return judge(root, root, value, "");
}

function judge(root: JsonSchema, schema: JsonSchema, value: unknown, place: string): readonly string[] {
  const { $ref, anyOf, type } = schema;
  if ($ref !== undefined) return judge(root, root.$defs?.[$ref.replace("#/$defs/", "")] ?? {}, value, place);
  if (anyOf) {
    const outcomes = anyOf.map((one) => judge(root, one, value, place));
    // The most telling complaint is that of the form which has the value's own shape.
    return outcomes.find((faults) => faults.length === 0) ?? outcomes[typeof value === "string" ? 0 : 1] ?? [];
  }
  if (type !== undefined && typeName(value) !== type) {
    return [`${place || "The file"} must be ${ARTICLES[type]}, not ${shown(value)}.`];
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(String(value))) {
    return [`${place} must match ${schema.pattern}; ${shown(value)} does not.`];
  }
  if (type === "array")
    return (value as readonly unknown[]).flatMap((item, index) =>
      judge(root, schema.items ?? {}, item, `${place}[${index}]`),
    );
  return type === "object" ? judgeObject(root, schema, value as { readonly [name: string]: unknown }, place) : [];
}

function judgeObject(
  root: JsonSchema,
  schema: JsonSchema,
  value: { readonly [name: string]: unknown },
  place: string,
): readonly string[] {
  const known = schema.properties ?? {};
  const missing = (schema.required ?? [])
    .filter((name) => !Object.hasOwn(value, name))
    .map((name) => `${place || "The file"} lacks ${name}.`);
  const inside = Object.entries(value).flatMap(([name, inner]) => {
    const here = place === "" ? name : `${place}.${name}`;
    const own = Object.hasOwn(known, name) ? known[name] : undefined;
    if (own) return judge(root, own, inner, here);
    if (typeof schema.additionalProperties === "object") return judge(root, schema.additionalProperties, inner, here);
    if (schema.additionalProperties === false) return [unknown(here, name, Object.keys(known))];
    return [];
  });
  return [...missing, ...inside];
}

function unknown(place: string, name: string, known: readonly string[]): string {
  const close = nearest(name, known);
  return `${place} is not known${close === null ? `; known are ${known.join(", ")}` : `. Did you mean ${close}?`}`;
}

const ARTICLES = { object: "an object", array: "a list", string: "a text", boolean: "true or false" } as const;

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

/** A value in a message. Texts are not told: somebody may have written a key where its variable belongs. */
function shown(value: unknown): string {
  return typeof value === "string" ? "a text" : value === null ? "null" : `a ${typeName(value)}`;
}
