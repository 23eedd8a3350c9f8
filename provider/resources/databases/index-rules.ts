import {
  type Diagnostic,
  error,
  isList,
  isRecord,
  isUnknown,
  type Path,
  printPath,
  type Row,
  type Value,
} from "../../schema/index.ts";
import { SPATIAL_TYPES, SYSTEM_COLUMNS } from "./column-attributes.ts";
import type { Dialect } from "./dialect.ts";

/** What a server takes of indexes (real-server F28, API chapter A9): characters in one index, indexes of one table. */
const LONGEST = 768;
const MOST = 58;

const TEXTS: readonly string[] = ["string", "varchar", "text", "mediumtext", "longtext", "email", "url", "enum", "ip"];

/** Characters that a type holds where it has no `size` of its own (API chapter R1). */
const SIZES: { readonly [type: string]: number } = {
  text: 65_535,
  mediumtext: 16_777_215,
  longtext: 2_147_483_647,
  email: 254,
  enum: 255,
  ip: 39,
  url: 2000,
};

/** What is wrong with an index whatever the columns are: columns twice, orders or lengths that have no column, negative lengths. */
export function indexFormFaults(dialect: Dialect, index: Row, path: Path): readonly Diagnostic[] {
  const keys = index[dialect.indexColumns];
  if (!isList(keys)) return [];
  const at = attributeOf(path);
  const named = keys.map((key) => (typeof key === "string" ? key.toLowerCase() : null));
  const twice = keys.filter((_, place) => named[place] !== null && named.indexOf(named[place] ?? null) < place);
  const strange = keys.filter((key) => typeof key === "string" && key.startsWith("$") && !SYSTEM_COLUMNS.includes(key));
  const lengths = isList(index["lengths"]) ? index["lengths"] : [];
  return [
    ...twice.map((key) =>
      invalid(at(dialect.indexColumns), `names ${String(key)} twice. Name each ${dialect.columnNoun} once.`),
    ),
    ...strange.map((key) =>
      invalid(
        at(dialect.indexColumns),
        `names ${String(key)}. Of the system's own only ${SYSTEM_COLUMNS.join(", ")} can be indexed.`,
      ),
    ),
    ...["orders", "lengths"].flatMap((name) => {
      const list = index[name];
      return isList(list) && list.length > keys.length
        ? [
            invalid(
              at(name),
              `has ${list.length} elements for ${keys.length} ${dialect.columnNoun}s. Remove what is too many.`,
            ),
          ]
        : [];
    }),
    ...lengths
      .filter((length) => typeof length === "number" && length < 0)
      .map((length) => invalid(at("lengths"), `must not hold ${String(length)}: a length is 0 (all) or more.`)),
  ];
}

/** Columns that an inline index names and the table does not have, where its columns are all inline. */
export function missingFaults(dialect: Dialect, columns: Row | null, index: Row, path: Path): readonly Diagnostic[] {
  const keys = index[dialect.indexColumns];
  if (columns === null || !isList(keys)) return [];
  return keys.flatMap((key, place) => {
    if (typeof key !== "string" || key.startsWith("$") || isRecord(columns[key]) || isUnknown(columns[key])) return [];
    const here: Path = [...path, { kind: "attribute", name: dialect.indexColumns }, { kind: "index", index: place }];
    const known = Object.keys(columns).join(", ");
    const text = `The ${dialect.tableNoun} has no ${dialect.columnNoun} ${key}. It has: ${known || "none"}.`;
    return [error("Invalid value", text, here)];
  });
}

/** What the columns of an index do not allow, of those that are known. */
export function indexFaults(dialect: Dialect, columns: Row, index: Row, path: Path): readonly Diagnostic[] {
  const keys = index[dialect.indexColumns];
  const type = index["type"];
  if (!isList(keys) || typeof type !== "string") return [];
  const lengths = isList(index["lengths"]) ? index["lengths"] : [];
  if (type === "spatial" && keys.length > 1) {
    const here = attributeOf(path)(dialect.indexColumns);
    return [invalid(here, `names ${keys.length} ${dialect.columnNoun}s; a spatial index takes one.`)];
  }
  const found = keys.flatMap((key, place): readonly Diagnostic[] => {
    const column = columnOf(columns, key);
    if (!isRecord(column)) return [];
    const here: Path = [...path, { kind: "attribute", name: dialect.indexColumns }, { kind: "index", index: place }];
    if (column["array"] === true && column["type"] !== "relationship") return [listFault(dialect, String(key), here)];
    const fault = columnFault(dialect, type, String(key), column, lengths[place] ?? 0);
    return fault === null ? [] : [error("Invalid value", fault, here)];
  });
  return found.length > 0 || isUnknown(index["lengths"])
    ? found
    : lengthFaults(dialect, columns, type, keys, lengths, path);
}

