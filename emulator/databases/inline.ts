import { isDatetime } from "../dates.ts";
import { invalidArgument, ServerError } from "../errors.ts";
import { isInteger, isList, isNumber, isObject, type Json, type JsonObject } from "../json.ts";
import type { ServerVersion } from "../route-table.ts";
import { isEmail, isIp, isKey, isUrl, keyMessage } from "../rules.ts";
import { type Column, type Index, leastInteger, mostFloat, mostInteger, newColumn } from "./columns.ts";
import { checkIndex, MOST_INDEXES, SYSTEM } from "./index-routes.ts";
import { errorOf, type Words } from "./words.ts";

const TYPES = ["string", "integer", "bigint", "double", "boolean", "datetime", "point", "linestring", "polygon"];
const NUMBERS = ["integer", "bigint", "double"];
const FORMATS = ["", "email", "enum", "ip", "url"];
const LONGEST_TEXT = 1_073_741_824;
const LONGEST_ELEMENT = 255;
const MOST_PARTS = 100;

/**
 * The columns of a table's create call, checked in the order and with the words of the server: anything wrong is 400
 * `general_argument_invalid` (real-server.md, F13 and F18; recording 15).
 */
export function inlineColumns(version: ServerVersion, given: readonly Json[], now: string): Column[] {
  const keys = new Set<string>();
  return given.map((one, at) => {
    if (!isObject(one)) throw invalidArgument(`Attribute at index ${at} must be an object`);
    const fault = columnFault(version, one, at, keys);
    if (fault !== undefined) throw invalidArgument(fault);
    return columnOf(one, now);
  });
}

function columnFault(version: ServerVersion, given: JsonObject, at: number, keys: Set<string>): string | undefined {
  const missing = ["key", "type"].find((name) => (given[name] ?? null) === null);
  if (missing !== undefined) return `Attribute at index ${at} is missing required field '${missing}'`;
  if (!isKey(given["key"] ?? null)) return `Invalid key for attribute at index ${at}: ${keyMessage()}`;
  const key = String(given["key"]);
  if (keys.has(key)) return `Duplicate attribute key: ${key}`;
  keys.add(key);
  const type = String(given["type"]);
  if (!TYPES.includes(type) || (version === "1.9.0" && type === "bigint")) {
    return `Invalid type for attribute '${key}': ${type}`;
  }
  const size = given["size"] ?? null;
  if (type === "string" && !(isInteger(size) && size >= 1 && size <= LONGEST_TEXT)) {
    return `Invalid or missing size for string attribute '${key}'. Size must be between 1 and ${LONGEST_TEXT}`;
  }
  const format = given["format"] ?? "";
  if (format !== "" && type !== "string") return `Format is only allowed for string type for attribute '${key}'`;
  if (!FORMATS.includes(String(format))) return `Invalid format for attribute '${key}': ${String(format)}`;
  const numbers = version === "1.9.0" ? "integer or float" : "integer, bigint or float";
  return (
    flagsFault(given, key, type, numbers) ?? rangeFault(given, key, type, numbers) ?? defaultFault(given, key, type)
  );
}

function flagsFault(given: JsonObject, key: string, type: string, numbers: string): string | undefined {
  for (const name of ["required", "array", "signed"]) {
    const value = given[name] ?? null;
    if (value !== null && typeof value !== "boolean")
      return `Invalid '${name}' value for attribute '${key}': must be a boolean`;
  }
  if ((given["signed"] ?? null) !== null && !NUMBERS.includes(type))
    return `Attribute '${key}': 'signed' can only be used with ${numbers} types`;
  for (const name of ["required", "array"]) {
    if (given[name] === true && (given["default"] ?? null) !== null)
      return `Attribute '${key}' cannot have a default value when ${name} is true`;
  }
  return undefined;
}

