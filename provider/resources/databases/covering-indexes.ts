import {
  ApiError,
  type Backend,
  isList,
  isNotFound,
  type JsonObject,
  type Row,
  type Session,
  UserError,
  type Value,
  warning,
} from "../../schema/index.ts";
import { describeColumn } from "./column-attributes.ts";
import { columnListing } from "./column-calls.ts";
import type { Dialect } from "./dialect.ts";
import { rememberedIndexes, rememberIndex } from "./index-memory.ts";
import { createIndex, deleteIndex, describeIndex, indexListing } from "./index-resource.ts";
import { indexFaults, isLengthFault } from "./index-rules.ts";

/**
 * Indexes over a column that goes. The server takes the column out of them, drops them, or does not let go of it at all (F15), and
 * Terraform knows nothing of it: to its plan an index is unchanged whose column is made anew with the same key. So what covered a
 * column is remembered, and made again when the column is.
 */
export async function releaseColumns(
  session: Session,
  dialect: Dialect,
  table: string,
  keys: readonly string[],
): Promise<void> {
  for (const index of await covering(session.backend, dialect, table, keys)) {
    rememberIndex(session.backend, table, index);
    if (index["type"] !== "unique" || columnsOf(dialect, index).length === 1) continue;
    await drop(session, table, index);
    const { columnNoun, tableNoun } = dialect;
    const text = `Appwrite does not let go of a ${columnNoun} while a unique index covers it together with others, so the index ${String(index["key"])} of the ${tableNoun} was deleted first. It is made again where the ${columnNoun} is.`;
    session.report(warning("Unique index deleted", text));
  }
}

/** Makes the indexes again that covered these columns, once all their columns are there. What cannot be made is told. */
export async function restoreIndexes(
  session: Session,
  dialect: Dialect,
  table: string,
  keys: readonly string[],
): Promise<void> {
  const wanted = rememberedIndexes(session.backend, table).filter((index) => covers(dialect, index, keys));
  if (wanted.length === 0) return;
  await session.backend.exclusive(`indexes ${table}`, async () => {
    const columns = await session.backend.list(columnListing(dialect, table));
    const there = Object.fromEntries(
      columns.map((column) => [String(column["key"]), describeColumn(dialect, column, null) as Row]),
    );
    const isWhole = (index: JsonObject) =>
      columnsOf(dialect, index).every((key) => key.startsWith("$") || Object.hasOwn(there, key));
    for (const index of wanted.filter(isWhole)) {
      const fault = indexFaults(dialect, there, rowOf(dialect, index), []).find((one) => !isLengthFault(one));
      if (fault) tellLost(session, dialect, index, fault.detail);
      else await restore(session, dialect, table, index);
    }
  });
}

async function restore(session: Session, dialect: Dialect, table: string, index: JsonObject): Promise<void> {
  const key = String(index["key"]);
  try {
    const query = JSON.stringify({ method: "equal", attribute: "key", values: [key] });
    const [found] = await session.backend.list(indexListing(table), [query]);
    if (found && columnsOf(dialect, found).join() === columnsOf(dialect, index).join()) return;
    if (found) await drop(session, table, found);
    await createIndex(session, dialect, table, rowOf(dialect, index));
    await session.wait(indexListing(table), key, (made) => {
      if (made?.["status"] === "available") return "done";
      return made?.["status"] === "failed" ? { failed: `it ${String(made["error"])}` } : "wait";
    });
  } catch (cause) {
    if (!(cause instanceof ApiError || cause instanceof UserError)) throw cause;
    tellLost(session, dialect, index, cause.message);
  }
}

function tellLost(session: Session, { columnNoun, tableNoun }: Dialect, { key }: JsonObject, reason: string): void {
  const text = `The index ${String(key)} of the ${tableNoun} covered a ${columnNoun} that was made anew, and could not be made again: ${reason}`;
  session.report(warning("Index lost", text));
}

/** The indexes over some columns; none are known to a key that may not read them. */
async function covering(
  backend: Backend,
  dialect: Dialect,
  table: string,
  keys: readonly string[],
): Promise<readonly JsonObject[]> {
  try {
    return (await backend.list(indexListing(table))).filter((index) => covers(dialect, index, keys));
  } catch (cause) {
    if (isNotFound(cause) || (cause instanceof ApiError && cause.details.status === 401)) return [];
    throw cause;
  }
}

async function drop(session: Session, table: string, index: JsonObject): Promise<void> {
  try {
    await deleteIndex(session, table, String(index["key"]));
  } catch (cause) {
    if (!isNotFound(cause)) throw cause;
  }
}

function covers(dialect: Dialect, index: JsonObject, keys: readonly string[]): boolean {
  const lower = keys.map((key) => key.toLowerCase());
  return columnsOf(dialect, index).some((key) => lower.includes(key.toLowerCase()));
}

function columnsOf(dialect: Dialect, index: JsonObject): readonly string[] {
  const columns = index[dialect.indexColumns];
  return isList(columns as Value) ? (columns as readonly string[]) : [];
}

function rowOf(dialect: Dialect, index: JsonObject): Row {
  const { key, type, orders, lengths } = describeIndex(index, null) as Row;
  return {
    key: key ?? null,
    type: type ?? null,
    [dialect.indexColumns]: columnsOf(dialect, index),
    orders: orders ?? null,
    lengths: lengths ?? null,
  };
}
