import { capital } from "../../provider/engine/sentence.ts";
import type { Attribute, AttributeType } from "../../provider/schema/attribute.ts";
import type { TerraformType } from "../../provider/schema/terraform-type.ts";
import type { Value } from "../../provider/schema/value.ts";

/** A type as the registry's pages name it: `String`, `List of String`, `Attributes Map`. */
export function typeLabel(type: AttributeType): string {
  switch (type.kind) {
    case "string":
    case "oneOf":
    case "json":
    case "datetime":
      return "String";
    case "int":
    case "float":
      return "Number";
    case "bool":
      return "Boolean";
    case "permissions":
      return type.set ? "Set of String" : "List of String";
    case "object":
      return "Attributes";
    case "list":
    case "set":
    case "unordered":
    case "map": {
      const collection = type.kind === "unordered" ? "List" : capital(type.kind);
      if (type.element.kind === "object") return `Attributes ${collection}`;
      return `${collection} of ${typeLabel(type.element)}`;
    }
  }
}

/** A type of Terraform's own, as a function's signature writes it: `list(string)`. */
export function signatureType(type: TerraformType): string {
  switch (type.kind) {
    case "string":
    case "number":
    case "bool":
    case "dynamic":
      return type.kind;
    case "list":
    case "set":
    case "map":
      return `${type.kind}(${signatureType(type.element)})`;
    case "tuple":
      return `tuple(${type.elements.map(signatureType).join(", ")})`;
    case "object":
      return `object({${Object.entries(type.attributes)
        .map(([name, attribute]) => `${name} = ${signatureType(attribute)}`)
        .join(", ")}})`;
  }
}

/**
 * All that a user must know of an attribute, as sentences: its own doc, the words and sizes it takes, its default, what it goes with, from
 * which version, and what a change does. Links between resources are made by `link`, which gives null where there is no page. `whole` is
 * what the attribute is a part of: the resource, or one element of a nested attribute.
 */
export function attributeSentences(
  attribute: Attribute,
  link: (type: string) => string | null,
  whole = "resource",
): readonly string[] {
  const { doc, options, presence } = attribute;
  const isInput = presence !== "computed";
  const referred = options.ref === undefined ? Object.values(options.refBy?.types ?? {}) : [options.ref];
  const sentences = [
    doc,
    isInput ? allowedWords(attribute) : null,
    presence === "default" && !/\bdefault/i.test(doc) ? `Default: ${literal(attribute.default ?? null)}.` : null,
    // How the id of another object looks, that object's page says.
    ...(isInput && referred.length === 0 ? limits(attribute) : []),
    isInput ? seeAlso(referred, link) : null,
    options.conflictsWith?.length ? `Conflicts with ${names(options.conflictsWith, "and")}.` : null,
    options.requires?.some((name) => !doc.includes(`\`${name}\``)) ? `Needs ${names(options.requires, "and")}.` : null,
    options.unreadable ? "The server does not tell it, so a change made elsewhere is not seen." : null,
    options.since ? `Needs Appwrite ${options.since} or later.` : null,
    options.deprecated ? `**Deprecated:** ${options.deprecated}` : null,
    replacing(attribute, whole),
  ];
  return sentences.filter((sentence) => sentence !== null);
}

/** `a`, `b` and `c`. */
export function names(words: readonly string[], conjunction: "and" | "or"): string {
  const quoted = words.map((word) => `\`${word}\``);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} ${conjunction} ${last}`;
}

function allowedWords({ type, doc }: Attribute): string | null {
  const element = "element" in type ? type.element : type;
  if (element.kind !== "oneOf") return null;
  // A doc that explains each word need not be followed by their list.
  if (element.values.every((value) => doc.includes(`\`${value}\``))) return null;
  const subject = element === type ? "One of" : "Each is one of";
  return `${subject} ${names(element.values, "or")}${element.foldCase ? ", in upper or lower case" : ""}.`;
}

function limits({ type, options }: Attribute): readonly (string | null)[] {
  const { length, range, pattern, each } = options;
  return [
    length && !saysNothing(length) ? `${capital(between(length, unit(type)))}.` : null,
    range ? `${capital(between(range, null))}.` : null,
    pattern ? `Must be ${pattern.words}.` : null,
    each?.length && !saysNothing(each.length) ? `${capital(between(each.length, "character"))} each.` : null,
    each?.pattern ? `Each must be ${each.pattern.words}.` : null,
  ];
}

/** That a text or list must not be empty goes without saying. */
function saysNothing([low, high]: readonly [number, number]): boolean {
  return low <= 1 && high >= Number.MAX_SAFE_INTEGER;
}

/** Bounds in words. Those at the limit of what can be written say nothing to a user, and are left out. */
function between([low, high]: readonly [number | bigint, number | bigint], counted: string | null): string {
  const many = (count: number | bigint): string =>
    counted === null ? `${count}` : `${count} ${counted}${Number(count) === 1 ? "" : "s"}`;
  const isOpen = Number(high) >= Number.MAX_SAFE_INTEGER;
  const isOpenBelow = Number(low) <= -Number.MAX_SAFE_INTEGER;
  if (isOpen && isOpenBelow) return "any 64-bit integer";
  if (isOpen) return `at least ${many(low)}`;
  if (isOpenBelow || (counted !== null && Number(low) === 0)) return `at most ${many(high)}`;
  if (low === high) return `exactly ${many(low)}`;
  return `${low} to ${many(high)}`;
}

function unit({ kind }: AttributeType): string {
  switch (kind) {
    case "list":
    case "set":
    case "unordered":
    case "permissions":
      return "element";
    case "map":
      return "key";
    default:
      return "character";
  }
}

function seeAlso(types: readonly string[], link: (type: string) => string | null): string | null {
  const links = types.flatMap((type) => {
    const target = link(type);
    return target === null ? [] : [`[${type}](${target})`];
  });
  return links.length === 0 ? null : `See ${links.join(" and ")}.`;
}

/** What a change does, unless the doc says so itself (a rename in place). */
function replacing({ doc, options, presence }: Attribute, whole: string): string | null {
  if (options.replace === "cleared") return `Removing this replaces the ${whole}.`;
  if (!options.replace || /\b(a change|changing|when it changes)\b/i.test(doc)) return null;
  return presence === "computed"
    ? `When it changes, the ${whole} is replaced.`
    : `Changing this replaces the ${whole}.`;
}

function literal(value: Value): string {
  if (value === null) return "none";
  return `\`${typeof value === "bigint" ? String(value) : JSON.stringify(value)}\``;
}