function rangeFault(given: JsonObject, key: string, type: string, numbers: string): string | undefined {
  const [min, max] = [given["min"] ?? null, given["max"] ?? null];
  if (min === null && max === null) return undefined;
  if (!NUMBERS.includes(type)) return `Attribute '${key}': min/max can only be used with ${numbers} types`;
  const isUpsideDown = isNumber(min) && isNumber(max) && min > max;
  return isUpsideDown ? `Attribute '${key}': minimum value must be less than or equal to maximum value` : undefined;
}

function defaultFault(given: JsonObject, key: string, type: string): string | undefined {
  const value = given["default"] ?? null;
  const format = given["format"] ?? "";
  if (value !== null) {
    const wrong = (word: string, what: string) => `Default value for ${word} attribute '${key}' must be ${what}`;
    if (type === "string") {
      if (typeof value !== "string") return wrong("string", "a string");
      if ([...value].length > Number(given["size"]))
        return `Default value for attribute '${key}' exceeds maximum size of ${String(given["size"])} characters`;
      if (format === "email" && !isEmail(value)) return wrong("email", "a valid email address");
      if (format === "ip" && !isIp(value)) return wrong("IP", "a valid IP address");
      if (format === "url" && !isUrl(value)) return wrong("URL", "a valid URL");
    }
    if (NUMBERS.includes(type)) {
      const word = type === "double" ? "float" : type;
      if (type === "double" ? !isNumber(value) : !isInteger(value))
        return wrong(word, type === "double" ? "a number" : "an integer");
      const [min, max] = boundsOf(given, type);
      if (isNumber(value) && isNumber(min) && isNumber(max) && (value < min || value > max))
        return wrong(word, `between ${min} and ${max}`);
    }
    if (type === "boolean" && typeof value !== "boolean") return wrong("boolean", "a boolean");
    if (type === "datetime" && typeof value !== "string") return wrong("datetime", "a string in ISO 8601 format");
    if (type === "datetime" && !isDatetime(value)) return wrong("datetime", "in valid ISO 8601 format");
  }
  return format === "enum" ? elementsFault(given, key) : undefined;
}

function elementsFault(given: JsonObject, key: string): string | undefined {
  const elements = given["elements"];
  if (!isList(elements) || elements.length === 0)
    return `Attribute '${key}' with enum format must have 'elements' array`;
  for (const [at, element] of elements.entries()) {
    if (typeof element !== "string" || element === "" || element === "0")
      return `Enum element at index ${at} for attribute '${key}' must be a non-empty string`;
    if (Buffer.byteLength(element) > LONGEST_ELEMENT)
      return `Enum element at index ${at} for attribute '${key}' exceeds maximum length of ${LONGEST_ELEMENT} characters`;
  }
  const value = given["default"] ?? null;
  return value !== null && !elements.includes(value)
    ? `Default value for enum attribute '${key}' must be one of the provided elements`
    : undefined;
}

/** The bounds: what is left out is the type's own, and both are absent when neither is given (F13). */
function boundsOf(given: JsonObject, type: string): readonly [Json, Json] {
  const [min, max] = [given["min"] ?? null, given["max"] ?? null];
  if (min === null && max === null) return [null, null];
  const [least, most] = type === "double" ? [-mostFloat, mostFloat] : [leastInteger, mostInteger];
  return [min ?? least, max ?? most];
}

function columnOf(given: JsonObject, now: string): Column {
  const type = String(given["type"]);
  const [min, max] = boundsOf(given, type);
  return newColumn({
    key: String(given["key"]),
    type,
    format: String(given["format"] ?? ""),
    status: "available",
    createdAt: now,
    required: given["required"] === true,
    array: given["array"] === true,
    size: Number(given["size"] ?? 0),
    default: given["default"] ?? null,
    elements: isList(given["elements"]) ? given["elements"] : [],
    min,
    max,
  });
}

