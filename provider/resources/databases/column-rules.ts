import { isIP } from "node:net";
import {
  type Backend,
  type Diagnostic,
  error,
  isList,
  isNumber,
  isOlder,
  isUnknown,
  type Path,
  printPath,
  type Row,
  type Value,
} from "../../schema/index.ts";
import { parseJson } from "../../schema/json.ts";
import { COLUMN_TYPES, type ColumnType } from "./column-attributes.ts";
import type { Dialect } from "./dialect.ts";

/** Which attributes a type takes beside `required` and `default`, and which of them it must have. */
interface TypeRules {
  readonly takes: readonly string[];
  readonly needs: readonly string[];
  readonly mostSize?: number;
}

const TEXT: TypeRules = { takes: ["array", "encrypt"], needs: [] };
const SIMPLE: TypeRules = { takes: ["array"], needs: [] };
const SPATIAL: TypeRules = { takes: [], needs: [] };

/**
 * What is wrong with a column's definition, at the attribute. All of it would be refused by the server (real-server F18, F23 to
 * F25, API chapter R1), some of it only when it is too late. `path` is where the definition stands.
 */
export function columnFaults(dialect: Dialect, column: Row, path: Path): readonly Diagnostic[] {
  const type = column["type"];
  if (typeof type !== "string" || !isColumnType(type)) return [];
  const rules = rulesOf(dialect)[type];
  const at = (name: string): Path => [...path, { kind: "attribute", name }];
  return [
    ...specialOf(dialect)
      .filter((name) => isSet(column[name]) && ![...rules.takes, ...rules.needs].includes(name))
      .map((name) =>
        invalid(at(name), `${printPath(at(name))} has no meaning for the type ${type}. ${adviceFor(name, rules, at)}`),
      ),
    ...rules.needs
      .filter((name) => (column[name] ?? null) === null)
      .map((name) =>
        error("Attribute missing", `The type ${type} needs ${name}.`, path.length === 0 ? name : at(name)),
      ),
    ...sizeFaults(type, rules, column, at),
    ...boundFaults(column, at),
    ...defaultFaults(type, column, at),
    ...relationshipFaults(dialect, type, column, at),
  ];
}

/** What to do about an attribute that the type does not take: bounds have other names for another kind of number. */
function adviceFor(name: string, rules: TypeRules, at: (name: string) => Path): string {
  const twin = name.startsWith("float_") ? name.slice("float_".length) : `float_${name}`;
  return rules.takes.includes(twin) ? `Use ${printPath(at(twin))} instead.` : "Remove it, or choose another type.";
}

/** The first version that has a type, where that is not the oldest that we know. */
const SINCE: { readonly [type in ColumnType]?: string } = { bigint: "1.9.5" };

/** Columns of a type that the server does not have yet: it would say that there is no such route. Asks only where one may be too new. */
export async function typeFaults(
  backend: Backend,
  columns: readonly { readonly type: Value | undefined; readonly path: Path }[],
): Promise<readonly Diagnostic[]> {
  const recent = columns.flatMap(({ type, path }) => {
    const since = typeof type === "string" && isColumnType(type) ? SINCE[type] : undefined;
    return since === undefined ? [] : [{ type, path, since }];
  });
  const version = recent.length === 0 ? null : await backend.version();
  if (version === null) return [];
  return recent
    .filter(({ since }) => isOlder(version, since))
    .map(({ type, path, since }) => {
      const text = `The type ${String(type)} needs Appwrite ${since} or later; this server is ${version}. An integer without max, or with a max above 2147483647, holds 64 bits as well.`;
      return error("Server too old", text, path);
    });
}

function rulesOf(dialect: Dialect): { readonly [type in ColumnType]: TypeRules } {
  const relationship: TypeRules = {
    takes: ["two_way", "two_way_key", "on_delete"],
    needs: [dialect.relatedId, "relationship_type"],
  };
  return {
    string: { takes: ["array", "encrypt"], needs: ["size"] },
    varchar: { takes: ["array", "encrypt"], needs: ["size"], mostSize: 16_381 },
    text: TEXT,
    mediumtext: TEXT,
    longtext: TEXT,
    integer: { takes: ["array", "min", "max"], needs: [] },
    bigint: { takes: ["array", "min", "max"], needs: [] },
    float: { takes: ["array", "float_min", "float_max"], needs: [] },
    boolean: SIMPLE,
    email: SIMPLE,
    url: SIMPLE,
    ip: SIMPLE,
    datetime: SIMPLE,
    enum: { takes: ["array"], needs: ["elements"] },
    point: SPATIAL,
    line: SPATIAL,
    polygon: SPATIAL,
    relationship,
  };
}

