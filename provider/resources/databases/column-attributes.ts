import {
  type Attribute,
  type Attributes,
  camelCase,
  type Json,
  type JsonObject,
  type Row,
  t,
  type Value,
} from "../../schema/index.ts";
import { parseJson, writeJson } from "../../schema/json.ts";
import { sameJson } from "../../schema/json-value.ts";
import type { Dialect } from "./dialect.ts";

/** The column types in the peer's words. The server spells some of them otherwise, by route: `WIRE_TYPES`. */
export const COLUMN_TYPES = [
  "varchar",
  "text",
  "mediumtext",
  "longtext",
  "string",
  "integer",
  "bigint",
  "float",
  "boolean",
  "enum",
  "email",
  "url",
  "ip",
  "datetime",
  "point",
  "line",
  "polygon",
  "relationship",
] as const;

export type ColumnType = (typeof COLUMN_TYPES)[number];

/** Types of geometry. */
export const SPATIAL_TYPES: readonly string[] = ["point", "line", "polygon"];

/** What the answers call a type, where that differs from the word of the route. */
export const WIRE_TYPES: { readonly [type: string]: string } = { float: "double", line: "linestring" };

/** What every row has of its own and an index may cover. */
export const SYSTEM_COLUMNS: readonly string[] = ["$id", "$createdAt", "$updatedAt"];

export const LEAST_INTEGER = -(2n ** 63n);
export const MOST_INTEGER = 2n ** 63n - 1n;
export const LEAST_FLOAT = -Number.MAX_VALUE;
export const MOST_FLOAT = Number.MAX_VALUE;

/** The key of a column or index (API chapter A3, real-server F26). */
export const KEY_PATTERN = {
  expression: /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/,
  words: "letters, digits, dots, hyphens and underscores, beginning with a letter or digit",
} as const;

/** What a column is, apart from its key and where it lives. The same for single columns and for those inline in a table. */
export function columnAttributes(dialect: Dialect): Attributes {
  const { columnNoun, recordNoun, tableNoun } = dialect;
  return {
    type: t.oneOf(...COLUMN_TYPES).required(`Type of the ${columnNoun}.`, { replace: true }),
    required: t.bool.default(false, `Every ${recordNoun} must have a value.`),
    array: t.bool.default(false, "Holds a list of values.", { replace: true }),
    size: t.int.optional("Longest text in characters. Required for `varchar` (up to 16381) and `string`.", {
      range: [1, 1_073_741_824],
    }),
    min: t.int.optional("Smallest value of an `integer` or `bigint`. No bound when not set.", {
      absent: [LEAST_INTEGER],
    }),
    max: t.int.optional("Largest value of an `integer` or `bigint`. No bound when not set.", {
      absent: [MOST_INTEGER],
    }),
    float_min: t.float.optional("Smallest value of a `float`. No bound when not set.", { absent: [LEAST_FLOAT] }),
    float_max: t.float.optional("Largest value of a `float`. No bound when not set.", { absent: [MOST_FLOAT] }),
    elements: t.list(t.string).optional("The values that an `enum` takes. Required for `enum`.", {
      length: [1, 100],
      each: { length: [1, 255] },
    }),
    default: t.string.optional(
      `Value of ${recordNoun}s that give none, as text: \`"true"\`, \`"42"\`, \`jsonencode([13.4, 52.5])\` for a point. Not together with \`required\` or \`array\`.`,
    ),
    encrypt: t.bool.default(
      false,
      "Store the text encrypted. It cannot be queried then, and `size` must hold what is stored: 121 characters and four for every three bytes of the text. For `string`, `varchar`, `text`, `mediumtext` and `longtext`.",
      { replace: true },
    ),
    [dialect.relatedId]: t.string.optional(`ID of the ${tableNoun} that a \`relationship\` points to.`, {
      replace: true,
      ref: dialect.tableType,
    }),
    relationship_type: t
      .oneOf("oneToOne", "oneToMany", "manyToOne", "manyToMany")
      .optional("Kind of a `relationship`.", { replace: true }),
    two_way: t.bool.optional(`Make a ${columnNoun} in the related ${tableNoun} too, that points back.`, {
      replace: true,
      absent: [false],
      unset: false,
    }),
    two_way_key: t.string.serverDefault(
      `Key of the ${columnNoun} that points back. The id of this ${tableNoun} when not set. A change renames it in place.`,
      { length: [1, 255], pattern: KEY_PATTERN },
    ),
    on_delete: t
      .oneOf("restrict", "cascade", "setNull")
      .serverDefault(`What deleting a ${recordNoun} does to those related to it. \`restrict\` when not set.`),
  };
}

/** Attributes whose change cannot be made in place: the column is deleted and made anew. */
export const REPLACING = ["type", "array", "encrypt", "relationship_type", "two_way"] as const;

/**
 * A column's answer in the wire names of our attributes. `previous` is the column as state or plan has it, whose wording of a
 * default is kept where it means the same.
 */
