import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectScopes } from "../../emulator/projects.ts";
import routes from "../../emulator/routes.json";
import { dataSourcesOf } from "../../provider/engine/provider.ts";
import { wireName } from "../../provider/engine/wire.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { KEY_SCOPES } from "../../provider/resources/project/scopes.ts";
import type { Attribute, Attributes, AttributeType } from "../../provider/schema/attribute.ts";
import type { ResourceDefinition } from "../../provider/schema/resource.ts";
import { isList } from "../../provider/schema/value.ts";
import { evaluateExample } from "../../scripts/docs/function-example.ts";

/** Rules that every definition keeps: what the compiler cannot see and each reader of the data relies on. */

const examples = join(__dirname, "..", "..", "examples");
const SENTENCE = /^[A-Z`"0-9].*[.]$/s;
const ONE_SENTENCE = /^[A-Z](?:(?![.] ).)*[.]$/s;
/** Terraform's own words in a resource block. */
const RESERVED = ["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"];

const knownScopes = new Set([...projectScopes, ...KEY_SCOPES, ...routes.flatMap(({ scopes }) => scopes)]);
const resourceTypes = new Set(catalogue.resources.map(({ type }) => type));
const sources = dataSourcesOf(catalogue);

describe.each(catalogue.resources.map((definition) => [definition.type, definition] as const))(
  "%s",
  (type, definition) => {
    const { attributes, api, importId, lookup, scopes } = definition;
    const all = walk(attributes);

    test("says what it is, in sentences", () => {
      expect(definition.summary).toMatch(ONE_SENTENCE);
      if (definition.notes !== undefined) expect(definition.notes).toMatch(SENTENCE);
      if (definition.singleton) expect(definition.singleton.onDestroy).toMatch(SENTENCE);
      expect(definition.noun).toMatch(/^[a-zA-Z][\w -]*$/);
      expect(all.filter(([, { doc }]) => !SENTENCE.test(doc) || /  |undefined|\bTODO\b/.test(doc))).toEqual([]);
    });

    test("names attributes in Terraform's way, and each of them once on the wire", () => {
      const names = all.map(([path]) => path.split(".").at(-1) ?? "");
      expect(names.filter((name) => !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([]);
      expect(Object.keys(attributes).filter((name) => RESERVED.includes(name))).toEqual([]);
      expect(wireClashes(attributes)).toEqual([]);
    });

    test("refers to attributes and kinds that exist", () => {
      const named = Object.values(attributes).flatMap(({ options }) => [
        ...(options.conflictsWith ?? []),
        ...(options.requires ?? []),
        ...(options.twinOf === undefined ? [] : [options.twinOf]),
      ]);
      expect([...named, ...importId, ...(definition.importIdAlso ?? []).flat()].filter(isMissing(attributes))).toEqual(
        [],
      );
      expect(all.flatMap(([, { options }]) => options.ref ?? []).filter((ref) => !resourceTypes.has(ref))).toEqual([]);
      expect((lookup?.by ?? []).filter(isMissing(attributes))).toEqual([]);
      if (typeof api.update === "object") expect(Object.keys(api.update).filter(isMissing(attributes))).toEqual([]);
    });

    test("fills its calls from attributes, and those that read from the import id", () => {
      expect(calls(definition).flatMap(placeholders).filter(isMissing(attributes))).toEqual([]);
      const known = [...importId, "project_id"];
      const reading = [api.read, api.list?.path].flatMap((path) => placeholders(path ?? ""));
      expect(reading.filter((name) => !known.includes(name))).toEqual([]);
    });

    test("can be created, read, changed and deleted", () => {
      const isOnce = definition.singleton !== undefined;
      const has = (call: "create" | "read" | "update" | "delete"): boolean =>
        api[call] !== undefined || Object.hasOwn(definition.hooks ?? {}, call);
      const isChangeable = Object.values(attributes).some(
        ({ presence, options }) =>
          presence !== "computed" && options.replace !== true && options.wire !== false && options.send !== "create",
      );
      expect({
        create: has("create") || isOnce,
        read: has("read") || api.list !== undefined,
        update: has("update") || !isChangeable,
        delete: has("delete") || isOnce,
      }).toEqual({ create: true, read: true, update: true, delete: true });
    });

    test("has defaults that keep to its own rules", () => {
      const wrong = all.filter(([, attribute]) => attribute.presence === "default" && !isDefaultAllowed(attribute));
      expect(wrong.map(([path]) => path)).toEqual([]);
    });

    test("asks for scopes that exist", () => {
      expect([scopes.read, scopes.write].flat().filter((scope) => !knownScopes.has(scope))).toEqual([]);
    });

    test("has an example", () => {
      expect(existsSync(join(examples, "resources", type, "resource.tf"))).toBe(true);
    });
  },
);

test("every kind is there once, and named after Appwrite", () => {
  for (const types of [
    catalogue.resources.map(({ type }) => type),
    sources.map(({ type }) => type),
    catalogue.ephemerals.map(({ type }) => type),
    catalogue.functions.map(({ name }) => `appwrite_${name}`),
  ]) {
    expect(types.filter((type, index) => types.indexOf(type) !== index)).toEqual([]);
    expect(types.filter((type) => !/^appwrite_[a-z][a-z0-9_]*$/.test(type))).toEqual([]);
  }
});

test("data sources and ephemeral resources say what they are, and ask for scopes that exist", () => {
  for (const one of [...sources, ...catalogue.ephemerals]) {
    expect([one.type, one.summary]).toEqual([one.type, expect.stringMatching(ONE_SENTENCE)]);
    expect(walk(one.attributes).filter(([, { doc }]) => !SENTENCE.test(doc))).toEqual([]);
    const scopes = Object.values(one.scopes).flat();
    expect(scopes.filter((scope) => !knownScopes.has(scope))).toEqual([]);
  }
});

test("the provider's options are described in sentences", () => {
  expect(catalogue.provider.summary).toMatch(ONE_SENTENCE);
  expect(walk(catalogue.provider.attributes).filter(([, { doc }]) => !SENTENCE.test(doc))).toEqual([]);
});

test.each(catalogue.functions.map((one) => [one.name, one] as const))(
  "the function %s is described, and its example works",
  (_, { signature, example }) => {
    expect(signature.description).toMatch(SENTENCE);
    const parameters = [...signature.parameters, ...(signature.variadic ? [signature.variadic] : [])];
    expect(parameters.filter(({ description }) => !SENTENCE.test(description))).toEqual([]);
    expect(evaluateExample(catalogue.functions, example)).not.toBeNull();
  },
);

/** All attributes with their paths, those of nested objects too. */
function walk(attributes: Attributes, prefix = ""): readonly (readonly [string, Attribute])[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => [
    [`${prefix}${name}`, attribute] as const,
    ...nested(attribute.type).flatMap((inner) => walk(inner, `${prefix}${name}.`)),
  ]);
}

function nested(type: AttributeType): readonly Attributes[] {
  if (type.kind === "object") return [type.attributes];
  return "element" in type ? nested(type.element) : [];
}

/** Names in requests that two attributes share; a secret and its write-only twin do so on purpose. */
function wireClashes(attributes: Attributes): readonly string[] {
  const sent = Object.entries(attributes)
    .filter(([, { presence, options }]) => presence !== "computed" && options.wire !== false && !options.twinOf)
    .map(([name, attribute]) => wireName(name, attribute));
  return sent.filter((name, index) => sent.indexOf(name) !== index);
}

function isMissing(attributes: Attributes): (name: string) => boolean {
  return (name) => !Object.hasOwn(attributes, name);
}

function calls({ api }: ResourceDefinition): readonly string[] {
  const update =
    typeof api.update === "object"
      ? Object.values(api.update).map((one) => (typeof one === "object" ? one.call : one))
      : [api.update];
  return [api.create, api.read, ...update, api.delete, api.list?.path, api.queue].filter((call) => call !== undefined);
}

function placeholders(template: string): readonly string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
}

function isDefaultAllowed({ type, options, default: value }: Attribute): boolean {
  const { length, range, pattern } = options;
  if (type.kind === "oneOf" && !type.values.includes(String(value))) return false;
  if (range && !(Number(value) >= Number(range[0]) && Number(value) <= Number(range[1]))) return false;
  const size = typeof value === "string" || isList(value) ? value.length : null;
  if (length && size !== null && (size < length[0] || size > length[1])) return false;
  return !(pattern && typeof value === "string" && !pattern.expression.test(value));
}