function specialOf(dialect: Dialect): readonly string[] {
  const relationship = [dialect.relatedId, "relationship_type", "two_way", "two_way_key", "on_delete"];
  return ["array", "encrypt", "size", "min", "max", "float_min", "float_max", "elements", ...relationship];
}

function sizeFaults(type: string, rules: TypeRules, column: Row, at: (name: string) => Path): readonly Diagnostic[] {
  const { size, encrypt } = column;
  if (typeof size !== "number") return [];
  if (rules.mostSize !== undefined && size > rules.mostSize) {
    return [
      invalid(
        at("size"),
        `${printPath(at("size"))} must be from 1 to ${rules.mostSize} for the type ${type}, not ${size}. Use text, mediumtext or longtext for longer texts.`,
      ),
    ];
  }
  if (encrypt === true && size < 150) {
    return [
      invalid(at("size"), `${printPath(at("size"))} must be at least 150 for an encrypted ${type}, not ${size}.`),
    ];
  }
  return [];
}

function boundFaults(column: Row, at: (name: string) => Path): readonly Diagnostic[] {
  return [
    ["min", "max"],
    ["float_min", "float_max"],
  ].flatMap(([least = "", most = ""]) => {
    const [low, high] = [column[least], column[most]];
    if (!isPlainNumber(low) || !isPlainNumber(high) || low <= high) return [];
    return [
      invalid(at(least), `${printPath(at(least))} must not be greater than ${most}: ${low} is greater than ${high}.`),
    ];
  });
}

function defaultFaults(type: ColumnType, column: Row, at: (name: string) => Path): readonly Diagnostic[] {
  const { default: text, required, array } = column;
  if (typeof text !== "string") {
    return isUnknown(text) && required === true ? [requiredDefault(at)] : [];
  }
  if (required === true) return [requiredDefault(at)];
  if (array === true) {
    return [
      invalid(
        at("default"),
        `${printPath(at("default"))} cannot be set together with array = true. Remove one of the two.`,
      ),
    ];
  }
  const fault = defaultFault(type, text, column);
  return fault === null ? [] : [invalid(at("default"), `${printPath(at("default"))} ${fault}`)];
}

function requiredDefault(at: (name: string) => Path): Diagnostic {
  return invalid(
    at("default"),
    `${printPath(at("default"))} cannot be set together with required = true: every record must bring a value of its own. Remove one of the two.`,
  );
}

/** Why a default does not fit its type; null when it does. */
function defaultFault(type: ColumnType, text: string, column: Row): string | null {
  switch (type) {
    case "boolean":
      return text === "true" || text === "false" ? null : `must be "true" or "false", not ${JSON.stringify(text)}.`;
    case "integer":
    case "bigint":
      if (!/^-?\d+$/.test(text)) return `must be a whole number for the type ${type}, not ${JSON.stringify(text)}.`;
      if (BigInt(text) < -(2n ** 63n) || BigInt(text) >= 2n ** 63n) return "must be a whole number of 64 bits.";
      return outside(BigInt(text), column["min"], column["max"]);
    case "float":
      if (!/^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text))
        return `must be a number for the type float, not ${JSON.stringify(text)}.`;
      return outside(Number(text), column["float_min"], column["float_max"]);
    case "enum":
      return isList(column["elements"]) &&
        column["elements"].every((element) => !isUnknown(element)) &&
        !column["elements"].includes(text)
        ? `must be one of the elements, not ${JSON.stringify(text)}.`
        : null;
    case "string":
    case "varchar":
      return lengthFault(text, column);
    case "email":
      return EMAIL.test(text) ? null : `must be an e-mail address, not ${JSON.stringify(text)}.`;
    case "url":
      return /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^\s/?#]\S*$/.test(text) && URL.canParse(text)
        ? null
        : `must be a URL with its scheme, such as "https://example.com", not ${JSON.stringify(text)}.`;
    case "ip":
      return isIP(text) !== 0 ? null : `must be an IPv4 or IPv6 address, not ${JSON.stringify(text)}.`;
    case "datetime":
      return /^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text))
        ? null
        : `must be a date and time in ISO 8601, such as "2027-01-31T12:00:00Z", not ${JSON.stringify(text)}.`;
    case "point":
    case "line":
    case "polygon":
      return spatialFault(type, text);
    case "relationship":
      return "cannot be set for a relationship. Remove it.";
    case "text":
    case "mediumtext":
    case "longtext":
      return null;
  }
}