export function describeColumn(dialect: Dialect, answer: JsonObject, previous: Row | null): JsonObject {
  const type = columnTypeOf(answer);
  const isFloat = type === "float";
  const isWhole = type === "integer" || type === "bigint";
  const isRelationship = type === "relationship";
  return {
    ...answer,
    type,
    array: answer["array"] ?? false,
    size: type === "string" || type === "varchar" ? (answer["size"] ?? null) : null,
    min: isWhole ? boundOf(answer["min"]) : null,
    max: isWhole ? boundOf(answer["max"]) : null,
    floatMin: isFloat ? (answer["min"] ?? null) : null,
    floatMax: isFloat ? (answer["max"] ?? null) : null,
    elements: type === "enum" ? (answer["elements"] ?? null) : null,
    default: describeDefault(type, answer["default"] ?? null, previous?.["default"] ?? null),
    // The answer of a PATCH says null whatever it is (F22); without an answer to go by, what was known stays.
    encrypt: answer["encrypt"] ?? previous?.["encrypt"] ?? false,
    [camelCase(dialect.relatedId)]: isRelationship ? (answer[dialect.related] ?? null) : null,
    relationshipType: isRelationship ? (answer["relationType"] ?? null) : null,
    twoWay: isRelationship ? (answer["twoWay"] ?? null) : null,
    twoWayKey: isRelationship && isKeyTold(answer, previous) ? (answer["twoWayKey"] ?? null) : null,
    onDelete: isRelationship ? (answer["onDelete"] ?? null) : null,
  } as JsonObject;
}

/** A bound of an integer; those at the limit of 64 bits, also when a proxy has rounded them, are none. */
function boundOf(told: Json | undefined): Json {
  if (typeof told === "bigint") return told <= LEAST_INTEGER || told >= MOST_INTEGER ? null : told;
  if (typeof told === "number") return Math.abs(told) >= 2 ** 63 ? null : told;
  return null;
}

/** The type of a column in our words: formats of a string are types of their own. */
export function columnTypeOf(answer: JsonObject): ColumnType {
  const type = String(answer["type"]);
  const format = answer["format"];
  if (type === "string" && typeof format === "string" && format !== "") return format as ColumnType;
  const ours = Object.entries(WIRE_TYPES).find(([, wire]) => wire === type)?.[0];
  return (ours ?? type) as ColumnType;
}

/** A default as the server takes it: HCL has it as text for every type. */
export function encodeDefault(type: Value, text: Value): Json {
  if (text === null) return null;
  switch (type) {
    case "boolean":
      return text === "true";
    case "integer":
    case "bigint":
    case "float":
      return parseJson(jsonNumber(String(text))) as Json;
    case "point":
    case "line":
    case "polygon":
      return parseJson(String(text)) as Json;
    default:
      return String(text);
  }
}

/** A number as JSON spells it: `007` and `.5` are none there. */
function jsonNumber(text: string): string {
  return text.replace(/^(-?)0*(\d*)\.?(\d*)/, (_, sign: string, whole: string, fraction: string) =>
    fraction === "" ? `${sign}${whole || "0"}` : `${sign}${whole || "0"}.${fraction}`,
  );
}

/** The columns that a table's answer tells, by key, without the far sides of relationships, which other tables own. */
export function ownColumns(answers: readonly JsonObject[]): readonly JsonObject[] {
  return answers.filter((answer) => answer["side"] !== "child");
}

/** The attributes of a column that an inline definition adds: how it was called before. */
export function inlineColumnAttributes(dialect: Dialect): Attributes {
  const previousKey: Attribute = t.string.optional(
    `Former key: a ${dialect.columnNoun} of this key is renamed, and keeps its values. Leave it once the rename is applied, or remove it.`,
    { length: [1, 255], pattern: KEY_PATTERN, wire: false, read: "previousKey", clone: "skip" },
  );
  return { ...columnAttributes(dialect), previous_key: previousKey };
}

function describeDefault(type: ColumnType, told: Json, previous: Value): string | null {
  if (told === null || (Array.isArray(told) && told.length === 0)) return null;
  const text = typeof told === "string" ? told : writeJson(told);
  return typeof previous === "string" && isSameDefault(type, previous, text) ? previous : text;
}

/** A column as configured, with the default as `prior` spells it where both mean the same: `2` for `2.0` of a float. */
export function rewordDefault(prior: Row, column: Row): Row {
  const { type, default: before } = prior;
  const after = column["default"];
  const isSame =
    type === column["type"] &&
    typeof before === "string" &&
    typeof after === "string" &&
    isSameDefault(type ?? null, before, after);
  return isSame ? { ...column, default: before } : column;
}

function isSameDefault(type: Value, left: string, right: string): boolean {
  if (left === right) return true;
  if (type === "datetime") return Date.parse(left) === Date.parse(right);
  if (type === "float") return Number(left) === Number(right);
  try {
    return sameJson(encodeDefault(type, left) as Value, encodeDefault(type, right) as Value);
  } catch {
    return false;
  }
}

/** The key that a one-way relationship reserves on the far side is the server's affair, unless the user chose it. */
function isKeyTold(answer: JsonObject, previous: Row | null): boolean {
  if (answer["twoWay"] === true) return true;
  return previous !== null && previous["two_way_key"] !== null && previous["two_way_key"] !== undefined;
}
