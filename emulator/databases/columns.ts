import { datetimeMessage, isDatetime, readDatetime } from "../dates.ts";
import { ServerError } from "../errors.ts";
import { fromWords } from "../geometry.ts";
import { isList, isNumber, type Json, type JsonObject } from "../json.ts";
import type { AttributeType } from "../queries.ts";
import { grouped, integerMessage, isEmail, isIntegerOf, isIp, isUrl, numericValue, spatialFault } from "../rules.ts";
import type { FoundTable } from "./places.ts";
import { errorOf, type Words } from "./words.ts";

/** A column as it is stored, in words that both families share. */
export type Column = {
  readonly key: string;
  readonly type: string;
  readonly format: string;
  readonly status: string;
  readonly error: string;
  readonly required: boolean;
  readonly array: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly size: number;
  readonly default: Json;
  /** What rows get: a default that was cleared in one step lives on here (real-server.md, F6). */
  readonly effective: Json;
  readonly min: Json;
  readonly max: Json;
  readonly elements: readonly Json[];
  readonly encrypt: boolean;
  readonly related: string;
  readonly relationType: string;
  readonly twoWay: boolean;
  readonly twoWayKey: string;
  readonly onDelete: string;
  readonly side: string;
  /** Names the links of rows of a relationship; both sides share it. */
  readonly link: string;
  /** Bounds are told, but rows are not held to them: so it is with columns that a migration made. */
  readonly unbound: boolean;
  /** The database did not let go of it: the column is stuck, and rows have it still. */
  readonly held: boolean;
};

/** An index as it is stored. */
export type Index = {
  readonly key: string;
  readonly type: string;
  readonly status: string;
  readonly error: string;
  readonly columns: readonly string[];
  readonly orders: readonly Json[];
  readonly lengths: readonly Json[];
  readonly createdAt: string;
  readonly updatedAt: string;
  /** False for a unique index over values that repeat: it is available and not enforced (real-server.md, F2). */
  readonly enforced: boolean;
};

export const leastInteger = -(2n ** 63n);
export const mostInteger = 2n ** 63n - 1n;
export const mostFloat = Number.MAX_VALUE;

/** Sizes of the formats of a string, as the single routes set them. */
export const formatSizes: Readonly<Record<string, number>> = { email: 254, enum: 255, ip: 39, url: 2000 };
const textTypes = ["text", "mediumtext", "longtext"];
const spatialTypes = ["point", "linestring", "polygon"];

/** A fresh column with the given properties. */
export function newColumn(fields: Partial<Column> & Pick<Column, "key" | "type" | "createdAt">): Column {
  return {
    format: "",
    status: "processing",
    error: "",
    required: false,
    array: false,
    updatedAt: fields.createdAt,
    size: 0,
    default: null,
    effective: fields.default ?? null,
    min: null,
    max: null,
    elements: [],
    encrypt: false,
    related: "",
    relationType: "",
    twoWay: false,
    twoWayKey: "",
    onDelete: "restrict",
    side: "",
    link: "",
    unbound: false,
    held: false,
    ...fields,
  };
}

/** Says whether the database has a column, so that rows may: once made, until its deletion is done, whatever is told of it. */
export function isMade({ status, held }: Pick<Column, "status" | "held">): boolean {
  return status === "available" || status === "deleting" || (status === "stuck" && held);
}

/** Says whether a column holds geometry. */
export function isSpatial({ type }: Pick<Column, "type">): boolean {
  return spatialTypes.includes(type);
}

/**
 * A column as the server tells it: the fields depend on its type, or on that of the route that answers when `route` names
 * one (`float` and `line`, where the stored types are `double` and `linestring`).
 */
