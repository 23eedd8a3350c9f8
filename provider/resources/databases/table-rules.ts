import { type Diagnostic, error, isRecord, isUnknown, type Path, type Row, type Value } from "../../schema/index.ts";
import type { Dialect } from "./dialect.ts";

/** What a row takes of its width before any column, and how wide it may be (API chapter R1). */
const BASE_WIDTH = 1067;
const ROW_WIDTH = 65_535;
/** 1017 less the seven that the server has in every table. */
const MOST_COLUMNS = 1010;

/** Bytes that a column takes of a row, by type, where they do not depend on its size. */
const WIDTHS: { readonly [type: string]: number } = {
  boolean: 1,
  datetime: 7,
  integer: 8,
  bigint: 8,
  float: 8,
  relationship: 1021,
  point: 25,
};
const ELSEWHERE = 20;
const FORMAT_SIZES: { readonly [type: string]: number } = { email: 254, enum: 255, ip: 39, url: 2000 };
/** Longer texts are kept beside the row. */
const LONGEST_IN_ROW = 16_381;

/** What is wrong with a table's inline columns as a whole: too many, too wide, or relationships that clash. */
export function tableFaults(dialect: Dialect, config: Row, columns: Row | null): readonly Diagnostic[] {
  if (columns === null) return [];
  return [...countFaults(dialect, columns), ...widthFaults(dialect, columns), ...clashes(dialect, config, columns)];
}

function countFaults(dialect: Dialect, columns: Row): readonly Diagnostic[] {
  const count = Object.keys(columns).length;
  const text = `${dialect.columns} has ${count} entries; Appwrite takes ${MOST_COLUMNS} in a ${dialect.tableNoun}.`;
  return count > MOST_COLUMNS ? [error("Invalid value", text, dialect.columns)] : [];
}

function widthFaults(dialect: Dialect, columns: Row): readonly Diagnostic[] {
  const widths = Object.entries(columns).map(([key, column]) => [key, widthOf(column)] as const);
  const total = widths.reduce((sum, [, width]) => sum + width, BASE_WIDTH);
  if (total < ROW_WIDTH) return [];
  const widest = [...widths]
    .sort(([, one], [, other]) => other - one)
    .slice(0, 3)
    .map(([key, width]) => `${key} (${width})`);
  const text = `The ${dialect.columnNoun}s make a row of ${total} bytes; Appwrite takes less than ${ROW_WIDTH}. Characters count four times. The widest: ${widest.join(", ")}. Use text, mediumtext or longtext for long texts, which are kept elsewhere, or make size smaller.`;
  return [error("Row too wide", text, dialect.columns)];
}

function widthOf(column: Value): number {
  if (!isRecord(column)) return 0;
  const type = String(column["type"]);
  if (column["array"] === true) return ELSEWHERE;
  const size = FORMAT_SIZES[type] ?? column["size"];
  if (type === "string" || type === "varchar" || FORMAT_SIZES[type] !== undefined) {
    if (typeof size !== "number") return 0;
    return size > LONGEST_IN_ROW ? ELSEWHERE : size * 4 + (size > 255 ? 2 : 1);
  }
  return WIDTHS[type] ?? ELSEWHERE;
}

/**
 * Relationships to one table that the server refuses side by side: two with the same key on the far side, which one-way ones
 * reserve as well, and a second manyToMany (real-server F29).
 */
function clashes(dialect: Dialect, config: Row, columns: Row): readonly Diagnostic[] {
  const seen = new Map<string, string>();
  return Object.entries(columns).flatMap(([key, column]): readonly Diagnostic[] => {
    if (!isRecord(column) || column["type"] !== "relationship") return [];
    const related = column[dialect.relatedId];
    const farKey = column["two_way_key"] ?? config["id"] ?? null;
    const kind = column["relationship_type"];
    if (typeof related !== "string" || isUnknown(farKey) || isUnknown(kind)) return [];
    const at = (name: string): Path => [
      { kind: "attribute", name: dialect.columns },
      { kind: "key", key },
      { kind: "attribute", name },
    ];
    const found: Diagnostic[] = [];
    const clash = claim(seen, `${related} key ${String(farKey).toLowerCase()}`, key);
    if (clash !== null) {
      const text = `The relationships ${clash} and ${key} use the same key in ${related}${column["two_way_key"] ? "" : `, the id of this ${dialect.tableNoun}`}, also where they are one-way. Give each a two_way_key of its own.`;
      found.push(error("Invalid value", text, at("two_way_key")));
    }
    const second = kind === "manyToMany" ? claim(seen, `${related} manyToMany`, key) : null;
    if (second !== null) {
      const text = `Appwrite takes one manyToMany relationship between two ${dialect.tableNoun}s; ${second} is there already.`;
      found.push(error("Invalid value", text, at("relationship_type")));
    }
    return found;
  });
}

/** Notes who has a place first; gives who had it before. */
function claim(seen: Map<string, string>, place: string, key: string): string | null {
  const before = seen.get(place) ?? null;
  if (before === null) seen.set(place, key);
  return before;
}