function columnFault(dialect: Dialect, index: string, key: string, column: Row, length: Value): string | null {
  const type = String(column["type"]);
  const noun = `The ${dialect.columnNoun} ${key}`;
  if (type === "relationship") return `${noun} is a relationship, which Appwrite cannot index.`;
  if (index === "fulltext" && !TEXTS.includes(type)) return `A fulltext index needs text; ${key} is of type ${type}.`;
  if (index === "spatial" && !SPATIAL_TYPES.includes(type)) {
    return `A spatial index needs a point, line or polygon; ${key} is of type ${type}.`;
  }
  if (index === "spatial" && column["required"] !== true && !isUnknown(column["required"])) {
    return `${noun} must be required = true for a spatial index, which does not take null.`;
  }
  if (index !== "spatial" && SPATIAL_TYPES.includes(type)) {
    return `${noun} is a ${type}, which only an index of type spatial takes.`;
  }
  if (!TEXTS.includes(type) && typeof length === "number" && length > 0) {
    return `A length is for text; ${key} is of type ${type}. Put 0 in its place in lengths.`;
  }
  const size = sizeOf(column);
  return typeof length === "number" && size !== null && length > size
    ? `The length ${length} is more than the ${size} characters of ${key}.`
    : null;
}

/** Appwrite 1.9.0 makes such an index together with its table, and keeps it; all else is refused (real-server F28, 1.9.0). */
function listFault({ columnNoun, tableNoun }: Dialect, key: string, path: Path): Diagnostic {
  const text = `The ${columnNoun} ${key} is a list, over which Appwrite makes no index: only 1.9.0 did, together with a new ${tableNoun}.`;
  return { ...error("Invalid value", text, path), summary: OVER_LIST };
}

const OVER_LIST = "Index over a list";

/** Is a fault of an index that may be there already, though no server of today makes it? */
export function isListFault({ summary }: Diagnostic): boolean {
  return summary === OVER_LIST;
}

/** A key or unique index takes so many characters in all; a text without a length counts with its size. */
function lengthFaults(
  dialect: Dialect,
  columns: Row,
  type: string,
  keys: readonly Value[],
  lengths: readonly Value[],
  path: Path,
): readonly Diagnostic[] {
  if ((type !== "key" && type !== "unique") || lengths.some(isUnknown)) return [];
  const parts = keys.map((key, place) => {
    const column = columnOf(columns, key);
    const length = lengths[place];
    if (typeof length === "number" && length > 0) return length;
    // In units of a character's four bytes.
    return isRecord(column) ? (sizeOf(column) ?? (column["type"] === "float" ? 2 : 1)) : 1;
  });
  const total = parts.reduce((sum, part) => sum + part, 0);
  if (total <= LONGEST) return [];
  const at = attributeOf(path)(dialect.indexColumns);
  const text = `together have ${total} characters, of which an index takes ${LONGEST}. Give lengths, such as lengths = [255], or index fewer ${dialect.columnNoun}s.`;
  return [{ ...invalid(at, text), summary: TOO_LONG }];
}

const TOO_LONG = "Index too long";

/** Does a fault say that an index has more characters than MariaDB takes? */
export function isLengthFault({ summary }: Diagnostic): boolean {
  return summary === TOO_LONG;
}

/** What every row has of its own, as an index sees it. */
const OWN: { readonly [key: string]: Value } = {
  $id: { type: "string", size: 255, required: true },
  $createdAt: { type: "datetime" },
  $updatedAt: { type: "datetime" },
};

function columnOf(columns: Row, key: Value): Value | undefined {
  return typeof key === "string" ? (OWN[key] ?? columns[key]) : undefined;
}

/** The characters of a text column; null for other types, and while they are not known. */
function sizeOf(column: Row): number | null {
  const type = String(column["type"]);
  if (!TEXTS.includes(type)) return null;
  const size = SIZES[type] ?? column["size"];
  return typeof size === "number" ? size : null;
}

/** More indexes than a table takes. */
export function indexCountFaults(indexes: Row | null): readonly Diagnostic[] {
  const count = Object.keys(indexes ?? {}).length;
  return count > MOST
    ? [error("Invalid value", `indexes has ${count} entries; Appwrite takes ${MOST} in a table.`, "indexes")]
    : [];
}

function attributeOf(path: Path): (name: string) => Path {
  return (name) => [...path, { kind: "attribute", name }];
}

function invalid(path: Path, detail: string): Diagnostic {
  return error("Invalid value", `${printPath(path)} ${detail}`, path);
}
