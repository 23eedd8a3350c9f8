import type { Attribute, Attributes, AttributeType } from "../schema/attribute.ts";
import { type Diagnostic, error, type Path, printPath } from "../schema/diagnostics.ts";
import { parseJson } from "../schema/json.ts";
import { isInstant } from "../schema/json-value.ts";
import { nearest } from "../schema/nearest.ts";
import { permissionError } from "../schema/permission.ts";
import type { ResourceDefinition } from "../schema/resource.ts";
import { isList, isNumber, isRecord, isUnknown, type Row, type Value } from "../schema/value.ts";

/**
 * Checks a configuration against what its attributes say: lengths, bounds, patterns, words, permissions, JSON, and which
 * attributes go together. Unknown values are not judged. `writeOnlyAllowed` tells whether the client is new enough for
 * write-only attributes.
 */
export function validate(attributes: Attributes, config: Row, writeOnlyAllowed = true): readonly Diagnostic[] {
  return validateObject(attributes, config, [], writeOnlyAllowed);
}

/** All that is wrong with a configuration of a resource, core's own check for what is required among it. */
export function configurationFaults(
  { attributes, hooks }: Pick<ResourceDefinition, "attributes" | "hooks">,
  config: Row,
): readonly Diagnostic[] {
  const missing = Object.entries(attributes)
    .filter(([name, { presence }]) => presence === "required" && (config[name] ?? null) === null)
    .map(([name]) => error("Attribute missing", `${name} must be set.`, name));
  const found = [...validate(attributes, config), ...(hooks?.validate?.(config) ?? [])];
  return [...missing, ...found.filter(({ severity }) => severity === "error")];
}

function validateObject(
  attributes: Attributes,
  config: Row,
  path: Path,
  writeOnlyAllowed: boolean,
): readonly Diagnostic[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => {
    const value = config[name] ?? null;
    const here: Path = [...path, { kind: "attribute", name }];
    // Core refuses a null for a required attribute of a resource, but takes one inside an object.
    if (value === null) return attribute.presence === "required" && path.length > 0 ? [unset(here)] : [];
    return [
      ...relations(attribute, config, here, writeOnlyAllowed),
      ...judge(attribute, value, here, writeOnlyAllowed),
    ];
  });
}

/** Which attributes may, and which must, stand beside this one. */
function relations({ options }: Attribute, config: Row, path: Path, writeOnlyAllowed: boolean): readonly Diagnostic[] {
  const conflicts = (options.conflictsWith ?? [])
    .filter((other) => (config[other] ?? null) !== null)
    .map((other) =>
      error(
        "Attributes exclude each other",
        `${printPath(path)} and ${other} cannot both be set. Remove one of them.`,
        path,
      ),
    );
  const missing = (options.requires ?? [])
    .filter((other) => (config[other] ?? null) === null)
    .map((other) => error("Attribute missing", `${printPath(path)} needs ${other} to be set as well.`, path));
  const tooOld =
    options.writeOnly && !writeOnlyAllowed
      ? [
          error(
            "Write-only attribute not supported",
            `${printPath(path)} is write-only, which needs Terraform 1.11 or later (OpenTofu 1.11 or later). Use ${options.twinOf ?? "the attribute without _wo"} instead, or upgrade.`,
            path,
          ),
        ]
      : [];
  return [...conflicts, ...missing, ...tooOld];
}

function judge(attribute: Attribute, value: Value, path: Path, writeOnlyAllowed: boolean): readonly Diagnostic[] {
  if (isUnknown(value)) return [];
  const own = [...constraints(attribute, value, path), ...judgeType(attribute.type, value, path, writeOnlyAllowed)];
  const { each } = attribute.options;
  if (!each || !isList(value)) return own;
  return [
    ...own,
    ...value.flatMap((element, index) =>
      element === null || isUnknown(element)
        ? []
        : constraints({ type: { kind: "string" }, options: each }, element, [...path, { kind: "index", index }]),
    ),
  ];
}