export function showColumn(words: Words, column: Column, route?: string): JsonObject {
  const common = {
    key: column.key,
    type: column.type,
    status: column.status,
    error: column.error,
    required: column.required,
    array: column.array,
    $createdAt: column.createdAt,
    $updatedAt: column.updatedAt,
  };
  if (column.type === "relationship") {
    return {
      ...common,
      [words.related]: column.related,
      relationType: column.relationType,
      twoWay: column.twoWay,
      twoWayKey: column.twoWayKey,
      onDelete: column.onDelete || "restrict",
      side: column.side,
    };
  }
  return { ...common, ...fieldsOf(column, route ?? (column.format === "" ? column.type : column.format)) };
}

function fieldsOf(column: Column, model: string): JsonObject {
  const { size, encrypt, min, max, elements, format } = column;
  const fallback = { default: column.default };
  switch (model) {
    case "string":
    case "varchar":
      return { size, ...fallback, encrypt };
    case "text":
    case "mediumtext":
    case "longtext":
      return { ...fallback, encrypt };
    case "integer":
    case "bigint":
    case "double":
    case "float":
      return { min, max, ...fallback };
    case "enum":
      return { elements, format, ...fallback };
    case "email":
    case "ip":
    case "url":
      return { format, ...fallback };
    case "datetime":
      return { format: "", ...fallback };
    default:
      return fallback;
  }
}

/** An index as the server tells it. Its `$id` is internal, not the key. */
export function showIndex(words: Words, table: FoundTable, index: Index): JsonObject {
  return {
    $id: `${table.database.stored.sequence}_${table.stored.sequence}_${index.key}`,
    $createdAt: index.createdAt,
    $updatedAt: index.updatedAt,
    key: index.key,
    type: index.type,
    status: index.status,
    error: index.error,
    [words.columns]: index.columns,
    lengths: index.lengths,
    orders: index.orders,
  };
}

/** The bytes that a column takes of a row's width on MariaDB (API chapter R1). */
export function columnWidth({ type, size, array }: Column): number {
  if (array) return 20;
  if (type === "string" || type === "varchar") {
    if (type === "string" && size > 16_381) return 20;
    return size * 4 + (size * 4 > 255 || size > 255 ? (size > 255 ? 2 : 1) : 1);
  }
  if (textTypes.includes(type)) return 20;
  if (type === "integer") return size >= 8 ? 8 : 4;
  if (type === "bigint" || type === "double") return 8;
  if (type === "boolean") return 1;
  if (type === "datetime") return 7;
  if (type === "relationship") return 1021;
  return type === "point" ? 25 : 20;
}

/** What kind of values queries compare for a column. */
export function queryType(column: Column): AttributeType {
  if (spatialTypes.includes(column.type)) return "spatial";
  if (column.type === "integer") return column.size < 8 ? "integer32" : "integer";
  if (column.type === "bigint") return "integer";
  if (
    column.type === "double" ||
    column.type === "boolean" ||
    column.type === "datetime" ||
    column.type === "relationship"
  )
    return column.type;
  return "string";
}

/** What is wrong with a default; thrown as the server does. */
export function checkDefault(
  words: Words,
  column: Pick<Column, "type" | "format" | "size" | "min" | "max" | "elements">,
  value: Json,
  isPatch: boolean,
): void {
  if (value === null) return;
  const refuse = (message: string) => new ServerError(errorOf(words, "column", "value_invalid"), { message });
  if (column.format === "enum" && !column.elements.includes(value)) throw refuse("Default value not found in elements");
  // A PATCH does not check the length of a default (F23).
  if (
    !isPatch &&
    (column.type === "string" || column.type === "varchar") &&
    column.format === "" &&
    typeof value === "string" &&
    [...value].length > column.size
  ) {
    throw refuse(textMessage(column.size));
  }
  if (isNumber(value) && isNumber(column.min) && isNumber(column.max) && (value < column.min || value > column.max)) {
    throw refuse(`Value must be a valid range between ${shown(column.min)} and ${shown(column.max)}`);
  }
}

/** What is wrong with one value of a row, in the server's words; undefined when it is right. */
export function valueFault(column: Column, value: Json): string | undefined {
  if (!column.array) return elementFault(column, value, "");
  if (!isList(value)) return `Attribute "${column.key}" must be an array`;
  return value
    .map((one, at) => (one === null && !column.required ? undefined : elementFault(column, one, `['${at}']`)))
    .find((fault) => fault !== undefined);
}