/** Characters that Appwrite puts around an encrypted text: the names of cipher and parts, vector and tag. */
const ENVELOPE = 121;

function lengthFault(text: string, { size, encrypt }: Row): string | null {
  if (typeof size !== "number") return null;
  const plain = [...text].length;
  if (plain > size) return `is longer than size: ${plain} characters in ${size}.`;
  const stored = ENVELOPE + 4 * Math.ceil(Buffer.byteLength(text) / 3);
  return encrypt === true && stored > size
    ? `is longer than size once it is encrypted: ${stored} characters in ${size}.`
    : null;
}

/** As the server's validator has it: no quotes, no dots side by side, and a domain of at least two parts. */
const EMAIL =
  /^(?=.{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]+$/;

/** What the coordinates of each spatial type must be, and an example. */
const SHAPES = {
  point: ["", "jsonencode([13.4, 52.5])"],
  line: [" with two points or more", "jsonencode([[0, 0], [1, 1]])"],
  polygon: [
    " whose rings have four points or more and end where they begin",
    "jsonencode([[[0, 0], [1, 0], [1, 1], [0, 0]]])",
  ],
} as const;

function spatialFault(type: keyof typeof SHAPES, text: string): string | null {
  const [shape, example] = SHAPES[type];
  const fault = `must be the coordinates of a ${type}${shape} as JSON, longitudes from -180 to 180 before latitudes from -90 to 90, such as ${example}.`;
  try {
    const value = parseJson(text);
    const isRight = { point: isPoint, line: isLine, polygon: isPolygon }[type](value);
    return isRight ? null : fault;
  } catch {
    return fault;
  }
}

function isPoint(value: Value): boolean {
  if (!isList(value) || value.length !== 2 || !value.every(isNumber)) return false;
  return Math.abs(Number(value[0])) <= 180 && Math.abs(Number(value[1])) <= 90;
}

function isLine(value: Value): boolean {
  return isList(value) && value.length >= 2 && value.every(isPoint);
}

/** One ring may be given alone, without a list around it. */
function isPolygon(value: Value): boolean {
  if (!isList(value) || value.length === 0) return false;
  return (isPoint(value[0] ?? null) ? [value] : value).every(isRing);
}

function isRing(value: Value): boolean {
  if (!isList(value) || value.length < 4 || !value.every(isPoint)) return false;
  return JSON.stringify(value[0]) === JSON.stringify(value.at(-1));
}

function relationshipFaults(
  dialect: Dialect,
  type: string,
  column: Row,
  at: (name: string) => Path,
): readonly Diagnostic[] {
  if (type !== "relationship") return [];
  return column["required"] === true
    ? [
        invalid(
          at("required"),
          `${printPath(at("required"))} cannot be true for a relationship: a ${dialect.recordNoun} may always be without one. Remove it.`,
        ),
      ]
    : [];
}

function outside(value: number | bigint, least: Value | undefined, most: Value | undefined): string | null {
  if (isPlainNumber(least) && value < least) return `must be at least ${least}, the smallest value of the column.`;
  if (isPlainNumber(most) && value > most) return `must be at most ${most}, the largest value of the column.`;
  return null;
}

function isPlainNumber(value: Value | undefined): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function isColumnType(type: string): type is ColumnType {
  return COLUMN_TYPES.some((one) => one === type);
}

/** Set to something; false is what leaving a switch out means. */
function isSet(value: Value | undefined): boolean {
  return value !== undefined && value !== null && value !== false;
}

function invalid(path: Path, detail: string): Diagnostic {
  return error("Invalid value", detail, path);
}
