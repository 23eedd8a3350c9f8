/** A JSON value whose integers keep all 64 bits: those beyond 2^53 are `bigint`, all other numbers are `number`. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** Says whether a JSON value is an object (not null, not a list). */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Says whether a JSON value is a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Says whether a value is an integer in the server's sense: a JSON number without a fraction, of any size. */
export function isInteger(value: Json | undefined): value is number | bigint {
  return (
    typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 63)
  );
}

/** Says whether a value is a JSON number, whole or not. */
export function isNumber(value: Json | undefined): value is number | bigint {
  return typeof value === "bigint" || typeof value === "number";
}

/**
 * Parses JSON text without rounding integers; throws a SyntaxError when the text is not JSON.
 *
 * Numbers of up to 15 digits go through `JSON.parse`; only texts with a longer run of digits pay for the exact parser.
 */
export function parseJson(text: string): Json {
  if (!/\d{16}/.test(text)) return JSON.parse(text) as Json;
  const state = { text, at: 0 };
  const value = parseValue(state);
  skipSpace(state);
  if (state.at < text.length) throw unexpected(state);
  return value;
}

type Cursor = {
  readonly text: string;
  at: number;
  /** Where the cursor is inside the value, kept only by `wholeFloats`. */
  readonly path?: string[];
  readonly floats?: Set<string>;
};

/**
 * The places (`data.i`, `rows.0.f`) of numbers that are written as floats and are whole, such as `1.0`: for the server these are
 * no integers. Empty when the text is not JSON.
 */
export function wholeFloats(text: string): ReadonlySet<string> {
  const floats = new Set<string>();
  if (!/\d(\.0+|[eE])/.test(text)) return floats;
  try {
    parseValue({ text, at: 0, path: [], floats });
  } catch {
    return new Set();
  }
  return floats;
}

function parseValue(cursor: Cursor): Json {
  skipSpace(cursor);
  const character = cursor.text[cursor.at];
  if (character === "{") return parseMembers(cursor);
  if (character === "[") return parseItems(cursor);
  if (character === '"') return parseString(cursor);
  for (const [word, value] of [
    ["true", true],
    ["false", false],
    ["null", null],
  ] as const) {
    if (cursor.text.startsWith(word, cursor.at)) {
      cursor.at += word.length;
      return value;
    }
  }
  return parseNumber(cursor);
}

function parseMembers(cursor: Cursor): Json {
  const object: Record<string, Json> = {};
  cursor.at += 1;
  skipSpace(cursor);
  if (cursor.text[cursor.at] === "}") {
    cursor.at += 1;
    return object;
  }
  for (;;) {
    skipSpace(cursor);
    if (cursor.text[cursor.at] !== '"') throw unexpected(cursor);
    const key = parseString(cursor);
    skipSpace(cursor);
    if (cursor.text[cursor.at] !== ":") throw unexpected(cursor);
    cursor.at += 1;
    cursor.path?.push(key);
    const value = parseValue(cursor);
    cursor.path?.pop();
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
    if (endOf(cursor, "}")) return object;
  }
}

function parseItems(cursor: Cursor): Json {
  const items: Json[] = [];
  cursor.at += 1;
  skipSpace(cursor);
  if (cursor.text[cursor.at] === "]") {
    cursor.at += 1;
    return items;
  }
  for (;;) {
    cursor.path?.push(String(items.length));
    items.push(parseValue(cursor));
    cursor.path?.pop();
    if (endOf(cursor, "]")) return items;
  }
}

function endOf(cursor: Cursor, close: string): boolean {
  skipSpace(cursor);
  const character = cursor.text[cursor.at];
  if (character !== "," && character !== close) throw unexpected(cursor);
  cursor.at += 1;
  return character === close;
}

function parseString(cursor: Cursor): string {
  let end = cursor.at + 1;
  while (end < cursor.text.length && cursor.text[end] !== '"') end += cursor.text[end] === "\\" ? 2 : 1;
  const value = JSON.parse(cursor.text.slice(cursor.at, end + 1)) as string;
  cursor.at = end + 1;
  return value;
}

function parseNumber(cursor: Cursor): number | bigint {
  const match = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/.exec(cursor.text.slice(cursor.at, cursor.at + 400));
  if (!match) throw unexpected(cursor);
  cursor.at += match[0].length;
  const value = Number(match[0]);
  if ((match[1] || match[2]) && Number.isInteger(value)) cursor.floats?.add((cursor.path ?? []).join("."));
  if (match[1] || match[2] || Number.isSafeInteger(value)) return value;
  const exact = BigInt(match[0]);
  return exact >= -(2n ** 63n) && exact < 2n ** 63n ? exact : value;
}

function skipSpace(cursor: Cursor): void {
  while (/[ \t\r\n]/.test(cursor.text[cursor.at] ?? "")) cursor.at += 1;
}

function unexpected(cursor: Cursor): SyntaxError {
  return new SyntaxError(`Unexpected token at position ${cursor.at}`);
}

/** Writes JSON text as the server does: integers of 64 bits in full, floats in PHP's notation (`1.0e+25`). */
export function writeJson(value: Json): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return writeNumber(value);
  if (isList(value)) return `[${value.map(writeJson).join(",")}]`;
  if (isObject(value)) {
    const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${writeJson(member)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) return "0";
  const text = String(value);
  const exponent = /^(-?\d+)(\.\d+)?e([+-]\d+)$/.exec(text);
  if (exponent) return `${exponent[1]}${exponent[2] ?? ".0"}e${exponent[3]}`;
  return Object.is(value, -0) ? "-0.0" : text;
}

/** Turns empty objects into empty lists, at any depth, as the server's decoder does; every request body passes through. */
export function asServerReads(value: Json): Json {
  if (isList(value)) return value.map(asServerReads);
  if (!isObject(value)) return value;
  const members = Object.entries(value);
  if (members.length === 0) return [];
  return Object.fromEntries(members.map(([key, member]) => [key, asServerReads(member)]));
}