/** The indexes of a table's create call: their form, before the columns are looked at. */
export function inlineIndexes(given: readonly Json[], now: string): Index[] {
  if (given.length > MOST_INDEXES) throw invalidArgument(`Maximum of ${MOST_INDEXES} indexes allowed`);
  const keys = new Set<string>();
  return given.map((one, at) => {
    if (!isObject(one)) throw invalidArgument(`Index at position ${at} must be an object`);
    const fault = indexFault(one, at, keys);
    if (fault !== undefined) throw invalidArgument(fault);
    const columns = isList(one["attributes"]) ? one["attributes"].map(String) : [];
    const lengths = isList(one["lengths"]) ? one["lengths"] : [];
    return {
      key: String(one["key"]),
      type: String(one["type"]),
      status: "available",
      error: "",
      columns,
      orders: isList(one["orders"]) ? one["orders"] : [],
      lengths: columns.map((_, place) => lengths[place] ?? 0),
      createdAt: now,
      updatedAt: now,
      enforced: true,
    };
  });
}

function indexFault(given: JsonObject, at: number, keys: Set<string>): string | undefined {
  const missing = ["key", "type"].find((name) => typeof given[name] !== "string");
  if (missing !== undefined) return `Index at position ${at} is missing required field '${missing}'`;
  const columns = given["attributes"];
  if (!isList(columns)) return `Index at position ${at} is missing required field 'attributes' (must be an array)`;
  const key = String(given["key"]);
  if (!isKey(key)) return `Invalid key for index at position ${at}: ${keyMessage()}`;
  if (keys.has(key)) return `Duplicate index key: ${key}`;
  keys.add(key);
  const type = String(given["type"]);
  if (!["key", "unique", "fulltext", "spatial"].includes(type)) return `Invalid type for index '${key}': ${type}`;
  if (columns.length === 0) return `Index '${key}' must have at least one attribute`;
  if (columns.length > MOST_PARTS) return `Index '${key}' cannot have more than ${MOST_PARTS} attributes`;
  for (const [place, name] of columns.entries()) {
    if (typeof name !== "string") return `Invalid attribute at position ${place} in index '${key}': must be a string`;
    if (!isKey(name) && !SYSTEM.includes(name)) return `Invalid attribute name '${name}' in index '${key}'`;
  }
  return partsFault(given, key, columns.length);
}

function partsFault(given: JsonObject, key: string, count: number): string | undefined {
  for (const name of ["orders", "lengths"]) {
    const list = given[name] ?? null;
    if (list === null) continue;
    if (!isList(list)) return `Index '${key}' ${name} must be an array`;
    if (list.length !== count)
      return `Index '${key}': ${name} array length (${list.length}) must match attributes array length (${count})`;
    for (const part of list) {
      if (part === null) continue;
      if (name === "orders" && part !== "" && part !== "ASC" && part !== "DESC")
        return `Invalid order '${String(part)}' in index '${key}'. Must be 'ASC' or 'DESC'`;
      if (name === "lengths" && !(isInteger(part) && part >= 0))
        return `Invalid length in index '${key}': must be a non-negative integer or null`;
    }
  }
  return undefined;
}

/**
 * An inline index that the columns allow. Of 1.9.0, one over an array column as well, which it limits in length and gives no
 * order (recording 15 of 1.9.0).
 */
export function checkInlineIndex(
  words: Words,
  version: ServerVersion,
  columns: readonly Column[],
  index: Index,
): Index {
  const named = index.columns.map((key) => columns.find((column) => column.key === key));
  const arrays = named.map((column) => column?.array ?? false);
  if (version !== "1.9.0" && arrays.includes(true)) {
    throw new ServerError("index_invalid", {
      message: "Creating indexes on array attributes is not currently supported.",
    });
  }
  const unknown = index.columns.find((key, at) => !named[at] && !SYSTEM.includes(key));
  if (unknown !== undefined) {
    throw new ServerError(errorOf(words, "index", "invalid"), {
      message: `Invalid index attribute "${unknown}" not found`,
    });
  }
  if (!arrays.includes(true)) {
    checkIndex(words, columns, index);
    return index;
  }
  return {
    ...index,
    lengths: index.lengths.map((length, at) => (arrays[at] ? ARRAY_LENGTH : length)),
    orders: index.columns.map((_, at) => (arrays[at] ? null : (index.orders[at] ?? null))),
  };
}

const ARRAY_LENGTH = 255;
