import {
  type Backend,
  type Diagnostic,
  error,
  isNotFound,
  isRecord,
  isWhollyKnown,
  type Json,
  type JsonObject,
  type Listing,
  type Path,
  type Row,
  type Session,
  UserError,
  type Value,
} from "../../schema/index.ts";
import { describeColumn, REPLACING } from "./column-attributes.ts";
import { capitalised, createColumn, deleteColumn, updateColumn, waitForColumn } from "./column-calls.ts";
import { restoreIndexes } from "./covering-indexes.ts";
import type { Dialect } from "./dialect.ts";
import { rememberIndex } from "./index-memory.ts";
import { createIndex, deleteIndex, describeIndex, indexListing } from "./index-resource.ts";

/**
 * Brings the columns and indexes of a table to what is planned, by looking first at what is there: renames, then indexes that must
 * go, columns that must go, columns that are missing or differ, and at last the indexes. Null leaves that part alone. Every step may
 * be repeated, so that an apply after a crash goes on where it ended. Order and reasons: real-server F3, F5, F15.
 *
 * A column with values goes only where the plan has said so: `prior` are the columns that the plan knew of, null where there was no
 * table. One that came or changed since then is left, and told as a `UserError` where it stands in the way.
 */
export async function syncStructure(
  session: Session,
  dialect: Dialect,
  table: string,
  prior: Row | null,
  columns: Row | null,
  indexes: Row | null,
): Promise<void> {
  const there = async () => byKey(itemsOf((await readTable(session.backend, dialect, table))[dialect.columns]));
  const thereIndexes = byKey(await session.backend.list(indexListing(table)));

  if (columns !== null) await renameColumns(session, dialect, table, columns, await there());
  const before = await there();
  const doomed = columns === null ? [] : doomedColumns(dialect, prior ?? {}, columns, before);

  const staleIndexes = [...thereIndexes.values()].filter((index) => isStale(dialect, index, indexes, doomed));
  // Where indexes are resources of their own, those over columns that are made anew come back with them.
  if (indexes === null) for (const index of staleIndexes) rememberIndex(session.backend, table, index);
  await each(staleIndexes, (index) => dropIndex(session, table, String(index["key"])));
  await each(doomed, (key) => deleteColumn(session, dialect, table, key));

  if (columns !== null) await makeColumns(session, dialect, table, columns, withoutKeys(before, doomed));
  if (indexes !== null) {
    const kept = withoutKeys(
      thereIndexes,
      staleIndexes.map((index) => String(index["key"])),
    );
    await makeIndexes(session, dialect, table, indexes, kept);
  } else await restoreIndexes(session, dialect, table, doomed);
}

/**
 * Does a table's answer tell all that is planned, nothing more, and all of it ready? Then nothing is left to be brought about. Columns and
 * indexes in the list of tables are true (real-server F1).
 */
export function isSettled(dialect: Dialect, table: JsonObject, columns: Row | null, indexes: Row | null): boolean {
  const isReady = (item: JsonObject): boolean => item["status"] === "available";
  const own = itemsOf(table[dialect.columns]).filter((column) => column["side"] !== "child");
  const all = itemsOf(table["indexes"]);
  const areColumns =
    columns === null ||
    (own.length === Object.keys(columns).length &&
      own.every((found) => {
        const wanted = columns[String(found["key"])];
        return (
          isRecord(wanted) &&
          isReady(found) &&
          !isReplaced(dialect, found, wanted) &&
          !isChanged(dialect, found, wanted)
        );
      }));
  const areIndexes =
    indexes === null ||
    (all.length === Object.keys(indexes).length &&
      all.every((found) => {
        const wanted = indexes[String(found["key"])];
        return isRecord(wanted) && isReady(found) && isSameIndex(dialect, found, wanted);
      }));
  return areColumns && areIndexes;
}

/**
 * A table with its columns and indexes, from the list of tables, where these are true (real-server F1). The list of columns would not
 * do: it does not tell whether a varchar or a text is encrypted, and one that seems not to be would be made anew.
 */
export async function readTable(backend: Backend, dialect: Dialect, table: string): Promise<JsonObject> {
  const parts = table.split("/");
  const listing: Listing = { path: parts.slice(0, -1).join("/"), items: dialect.tables, key: "$id" };
  const found = await backend.findWritten(listing, String(parts.at(-1)));
  return found ?? ((await backend.call({ method: "GET", path: table, items: dialect.columns })) as JsonObject);
}

/** The columns or indexes that a table's answer tells. */
export function itemsOf(items: Json | undefined): readonly JsonObject[] {
  return Array.isArray(items) ? (items as readonly JsonObject[]) : [];
}

type ByKey = ReadonlyMap<string, JsonObject>;

