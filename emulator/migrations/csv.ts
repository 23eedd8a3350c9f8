import type { Column } from "../databases/columns.ts";
import { isList, isObject, type Json, type JsonObject, parseJson } from "../json.ts";
import { MigrationError, phpJson } from "./resources.ts";

/** The records of a CSV text: fields in double quotes may hold delimiters, line ends and doubled quotes. An empty line has one field. */
export function csvRecords(text: string, delimiter: string): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  let field = "";
  let isQuoted = false;
  const endField = () => {
    fields.push(field);
    field = "";
  };
  const endRecord = () => {
    endField();
    records.push(fields);
    fields = [];
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? "";
    if (isQuoted) {
      if (letter !== '"') field += letter;
      else if (text[at + 1] === '"') field += text[++at] ?? "";
      else isQuoted = false;
    } else if (letter === '"') isQuoted = true;
    else if (letter === delimiter) endField();
    else if (letter === "\n") endRecord();
    else if (letter !== "\r" || text[at + 1] !== "\n") field += letter;
  }
  if (fields.length > 0 || field !== "") endRecord();
  return records;
}

const DELIMITERS = [",", ";", "\t", "|"];

/**
 * The delimiter that splits the first five lines best, as the server's library reckons: into as many fields in every line, and
 * fields that are longer than a letter.
 */
export function delimiterOf(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(0, 5);
  const scores = DELIMITERS.map((delimiter) => scoreOf(lines, delimiter));
  const best = Math.max(0, ...scores);
  return best > 0 ? (DELIMITERS[scores.indexOf(best)] ?? ",") : ",";
}

function scoreOf(lines: readonly string[], delimiter: string): number {
  const split = lines.map((line) => csvRecords(line, delimiter)[0] ?? [line]);
  const counts = split.map(({ length }) => length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const average = total / Math.max(1, counts.length);
  if (average <= 1) return 0;
  const variance = counts.reduce((sum, count) => sum + (count - average) ** 2, 0) / counts.length;
  const consistency = 1 / (1 + (2 * Math.sqrt(variance)) / average);
  return (consistency * split.flat().filter((field) => field.trim().length > 1).length) / total;
}

/** What the server's library refuses of a CSV file's first line. */
export function refuseHeaders(headers: readonly string[], columns: readonly Column[]): void {
  const missing = columns.filter(({ required, key }) => required && !headers.includes(key)).map(({ key }) => key);
  if (missing.length === 0) return;
  const label = missing.length === 1 ? "Missing required column" : "Missing required columns";
  throw new MigrationError(`CSV header validation failed: ${label}: '${missing.join("', '")}'`, 400);
}

/** The values of a line, by column, as the types of the columns want them; what no column is called stays as it is. */
export function valuesOfLine(
  headers: readonly string[],
  line: readonly string[],
  columns: ReadonlyMap<string, Column>,
): JsonObject {
  if (line.length !== headers.length)
    throw new MigrationError("CSV row does not match the number of header columns.", 400);
  return Object.fromEntries(headers.map((key, at) => [key, valueOf(key, line[at] ?? "", columns.get(key))]));
}

function valueOf(key: string, given: string, column: Column | undefined): Json {
  if (!column && key !== "$permissions") return given;
  const text = given.trim();
  const { type = "string", relationType = "", array = key === "$permissions" } = column ?? {};
  if (type === "relationship" && relationType === "manyToMany") return listIn(text);
  if (array && type !== "relationship") return arrayOf(key, text, type);
  if (text === "null") return null;
  if (text === "") return EMPTY_AS_NULL.includes(type) ? null : "";
  return STRUCTURED.includes(type) ? jsonIn(text) : scalarOf(text, type);
}

const EMPTY_AS_NULL = ["integer", "bigint", "double", "boolean", "datetime", "relationship"];
const STRUCTURED = ["point", "linestring", "polygon"];

function arrayOf(key: string, text: string, type: string): Json {
  if (text === "") return [];
  const parsed = jsonIn(text);
  const read = parsed === null && text !== "null" ? fieldsIn(text) : parsed;
  // An object is a list for PHP.
  const list = isObject(read) ? Object.values(read) : read;
  if (!isList(list)) throw new MigrationError(`Invalid array format for column '${key}': ${text}`, 400);
  return list.map((item) => (isList(item) || isObject(item) ? item : scalarOf(item, type)));
}

/** A value as a type wants it; null where it does not fit. */
function scalarOf(value: Json, type: string): Json {
  const text = String(value).trim();
  const isNumeric = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text);
  if (type === "integer" || type === "bigint") {
    if (!isNumeric) return null;
    return /^[+-]?\d+$/.test(text) ? parseJson(text.replace(/^\+/, "")) : Math.trunc(Number(text));
  }
  if (type === "double") return isNumeric ? Number(text) : null;
  if (type === "boolean") {
    const word = text.toLowerCase();
    if (["1", "true", "on", "yes"].includes(word)) return true;
    return ["0", "false", "off", "no", ""].includes(word) ? false : null;
  }
  return value;
}

function listIn(text: string): string[] {
  return text
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== "");
}

function fieldsIn(text: string): string[] {
  return (csvRecords(text, ",")[0] ?? []).map((item) => item.trim()).filter((item) => item !== "");
}

function jsonIn(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** How a CSV file is written. */
export type CsvStyle = { readonly delimiter: string; readonly enclosure: string; readonly header: boolean };

/** A line of a CSV file. */
export function csvLine(fields: readonly string[], { delimiter, enclosure }: CsvStyle): string {
  const told = fields.map((field) => {
    const isPlain = ![delimiter, enclosure, "\n", "\r"].some((sign) => field.includes(sign));
    return isPlain ? field : `${enclosure}${field.replaceAll(enclosure, enclosure + enclosure)}${enclosure}`;
  });
  return `${told.join(delimiter)}\n`;
}

/** A value as a CSV file has it. */
export function csvValue(value: Json): string {
  if (value === null) return "null";
  if (isList(value)) return value.length === 0 ? "" : phpJson(value);
  if (isObject(value)) return phpJson(value);
  return String(value);
}
