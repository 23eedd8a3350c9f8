import { schemasOf } from "../../provider/engine/provider.ts";
import { catalogue } from "../../provider/resources/index.ts";
import type { SchemaAttribute, TerraformType } from "../../provider/schema/terraform-type.ts";
import { typeOfAttribute } from "../../provider/schema/terraform-type.ts";
import peer from "./peer-schemas.json";

/**
 * What makes us a drop-in: every attribute of Appwrite's own provider is here with the same type; what its users may leave out may be left
 * out, what they read can be read, defaults are equal, secrets are hidden, and import ids have as many parts. `peer-schemas.json` holds
 * the facts (version 2.1, without what exists on Cloud alone): `type presence [sensitive] [write-only] [default=…]`.
 */

interface Told {
  readonly type: string;
  readonly presence: string;
  readonly isSensitive: boolean;
  readonly isWriteOnly: boolean;
  readonly fallback: unknown;
}

const schemas = schemasOf(catalogue);
/** Attributes of ours by type, so that a default can be compared: the schema does not tell it. */
const definitions = new Map(catalogue.resources.map((definition) => [definition.type, definition]));

describe.each(Object.entries(peer.resources))("%s", (type, told) => {
  const definition = definitions.get(type);

  test("has every attribute of the peer's, so that its configurations and states fit", () => {
    expect(differences(told.attributes, schemas.resources[type]?.attributes ?? [])).toEqual([]);
  });

  test("has the peer's defaults", () => {
    const wrong = Object.entries(told.attributes).filter(([name, words]) => {
      const { fallback } = parse(words);
      return fallback !== undefined && definition?.attributes[name]?.default !== fallback;
    });
    expect(wrong).toEqual([]);
  });

  test("takes the peer's import ids", () => {
    const [form = ""] = told.importId.split(" or ");
    expect(definition?.importId).toHaveLength(form.split("/").length);
  });
});

test.each(Object.entries(peer.dataSources))("the data source %s has every attribute of the peer's", (type, told) => {
  expect(differences(told, schemas.dataSources[type]?.attributes ?? [])).toEqual([]);
});

test("ephemeral resources have every attribute of the peer's", () => {
  const wrong = Object.entries(peer.ephemerals).map(([type, told]) => [
    type,
    differences(told, schemas.ephemerals[type]?.attributes ?? []),
  ]);
  expect(wrong.filter(([, found]) => found?.length !== 0)).toEqual([]);
});

test("the provider takes every option of the peer's", () => {
  expect(differences(peer.provider, schemas.provider.attributes)).toEqual([]);
});

function differences(
  told: { readonly [name: string]: string | undefined },
  ours: readonly SchemaAttribute[],
): readonly string[] {
  return Object.entries(told).flatMap(([name, words = ""]) => {
    const attribute = ours.find((one) => one.name === name);
    if (!attribute) return [`${name} is missing`];
    const { type, presence, isSensitive, isWriteOnly } = parse(words);
    const ownType = typeWords(typeOfAttribute(attribute));
    return [
      ...(ownType === type ? [] : [`${name} is ${ownType}, not ${type}`]),
      ...(attribute.required && presence !== "required" ? [`${name} may not be left out`] : []),
      ...(presence !== "computed" && !attribute.required && !attribute.optional ? [`${name} may not be set`] : []),
      ...(presence.includes("computed") && !attribute.computed && !attribute.required ? [`${name} is never told`] : []),
      ...(isSensitive && !attribute.sensitive ? [`${name} is not hidden`] : []),
      ...(isWriteOnly && !attribute.writeOnly ? [`${name} is stored`] : []),
    ];
  });
}

function parse(words: string): Told {
  const [type = "", presence = "", ...more] = words.split(" ");
  const fallback = more.find((word) => word.startsWith("default="))?.slice("default=".length);
  return {
    type,
    presence,
    isSensitive: more.includes("sensitive"),
    isWriteOnly: more.includes("write-only"),
    fallback: fallback === undefined ? undefined : JSON.parse(fallback),
  };
}

function typeWords(type: TerraformType): string {
  return type.kind === "list" || type.kind === "set" || type.kind === "map"
    ? `${type.kind}(${typeWords(type.element)})`
    : type.kind;
}
