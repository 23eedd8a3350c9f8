import { readDatetime } from "../dates.ts";
import { ServerError } from "../errors.ts";
import { timestamp } from "../identifiers.ts";
import { isInteger, isList, isNumber, isObject, type Json, type JsonObject, parseJson, writeJson } from "../json.ts";
import { compareValues } from "../queries.ts";
import { isNumeric } from "../rules.ts";
import type { Column } from "./columns.ts";

/**
 * Operators: values that change what a row holds (`{"method":"increment","values":[1]}`), as JSON text or as an object. Updates know
 * them and creations do not, where they are text like any other (the library's `Operator` and its validator).
 */
export type Operator = { readonly method: string; readonly values: readonly Json[] };

const NUMBERS = ["increment", "decrement", "multiply", "divide", "modulo", "power"];
const LISTS = ["Append", "Prepend", "Insert", "Remove", "Unique", "Intersect", "Diff", "Filter"].map(
  (one) => `array${one}`,
);
const METHODS = [
  ...NUMBERS,
  ...LISTS,
  "stringConcat",
  "stringReplace",
  "toggle",
  "dateAddDays",
  "dateSubDays",
  "dateSetNow",
];

/** The operators among the values of a request, by column; what cannot be read is 400. Relationships have none. */
export function operatorsIn(data: JsonObject, columns: readonly Column[]): Map<string, Operator> {
  const found = new Map<string, Operator>();
  for (const [key, value] of Object.entries(data)) {
    if (key.startsWith("$") || columns.some((one) => one.key === key && one.type === "relationship")) continue;
    const given = typeof value === "string" ? decoded(value) : value;
    if (!isObject(given) || typeof given["method"] !== "string" || !METHODS.includes(given["method"])) continue;
    found.set(key, readOperator(key, given, given["method"]));
  }
  return found;
}

function decoded(text: string): Json {
  if (!text.trimStart().startsWith("{")) return null;
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

function readOperator(key: string, given: JsonObject, method: string): Operator {
  const { attribute = "", values = [] } = given;
  const refuse = (what: string) =>
    new ServerError("general_bad_request", {
      message: `Invalid operator for attribute "${key}": Invalid operator ${what}`,
    });
  if (typeof attribute !== "string") throw refuse(`attribute. Must be a string, got ${kindOf(attribute)}`);
  if (!isList(values) && !isObject(values)) throw refuse(`values. Must be an array, got ${kindOf(values)}`);
  return { method, values: isList(values) ? values : Object.values(values) };
}

function kindOf(value: Json | undefined): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "double";
  if (typeof value === "bigint") return "integer";
  return typeof value === "object" ? "array" : typeof value;
}

/** What is wrong with an operator for a column; `current` is undefined where many rows are meant, of which none is looked at. */
export function operatorFault(
  column: Column,
  { method, values }: Operator,
  current: Json | undefined,
): string | undefined {
  const cannot = (why: string) => `Cannot apply ${method} operator${why}`;
  const [first = null] = values;
  if (NUMBERS.includes(method)) return numberFault(column, { method, values }, current);
  if (LISTS.includes(method)) return listFault(column, { method, values }, current);
  const isText = ["string", "varchar", "text", "mediumtext", "longtext"].includes(column.type);
  if (method === "stringConcat") {
    if (!isText || column.array) return cannot(` to non-string field '${column.key}'`);
    if (typeof first !== "string") return cannot(": requires a string value");
    const length = current === undefined ? 0 : Buffer.byteLength(`${current ?? ""}${first}`);
    return length > column.size && column.size > 0
      ? cannot(`: result would exceed maximum length of ${column.size} characters`)
      : undefined;
  }
  if (method === "stringReplace") {
    if (!isText) return cannot(` to non-string field '${column.key}'`);
    const isPair = values.length === 2 && values.every((one) => typeof one === "string");
    return isPair ? undefined : cannot(": requires exactly 2 string values (search and replace)");
  }
  if (method === "toggle")
    return column.type === "boolean" ? undefined : cannot(` to non-boolean field '${column.key}'`);
  if (column.type !== "datetime") return cannot(` to non-datetime field '${column.key}'`);
  return method === "dateSetNow" || isInteger(first) ? undefined : cannot(": requires an integer number of days");
}

const MOST = 2_147_483_647;

function numberFault(
  { type, key }: Column,
  { method, values }: Operator,
  current: Json | undefined,
): string | undefined {
  const cannot = (why: string) => `Cannot apply ${method} operator${why}`;
  const [step = null, limit = null] = values;
  if (type !== "integer" && type !== "double") return cannot(` to non-numeric field '${key}'`);
  if (!isNumeric(step)) return cannot(`: value must be numeric, got ${kindOf(step)}`);
  const noun = { divide: "division", modulo: "modulo" }[method];
  if (noun !== undefined && Number(step) === 0) return cannot(`: ${noun} by zero`);
  if (limit !== null && !isNumeric(limit)) return cannot(`: max/min limit must be numeric, got ${kindOf(limit)}`);
  if (current === undefined || type !== "integer" || limit !== null) return undefined;
  // The library looks at 32 bits, whatever the column takes.
  const result = calculated(method, Number(current ?? 0), Number(step));
  if (result > MOST) return cannot(`: would overflow maximum value of ${MOST}`);
  return result < -MOST ? cannot(`: would underflow minimum value of ${-MOST}`) : undefined;
}