function elementFault(column: Column, value: Json, place: string): string | undefined {
  // A range counts as a format, as e-mail and the like do.
  const label = column.format !== "" || (isNumber(column.min) && !column.unbound) ? "format" : "type";
  const message = typeFault(column, value) ?? formatFault(column, value);
  return message === undefined ? undefined : `Attribute "${column.key}${place}" has invalid ${label}. ${message}`;
}

function typeFault({ type, size, encrypt }: Column, value: Json): string | undefined {
  switch (type) {
    case "integer": {
      const bits = size < 8 ? 32 : 64;
      if (!isIntegerOf(value, bits)) return integerMessage(bits);
      // A second check is of a range that lacks the least integer.
      const most = 2n ** BigInt(bits - 1) - 1n;
      return BigInt(value as number | bigint) < -most
        ? `Value must be a valid range between ${grouped(-most)} and ${grouped(most)}`
        : undefined;
    }
    case "bigint":
      return isIntegerOf(value, 64)
        ? undefined
        : `Value must be a valid signed 64-bit integer between ${shown(leastInteger)} and ${shown(mostInteger)}`;
    case "double":
      return isNumber(value) ? undefined : "Value must be a valid float";
    case "boolean":
      return typeof value === "boolean" ? undefined : "Value must be a valid boolean";
    case "datetime":
      return isDatetime(value) ? undefined : datetimeMessage;
    case "point":
    case "linestring":
    case "polygon":
      return spatialFault(type, value);
    default:
      return typeof value === "string" && storedLength(value, encrypt) <= size ? undefined : textMessage(size);
  }
}

/** What is kept around an encrypted value: the cipher's name, its vector (12 bytes) and tag (16 bytes) in hexadecimal. */
const ENVELOPE = JSON.stringify({
  data: "",
  method: "aes-128-gcm",
  iv: "0".repeat(24),
  tag: "0".repeat(32),
  version: "1",
});

/** The characters that a text takes in its column: encrypted it is base64 in an envelope, and must fit so. */
function storedLength(value: string, encrypt: boolean): number {
  return encrypt ? ENVELOPE.length + 4 * Math.ceil(Buffer.byteLength(value) / 3) : [...value].length;
}

function formatFault({ format, elements, min, max, unbound }: Column, value: Json): string | undefined {
  if (format === "email" && !isEmail(value)) return "Value must be a valid email address";
  if (format === "url" && !isUrl(value)) return "Value must be a valid URL";
  if (format === "ip" && !isIp(value)) return "Value must be a valid IP address";
  if (format === "enum" && !elements.includes(value))
    return `Value must be one of (${elements.map(String).join(", ")})`;
  if (unbound || !isNumber(value) || !isNumber(min) || !isNumber(max) || (value >= min && value <= max))
    return undefined;
  return `Value must be a valid range between ${shown(min)} and ${shown(max)}`;
}

/** A value as a row keeps it. */
export function storedValue(column: Column, value: Json): Json {
  // Of a bigint, a whole number as text is that number.
  if (column.type === "bigint" && typeof value === "string" && /^-?\d+$/.test(value)) {
    const number = numericValue(value);
    return isIntegerOf(number, 64) ? number : value;
  }
  if (isList(value) && column.array) return value.map((element) => storedValue({ ...column, array: false }, element));
  if (isSpatial(column) && typeof value === "string") return fromWords(value);
  if (column.type === "datetime" && typeof value === "string")
    return readDatetime(value)?.toISOString().replace("Z", "+00:00") ?? value;
  return value;
}

function shown(value: number | bigint): string {
  return typeof value === "bigint" || Number.isInteger(value) ? grouped(value) : String(value);
}

function textMessage(size: number): string {
  return `Value must be a valid string and no longer than ${size} chars`;
}