async function renameColumns(
  session: Session,
  dialect: Dialect,
  table: string,
  columns: Row,
  there: ByKey,
): Promise<void> {
  for (const [key, column] of Object.entries(columns)) {
    const former = isRecord(column) ? column["previous_key"] : null;
    if (typeof former !== "string" || there.has(key) || Object.hasOwn(columns, former)) continue;
    const found = there.get(former);
    if (!found || isReplaced(dialect, found, column as Row)) continue;
    const current = { ...rowOf(dialect, found), key: former };
    await updateColumn(session, dialect, table, current, { ...(column as Row), key });
  }
}

/** Columns that must go: those that the plan removes or makes anew, and those that the server failed to make. */
function doomedColumns(dialect: Dialect, prior: Row, columns: Row, there: ByKey): readonly string[] {
  return [...there.values()]
    .filter((found) => found["side"] !== "child")
    .filter((found) => {
      const key = String(found["key"]);
      if (found["status"] === "failed" || found["status"] === "stuck" || found["status"] === "deleting") return true;
      const [before, wanted] = [prior[key], columns[key]];
      if (isRecord(before) && (!isRecord(wanted) || isOther(dialect, before, wanted))) return true;
      if (isRecord(wanted) && isReplaced(dialect, found, wanted)) throw changedSinceError(dialect, key);
      return false;
    })
    .map((found) => String(found["key"]));
}

/**
 * Why a table whose columns were left alone so far cannot be managed by `columns` yet: columns that are there and that the
 * configuration does not name, or makes anew, would be lost although no plan could show them. Empty when nothing would.
 */
export function adoptionFaults(dialect: Dialect, columns: Row, there: readonly JsonObject[]): readonly Diagnostic[] {
  const own = there.filter((found) => found["side"] !== "child" && found["status"] !== "failed");
  const former = new Set(Object.values(columns).map((column) => (isRecord(column) ? column["previous_key"] : null)));
  const unnamed = own
    .map((found) => String(found["key"]))
    .filter((key) => !Object.hasOwn(columns, key) && !former.has(key));
  const others = own.filter((found) => {
    const wanted = columns[String(found["key"])];
    return isRecord(wanted) && isWhollyKnown(wanted) && isReplaced(dialect, found, wanted);
  });
  return [
    ...(unnamed.length === 0
      ? []
      : [
          error(
            `${capitalised(dialect.columnNoun)}s not named`,
            `The ${dialect.tableNoun} has ${dialect.columnNoun}s that ${dialect.columns} does not name: ${unnamed.join(", ")}. From now on all that is not named would be removed with its values. Name them and apply; a later plan that removes them then shows what is lost.`,
            dialect.columns,
          ),
        ]),
    ...others.map((found) =>
      error(
        `${capitalised(dialect.columnNoun)} defined otherwise`,
        `The ${dialect.columnNoun} ${String(found["key"])} of the ${dialect.tableNoun} is another one than ${dialect.columns} says, and it cannot be changed in place. Write it as it is and apply; a later plan that makes it anew then shows what is lost.`,
        [
          { kind: "attribute", name: dialect.columns },
          { kind: "key", key: String(found["key"]) },
        ],
      ),
    ),
  ];
}

function changedSinceError(dialect: Dialect, key: string): UserError {
  const text = `The ${dialect.columnNoun} ${key} is not what it was when this was planned, and it cannot be changed in place. It is left as it is. Plan again to see what would be lost.`;
  const path: Path = [
    { kind: "attribute", name: dialect.columns },
    { kind: "key", key },
  ];
  return new UserError(error(`${capitalised(dialect.columnNoun)} changed since the plan`, text, path));
}

/** Does a found column differ from a definition in what cannot be changed in place? */
function isReplaced(dialect: Dialect, found: JsonObject, wanted: Row): boolean {
  const current = rowOf(dialect, found);
  // What tells nothing of encryption proves nothing.
  return isOther(
    dialect,
    typeof found["encrypt"] === "boolean" ? current : { ...current, encrypt: wanted["encrypt"] ?? false },
    wanted,
  );
}

/** Do two definitions of a column differ in what cannot be changed in place? */
function isOther(dialect: Dialect, before: Row, after: Row): boolean {
  return [...REPLACING, dialect.relatedId].some((name) => (before[name] ?? false) !== (after[name] ?? false));
}

function isStale(dialect: Dialect, index: JsonObject, indexes: Row | null, doomed: readonly string[]): boolean {
  const covered = (index[dialect.indexColumns] ?? []) as readonly string[];
  if (covered.some((column) => doomed.includes(column))) return true;
  if (indexes === null) return false;
  const wanted = indexes[String(index["key"])];
  if (!isRecord(wanted)) return true;
  return index["status"] === "failed" || index["status"] === "stuck" || !isSameIndex(dialect, index, wanted);
}

function isSameIndex(dialect: Dialect, index: JsonObject, wanted: Row): boolean {
  const found = describeIndex(index, wanted);
  const text = (value: unknown) => JSON.stringify(value ?? []).toLowerCase();
  return (
    found["type"] === wanted["type"] &&
    text(found[dialect.indexColumns]) === text(wanted[dialect.indexColumns]) &&
    text(found["orders"]) === text(wanted["orders"]) &&
    text(found["lengths"]) === text(wanted["lengths"])
  );
}