/** What the type itself asks of a value, and of its parts. */
function judgeType(type: AttributeType, value: Value, path: Path, writeOnlyAllowed: boolean): readonly Diagnostic[] {
  if (isUnknown(value)) return [];
  switch (type.kind) {
    case "oneOf": {
      const word = String(value);
      const known = type.values.some(
        (one) => one === word || (type.foldCase && one.toLowerCase() === word.toLowerCase()),
      );
      return known ? [] : [invalid(path, wordFault(printPath(path), word, type.values))];
    }
    case "int":
      return isInteger(value) ? [] : [invalid(path, `${printPath(path)} must be a whole number of 64 bits.`)];
    case "json":
      return jsonFault(String(value), path);
    case "datetime":
      return isInstant(String(value))
        ? []
        : [invalid(path, `${printPath(path)} must be a date and time in ISO 8601, such as "2027-01-31T12:00:00Z".`)];
    case "permissions":
      return elements(value).flatMap(([element, step]) => permissionFault(element, [...path, step], type.writes));
    case "list":
    case "set":
    case "unordered":
      return elements(value).flatMap(([element, step]) =>
        element === null
          ? [invalid([...path, step], `${printPath(path)} may not hold null. Remove the element, or give it a value.`)]
          : judgeType(type.element, element, [...path, step], writeOnlyAllowed),
      );
    case "map":
      return elements(value).flatMap(([element, step]) =>
        element === null
          ? [
              invalid(
                [...path, step],
                `${printPath([...path, step])} may not be null. Remove the entry, or give it a value.`,
              ),
            ]
          : judgeType(type.element, element, [...path, step], writeOnlyAllowed),
      );
    case "object":
      return isRecord(value) ? validateObject(type.attributes, value, path, writeOnlyAllowed) : [];
    case "string":
    case "float":
    case "bool":
      return [];
  }
}

function constraints(
  { type, options }: Pick<Attribute, "type" | "options">,
  value: Value,
  path: Path,
): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  if (options.length) {
    const [least, most] = options.length;
    const size =
      typeof value === "string"
        ? [...value].length
        : isList(value)
          ? value.length
          : isRecord(value)
            ? Object.keys(value).length
            : null;
    if (size !== null && (size < least || size > most)) {
      const unit = typeof value === "string" ? "characters" : "elements";
      found.push(invalid(path, `${printPath(path)} must have ${bounds(least, most)} ${unit}; it has ${size}.`));
    }
  }
  if (options.range && isNumber(value)) {
    const [least, most] = options.range;
    const below = typeof value === "object" ? Number(value.text) < least : value < least;
    const above = typeof value === "object" ? Number(value.text) > most : value > most;
    if (below || above) {
      const shown = typeof value === "object" ? value.text : String(value);
      found.push(invalid(path, `${printPath(path)} must be ${bounds(least, most)}, not ${shown}.`));
    }
  }
  if (options.pattern && typeof value === "string" && found.length === 0 && !options.pattern.expression.test(value)) {
    const shown = options.sensitive ? "" : `, not ${JSON.stringify(value)}`;
    found.push(invalid(path, `${printPath(path)} must be ${options.pattern.words}${shown}.`));
  }
  void type;
  return found;
}

function jsonFault(text: string, path: Path): readonly Diagnostic[] {
  try {
    parseJson(text);
    return [];
  } catch (cause) {
    return [
      invalid(
        path,
        `${printPath(path)} must be JSON: ${cause instanceof Error ? cause.message : cause}. Use jsonencode({ … }) to write it.`,
      ),
    ];
  }
}

function permissionFault(value: Value, path: Path, writes: readonly string[]): readonly Diagnostic[] {
  if (typeof value !== "string") return [];
  const fault = permissionError(value, ["read", ...writes, "write"]);
  return fault === null ? [] : [error("Invalid permission", fault, path)];
}

function elements(value: Value): readonly [Value, Path[number]][] {
  if (isList(value)) return value.map((element, index) => [element, { kind: "index", index }]);
  if (isRecord(value)) return Object.entries(value).map(([key, element]) => [element, { kind: "key", key }]);
  return [];
}

function isInteger(value: Value): boolean {
  if (typeof value === "number") return Number.isInteger(value);
  return typeof value === "bigint" && value >= -(2n ** 63n) && value < 2n ** 63n;
}

function unset(path: Path): Diagnostic {
  return error("Attribute missing", `${printPath(path)} is required and may not be null. Give it a value.`, path);
}

function invalid(path: Path, detail: string): Diagnostic {
  return error("Invalid value", detail, path);
}

function bounds(least: number | bigint, most: number | bigint): string {
  if (least === most) return `exactly ${least}`;
  if (most === Number.POSITIVE_INFINITY || most === Number.MAX_SAFE_INTEGER) return `at least ${least}`;
  return `from ${least} to ${most}`;
}

function list(words: readonly string[]): string {
  return words.length < 2
    ? words.join()
    : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`.replace(/ and /, " or ");
}

/** So many words a message lists although one of them was meant. */
const FEW_WORDS = 20;

/** What is wrong with a word, and which one was meant, as far as it is close to a known one. */
function wordFault(place: string, word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  const shown = JSON.stringify(word);
  if (near !== null && known.length > FEW_WORDS)
    return `${place} is ${shown}, which is none of the ${known.length} words that it takes. Did you mean ${JSON.stringify(near)}?`;
  const meant = near === null ? "" : ` Did you mean ${JSON.stringify(near)}?`;
  return `${place} must be one of ${list(known)}, not ${shown}.${meant}`;
}
