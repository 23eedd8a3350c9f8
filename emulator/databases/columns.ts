import { readDatetime } from "../dates.ts";
import { ServerError } from "../errors.ts";
import { isInteger, isList, isNumber, type Json, type JsonObject } from "../json.ts";
import type { AttributeType } from "../queries.ts";
import { grouped, integerMessage, isEmail, isUrl, spatialFault } from "../rules.ts";
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
    ...fields,
  };
}

/** A column as the server tells it: the fields depend on its type. */
export function showColumn(words: Words, column: Column, changes: JsonObject = {}): JsonObject {
  const { type, format } = column;
  const common = {
    key: column.key,
    type,
    status: column.status,
    error: column.error,
    required: column.required,
    array: column.array,
    $createdAt: column.createdAt,
    $updatedAt: column.updatedAt,
  };
  if (type === "relationship") {
    return {
      ...common,
      [words.related]: column.related,
      relationType: column.relationType,
      twoWay: column.twoWay,
      twoWayKey: column.twoWayKey,
      onDelete: column.onDelete,
      side: column.side,
      ...changes,
    };
  }
  const rest: JsonObject =
    type === "string" && format === "enum"
      ? { elements: column.elements, format, default: column.default }
      : type === "string" && format !== ""
        ? { format, default: column.default }
        : type === "string" || type === "varchar"
          ? { size: column.size, default: column.default, encrypt: column.encrypt }
          : textTypes.includes(type)
            ? { default: column.default, encrypt: column.encrypt }
            : type === "integer" || type === "bigint" || type === "double"
              ? { min: column.min, max: column.max, default: column.default }
              : type === "datetime"
                ? { format: "", default: column.default }
                : { default: column.default };
  const visible = Object.fromEntries(Object.entries(changes).filter(([name]) => Object.hasOwn(rest, name)));
  return { ...common, ...rest, ...visible };
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
  return 20;
}

/** What kind of values queries compare for a column. */
export function queryType(column: Column): AttributeType {
  if (spatialTypes.includes(column.type)) return "spatial";
  if (column.type === "integer" || column.type === "bigint") return "integer";
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
  const { type, format } = column;
  const wrong = (message: string) => `Attribute "${column.key}" has invalid type. ${message}`;
  switch (type) {
    case "integer":
    case "bigint":
      if (!isInteger(value)) return wrong(integerMessage(64));
      return rangeFault(column, value);
    case "double":
      if (!isNumber(value)) return wrong("Value must be a valid float");
      return rangeFault(column, value);
    case "boolean":
      return typeof value === "boolean" ? undefined : wrong("Value must be a valid boolean");
    case "datetime":
      return readDatetime(value)
        ? undefined
        : wrong("Value must be valid date between 1000-01-01 00:00:00 and 9999-12-31 23:59:59.");
    case "point":
    case "linestring":
    case "polygon": {
      const fault = spatialFault(type, value);
      return fault === undefined ? undefined : wrong(fault);
    }
    default:
      break;
  }
  if (typeof value !== "string") return wrong(textMessage(column.size || 65_535));
  if (column.size > 0 && [...value].length > column.size) return wrong(textMessage(column.size));
  const malformed = (message: string) => `Attribute "${column.key}" has invalid format. ${message}`;
  if (format === "email" && !isEmail(value)) return malformed("Value must be a valid email address");
  if (format === "url" && !isUrl(value)) return malformed("Value must be a valid URL");
  if (format === "ip" && !/^[\d.]+$|:/.test(value)) return malformed("Value must be a valid IP address");
  if (format === "enum" && !column.elements.includes(value))
    return malformed(`Value must be one of (${column.elements.map(String).join(", ")})`);
  return undefined;
}

/** A value as a row keeps it. */
export function storedValue(column: Column, value: Json): Json {
  if (isList(value) && column.array) return value.map((element) => storedValue({ ...column, array: false }, element));
  if (column.type === "datetime" && typeof value === "string")
    return readDatetime(value)?.toISOString().replace("Z", "+00:00") ?? value;
  return value;
}

function rangeFault(column: Column, value: number | bigint): string | undefined {
  const { min, max } = column;
  if (!isNumber(min) || !isNumber(max) || (value >= min && value <= max)) return undefined;
  return `Attribute "${column.key}" has invalid format. Value must be a valid range between ${shown(min)} and ${shown(max)}`;
}

function shown(value: number | bigint): string {
  return typeof value === "bigint" || Number.isInteger(value) ? grouped(value) : String(value);
}

function textMessage(size: number): string {
  return `Value must be a valid string and no longer than ${size} chars`;
}
