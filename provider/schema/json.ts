import { canonicalNumber } from "./number.ts";
import { Decimal, isList, isNumber, isRecord, type Value } from "./value.ts";

/**
 * Parses JSON without losing digits: integers beyond 2^53 become bigint, other numbers that a double cannot tell exactly in
 * its shortest form become `Decimal`. Throws `SyntaxError` as `JSON.parse` does.
 */
export function parseJson(source: string): Value {
  // Only a number of 16 or more digits, or one with an exponent, can lose something; most texts have none.
  if (!/\d{16}|\d[.\d]{0,32}[eE]|\d\.\d{15}/.test(source)) return JSON.parse(source) as Value;
  const marks: string[] = [];
  const marked = markNumbers(source, marks);
  return unmark(JSON.parse(marked) as Value, marks);
}

/** Writes JSON with all digits of every number. Unknown values cannot be written. */
export function writeJson(value: Value): string {
  if (isNumber(value)) return value instanceof Decimal ? value.text : String(value);
  if (isList(value)) return `[${value.map(writeJson).join()}]`;
  if (isRecord(value)) {
    return `{${Object.entries(value)
      .map(([key, element]) => `${JSON.stringify(key)}:${writeJson(element)}`)
      .join()}}`;
  }
  return JSON.stringify(value);
}

/** A private-use character that starts the stand-in of a number; a text that holds it already is doubled. */
const MARK = "\ue000";

function markNumbers(source: string, marks: string[]): string {
  return source.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) => {
    if (token.startsWith('"'))
      return token.includes(MARK) || token.includes("\\ue0") || token.includes("\\uE0") ? escapeMark(token) : token;
    if (isExact(token)) return token;
    JSON.parse(token);
    marks.push(token);
    return `"${MARK}${marks.length - 1}"`;
  });
}

function escapeMark(token: string): string {
  const text = JSON.parse(token) as string;
  return JSON.stringify(text.startsWith(MARK) ? `${MARK}${MARK}${text.slice(1)}` : text);
}

function isExact(token: string): boolean {
  return token.length < 16 && !/[eE]/.test(token);
}

function unmark(value: Value, marks: readonly string[]): Value {
  if (typeof value === "string" && value.startsWith(MARK)) {
    return value.startsWith(MARK + MARK) ? MARK + value.slice(2) : numberOf(marks[Number(value.slice(1))] ?? "0");
  }
  if (isList(value)) return value.map((element) => unmark(element, marks));
  if (isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [unmarkKey(key), unmark(element, marks)]));
  }
  return value;
}

function unmarkKey(key: string): string {
  return key.startsWith(MARK + MARK) ? MARK + key.slice(2) : key;
}

/** The number that a decimal text tells, in the smallest form that keeps every digit. */
export function numberOf(token: string): number | bigint | Decimal {
  if (/^-?\d+$/.test(token)) {
    const integer = BigInt(token);
    return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
  }
  const double = Number(token);
  if (Number.isFinite(double) && canonicalNumber(double) === canonicalNumber(new Decimal(token))) {
    return double;
  }
  return new Decimal(token);
}