async function makeColumns(
  session: Session,
  dialect: Dialect,
  table: string,
  columns: Row,
  there: ByKey,
): Promise<void> {
  const wanted = Object.entries(columns).map(
    ([key, column]) => ({ ...(column as Row), key }) as Row & { readonly key: string },
  );
  const missing = wanted.filter(({ key }) => !there.has(key));
  const plain = missing.filter((column) => column["type"] !== "relationship");
  const relationships = missing.filter((column) => column["type"] === "relationship");
  // Plain columns are asked for together and made by one worker; relationships one at a time.
  await each(plain, (column) => createColumn(session, dialect, table, column));
  const processing = wanted.filter(({ key }) => there.get(key)?.["status"] === "processing");
  await each([...plain, ...processing], ({ key }) => waitForColumn(session, dialect, table, key));
  for (const column of relationships) await createColumn(session, dialect, table, column);
  for (const column of wanted) {
    const found = there.get(column.key);
    if (found && isChanged(dialect, found, column)) {
      await updateColumn(session, dialect, table, { ...rowOf(dialect, found), key: column.key }, column);
    }
  }
}

async function makeIndexes(
  session: Session,
  dialect: Dialect,
  table: string,
  indexes: Row,
  there: ByKey,
): Promise<void> {
  const wanted = Object.entries(indexes).map(
    ([key, index]) => ({ ...(index as Row), key }) as Row & { readonly key: string },
  );
  const missing = wanted.filter(({ key }) => !there.has(key));
  await each(missing, (index) => createIndex(session, dialect, table, index));
  const waiting = wanted.filter(({ key }) => there.get(key)?.["status"] !== "available");
  await each(waiting, ({ key }) =>
    session.wait(indexListing(table), key, (index) => {
      if (index?.["status"] === "available") return "done";
      if (index?.["status"] !== "failed" && index?.["status"] !== "stuck") return "wait";
      return {
        failed: `Appwrite reports the index ${key} as "${index["status"]}": ${index["error"] || "it gives no reason"}.`,
      };
    }),
  );
}

async function dropIndex(session: Session, table: string, key: string): Promise<void> {
  try {
    await deleteIndex(session, table, key);
  } catch (cause) {
    if (!isNotFound(cause)) throw cause;
  }
}

/** Attributes of a column that a PATCH changes. */
const CHANGEABLE = [
  "required",
  "default",
  "size",
  "min",
  "max",
  "float_min",
  "float_max",
  "elements",
  "on_delete",
  "two_way_key",
];

function isChanged(dialect: Dialect, found: JsonObject, wanted: Row): boolean {
  const current = rowOf(dialect, found, wanted);
  return CHANGEABLE.some((name) => text(current[name]) !== text(wanted[name]));
}

function text(value: Value | undefined): string {
  if (value === undefined || value === null || value === false) return "";
  return Array.isArray(value) ? JSON.stringify(value) : String(value);
}

/** An answer as a row of our attributes; bounds at the type's limit are no bounds. */
function rowOf(dialect: Dialect, found: JsonObject, previous: Row | null = null): Row {
  const told = describeColumn(dialect, found, previous);
  return {
    type: told["type"] as Value,
    required: told["required"] as Value,
    array: told["array"] as Value,
    size: told["size"] as Value,
    min: bounded(told["min"]),
    max: bounded(told["max"]),
    float_min: bounded(told["floatMin"]),
    float_max: bounded(told["floatMax"]),
    elements: told["elements"] as Value,
    default: told["default"] as Value,
    encrypt: told["encrypt"] as Value,
    [dialect.relatedId]: told[dialect.relatedParameter] as Value,
    relationship_type: told["relationshipType"] as Value,
    two_way: told["twoWay"] as Value,
    two_way_key: told["twoWayKey"] as Value,
    on_delete: told["onDelete"] as Value,
  };
}

function bounded(value: unknown): Value {
  const limit = typeof value === "bigint" || (typeof value === "number" && Math.abs(value) >= 9.2e18);
  const isBeyond =
    typeof value === "bigint" ? value >= 2n ** 63n - 1n || value <= -(2n ** 63n) : Math.abs(Number(value)) >= 1.797e308;
  return value === null || value === undefined || (limit && isBeyond) ? null : (value as Value);
}

function byKey(items: readonly JsonObject[]): ByKey {
  return new Map(items.map((item) => [String(item["key"]), item]));
}

function withoutKeys(items: ByKey, keys: readonly string[]): ByKey {
  return new Map([...items].filter(([key]) => !keys.includes(key)));
}

/** Does all at once; the first failure is told when all have ended, so that nothing goes on behind the back of an answer. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const ends = await Promise.allSettled(items.map(work));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
}