function listFault(
  { array, key }: Column,
  { method, values }: Operator,
  current: Json | undefined,
): string | undefined {
  const cannot = (why: string) => `Cannot apply ${method} operator${why}`;
  const isSet = method === "arrayIntersect" || method === "arrayDiff";
  if (!array)
    return isSet
      ? `Cannot use ${method} operator on non-array attribute '${key}'`
      : cannot(` to non-array field '${key}'`);
  const [first = null] = values;
  switch (method) {
    case "arrayInsert":
      if (values.length !== 2) return cannot(": requires exactly 2 values (index and value)");
      if (!isInteger(first) || first < 0) return cannot(": index must be a non-negative integer");
      return isList(current) && Number(first) > current.length
        ? cannot(`: index ${first} is out of bounds for array of length ${current.length}`)
        : undefined;
    case "arrayRemove":
      return values.length === 0 ? cannot(": requires a value to remove") : undefined;
    case "arrayIntersect":
      return values.length === 0 ? `${method} operator requires a non-empty array value` : undefined;
    case "arrayFilter":
      if (values.length < 1 || values.length > 2)
        return cannot(": requires 1 or 2 values (condition and optional comparison value)");
      if (typeof first !== "string") return cannot(": condition must be a string");
      return CONDITIONS.includes(first)
        ? undefined
        : `Invalid array filter condition '${first}'. Must be one of: ${CONDITIONS.join(", ")}`;
    default:
      return undefined;
  }
}

const CONDITIONS = "equal notEqual greaterThan greaterThanEqual lessThan lessThanEqual isNull isNotNull".split(" ");

/** What a checked operator makes of a row's value. */
export function operated(column: Column, { method, values }: Operator, current: Json): Json {
  if (NUMBERS.includes(method)) return counted(column, { method, values }, Number(current ?? 0));
  if (LISTS.includes(method)) return listed({ method, values }, isList(current) ? current : []);
  const [first = "", second = ""] = values;
  switch (method) {
    case "stringConcat":
      return `${current ?? ""}${first}`;
    case "stringReplace":
      return typeof current === "string" ? current.replaceAll(String(first), String(second)) : current;
    case "toggle":
      return current !== true;
    default:
      return moved(method, Number(first), current);
  }
}

function counted({ type }: Column, { method, values }: Operator, current: number): Json {
  const [step = null, limit = null] = values;
  const plain = calculated(method, current, Number(step));
  const bound = limit === null ? null : Number(limit);
  const isLower = method === "decrement" || method === "divide";
  const result = bound === null ? plain : isLower ? Math.max(plain, bound) : Math.min(plain, bound);
  return type === "integer" ? Math.round(result) : result;
}

function calculated(method: string, current: number, step: number): number {
  switch (method) {
    case "increment":
      return current + step;
    case "decrement":
      return current - step;
    case "multiply":
      return current * step;
    case "divide":
      return current / step;
    case "modulo":
      return current % step;
    default:
      return current ** step;
  }
}

function listed({ method, values }: Operator, current: readonly Json[]): Json {
  const [first = null, second = null] = values;
  const has = (list: readonly Json[], value: Json) => list.some((one) => writeJson(one) === writeJson(value));
  switch (method) {
    case "arrayAppend":
      return [...current, ...values];
    case "arrayPrepend":
      return [...values, ...current];
    case "arrayInsert":
      return [...current.slice(0, Number(first)), second, ...current.slice(Number(first))];
    case "arrayRemove":
      return current.filter((one) => !has(isList(first) ? first : [first], one));
    case "arrayUnique":
      return current.filter((one, at) => !has(current.slice(0, at), one));
    case "arrayIntersect":
      return current.filter((one) => has(values, one));
    case "arrayDiff":
      return current.filter((one) => !has(values, one));
    default:
      return current.filter((one) => isMet(String(first), one, second));
  }
}

function isMet(condition: string, one: Json, other: Json): boolean {
  if (condition === "isNull") return one === null;
  if (condition === "isNotNull") return one !== null;
  const order = isNumber(one) && isNumber(other) ? Number(one) - Number(other) : compareValues(one, other);
  switch (condition) {
    case "equal":
      return order === 0;
    case "notEqual":
      return order !== 0;
    case "greaterThan":
      return order > 0;
    case "greaterThanEqual":
      return order >= 0;
    case "lessThan":
      return order < 0;
    default:
      return order <= 0;
  }
}

function moved(method: string, days: number, current: Json): Json {
  if (method === "dateSetNow") return timestamp(new Date());
  const date = readDatetime(current);
  const sign = method === "dateAddDays" ? 1 : -1;
  return date ? timestamp(new Date(date.getTime() + sign * days * 86_400_000)) : null;
}
