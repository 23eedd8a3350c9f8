import type { Attribute, Attributes, AttributeType } from "../../provider/schema/attribute.ts";
import { attributeSentences, typeLabel } from "./attribute-words.ts";

/** What a page knows beside its own definition: where the page of a resource is, null for one that has none. */
export type Link = (type: string) => string | null;

/**
 * The Schema section of a page in the registry's layout: Required, Optional and Read-Only, then one part for each attribute that
 * has attributes of its own. `timeouts` are minutes by operation, for the block of that name.
 */
export function schemaSection(
  attributes: Attributes,
  link: Link,
  timeouts: { readonly [operation: string]: number | undefined } = {},
): string {
  const operations = Object.entries(timeouts);
  const block =
    operations.length === 0
      ? []
      : [
          "- `timeouts` (Block, Optional) How long an operation may take. (see [below for nested schema](#nestedblock--timeouts))",
        ];
  return [
    "## Schema",
    ...groups(attributes, "### ", "", link, block),
    ...nestedSchemas(attributes, [], link),
    ...(operations.length === 0 ? [] : [timeoutsSchema(operations)]),
  ].join("\n\n");
}

function groups(
  attributes: Attributes,
  prefix: string,
  suffix: string,
  link: Link,
  blocks: readonly string[] = [],
  path: readonly string[] = [],
): readonly string[] {
  const entries = Object.entries(attributes);
  const group = (title: string, isMember: (attribute: Attribute) => boolean, more: readonly string[] = []) => {
    const lines = entries
      .filter(([, attribute]) => isMember(attribute))
      .map(([name, attribute]) => attributeLine(name, attribute, [...path, name], link));
    const all = [...lines, ...more];
    return all.length === 0 ? [] : [`${prefix}${title}${suffix}`, all.join("\n")];
  };
  return [
    ...group("Required", ({ presence }) => presence === "required"),
    ...group("Optional", ({ presence }) => presence !== "required" && presence !== "computed", blocks),
    ...group("Read-Only", ({ presence }) => presence === "computed"),
  ];
}

function attributeLine(name: string, attribute: Attribute, path: readonly string[], link: Link): string {
  const { sensitive, writeOnly, deprecated } = attribute.options;
  const label = [
    typeLabel(attribute.type),
    ...(sensitive ? ["Sensitive"] : []),
    ...(writeOnly
      ? ["[Write-only](https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments)"]
      : []),
    ...(deprecated ? ["Deprecated"] : []),
  ].join(", ");
  const below = nestedAttributes(attribute.type)
    ? [`(see [below for nested schema](#nestedatt--${path.join("--")}))`]
    : [];
  return [`- \`${name}\` (${label})`, ...attributeSentences(attribute, link, wholeOf(path)), ...below].join(" ");
}

function nestedSchemas(attributes: Attributes, path: readonly string[], link: Link): readonly string[] {
  return Object.entries(attributes).flatMap(([name, { type }]) => {
    const nested = nestedAttributes(type);
    if (!nested) return [];
    const here = [...path, name];
    return [
      `<a id="nestedatt--${here.join("--")}"></a>\n### Nested Schema for \`${here.join(".")}\``,
      ...groups(nested, "", ":", link, [], here),
      ...nestedSchemas(nested, here, link),
    ];
  });
}

function timeoutsSchema(operations: readonly (readonly [string, number | undefined])[]): string {
  const lines = operations.map(
    ([operation, minutes]) => `- \`${operation}\` (String) Such as \`90s\` or \`10m\`. Default: \`${minutes}m\`.`,
  );
  return `<a id="nestedblock--timeouts"></a>\n### Nested Schema for \`timeouts\`\n\nOptional:\n\n${lines.join("\n")}`;
}

/** What an attribute is a part of: `columns.type` of one column, `name` of the resource. */
function wholeOf(path: readonly string[]): string {
  const parent = path.at(-2);
  return parent === undefined
    ? "resource"
    : parent
        .replace(/(x|s|ch|sh)es$/, "$1")
        .replace(/s$/, "")
        .replaceAll("_", " ");
}

function nestedAttributes(type: AttributeType): Attributes | null {
  if (type.kind === "object") return type.attributes;
  return "element" in type ? nestedAttributes(type.element) : null;
}
