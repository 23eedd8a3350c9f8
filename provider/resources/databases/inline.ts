import { isRecord, isUnknown, type Json, type JsonObject, type Row, type Value } from "../../schema/index.ts";
import {
  encodeDefault,
  LEAST_FLOAT,
  LEAST_INTEGER,
  MOST_FLOAT,
  MOST_INTEGER,
  SYSTEM_COLUMNS,
  WIRE_TYPES,
} from "./column-attributes.ts";
import type { Dialect } from "./dialect.ts";

/**
 * The columns that a table's create call takes, in its own spelling. What it refuses (varchar, texts, relationships) or
 * silently ignores (encryption) is made by the single routes afterwards (real-server F13, F18).
 */
export function inlineColumns(columns: Row, serverVersion: string | null): readonly JsonObject[] {
  return Object.entries(columns)
    .filter(([, column]) => isRecord(column) && isInline(column, serverVersion))
    .slice(0, MOST_INLINE)
    .map(([key, column]) => inlineColumn(key, column as Row));
}

/**
 * The indexes that a table's create call takes: those whose columns all go inline, and that give an order or a length to all of them or
 * to none. The single route takes fewer of them as well.
 */
export function inlineIndexes(dialect: Dialect, indexes: Row, columns: readonly JsonObject[]): readonly JsonObject[] {
  const keys = new Set(columns.map((column) => String(column["key"])));
  return Object.entries(indexes).flatMap(([key, index]) => {
    if (!isRecord(index)) return [];
    const named = index[dialect.indexColumns] as readonly string[];
    if (!named.every((column) => keys.has(column) || SYSTEM_COLUMNS.includes(column))) return [];
    const orders = (index["orders"] ?? []) as readonly string[];
    const lengths = (index["lengths"] ?? []) as readonly number[];
    if ([orders, lengths].some((parts) => parts.length > 0 && parts.length !== named.length)) return [];
    return [
      {
        key,
        type: index["type"] as string,
        // The inline form says `attributes` in both families, and takes orders in upper case only (F18).
        attributes: named,
        ...(orders.length > 0 ? { orders: orders.map((order) => order.toUpperCase()) } : {}),
        ...(lengths.length > 0 ? { lengths } : {}),
      },
    ];
  });
}

const MOST_INLINE = 100;
const INLINE = [
  "string",
  "integer",
  "float",
  "boolean",
  "datetime",
  "point",
  "line",
  "polygon",
  "email",
  "enum",
  "ip",
  "url",
];

/** Sizes that the single routes give to the formats of a string (API chapter R1). */
const FORMAT_SIZES: { readonly [format: string]: number } = { email: 254, enum: 255, ip: 39, url: 2000 };

function isInline(column: Row, serverVersion: string | null): boolean {
  const type = String(column["type"]);
  if (column["encrypt"] === true || isUnknown(column["default"])) return false;
  // The inline form counts an element in bytes, and takes "0" for none.
  const elements = type === "enum" ? (column["elements"] as readonly string[]) : [];
  if (elements.some((element) => element === "0" || Buffer.byteLength(element) > 255)) return false;
  if (type === "bigint") return serverVersion !== null && !serverVersion.startsWith("1.9.0");
  return INLINE.includes(type);
}

function inlineColumn(key: string, column: Row): JsonObject {
  const type = String(column["type"]);
  const size = FORMAT_SIZES[type];
  const value = encodeDefault(column["type"] ?? null, column["default"] ?? null);
  return {
    key,
    ...(size === undefined ? { type: WIRE_TYPES[type] ?? type } : { type: "string", format: type, size }),
    ...(column["required"] === true ? { required: true } : {}),
    ...(column["array"] === true ? { array: true } : {}),
    ...(value === null ? {} : { default: value }),
    ...(type === "string" ? { size: column["size"] as number } : {}),
    ...(type === "enum" ? { elements: column["elements"] as Json } : {}),
    ...bounds(type, column),
  };
}

/** Numbers carry explicit bounds, or they never accept any, and eight bytes, or they hold only 32 bits (F13). */
function bounds(type: string, column: Row): JsonObject {
  const or = (value: Value | undefined, limit: number | bigint): Json => (value ?? limit) as Json;
  switch (type) {
    case "integer":
    case "bigint":
      return { size: 8, min: or(column["min"], LEAST_INTEGER), max: or(column["max"], MOST_INTEGER) };
    case "float":
      return { min: or(column["float_min"], LEAST_FLOAT), max: or(column["float_max"], MOST_FLOAT) };
    default:
      return {};
  }
}
