import {
  type Attributes,
  type Backend,
  type Change,
  type Diagnostic,
  error,
  type Hooks,
  isList,
  isNotFound,
  type Json,
  type JsonObject,
  type Listing,
  parent,
  type ResourceDefinition,
  type Row,
  type Session,
  standard,
  t,
  UserError,
  type Value,
  warning,
} from "../../schema/index.ts";
import { describeColumn, KEY_PATTERN } from "./column-attributes.ts";
import { columnListing, makeOnce, waitForColumn } from "./column-calls.ts";
import { type Dialect, tablePath } from "./dialect.ts";
import { forgetIndex } from "./index-memory.ts";
import { indexFaults, indexFormFaults, isLengthFault } from "./index-rules.ts";
import { countRecords } from "./rows-at-risk.ts";

/** What an index is, apart from its key and where it lives. No part of it can be changed in place. */
export function indexAttributes(dialect: Dialect): Attributes {
  const { columnNoun } = dialect;
  return {
    type: t
      .oneOf("key", "unique", "fulltext", "spatial")
      .required(
        "Type of the index. `unique` must not be made on values that repeat: the server would not enforce it.",
        { replace: true },
      ),
    [dialect.indexColumns]: t
      .list(t.string)
      .required(
        `Keys of the ${columnNoun}s that it covers, in order. \`$id\`, \`$createdAt\` and \`$updatedAt\` are allowed.`,
        {
          replace: true,
          length: [1, 100],
        },
      ),
    orders: t
      .list(t.oneOfAnyCase("asc", "desc"))
      .optional(`Order of each ${columnNoun}: \`asc\` or \`desc\`, in either case.`, {
        replace: true,
        absent: [[]],
        unset: [],
        length: [0, 100],
      }),
    lengths: t
      .list(t.int)
      .optional(`How many characters of each ${columnNoun} are indexed; 0 = all. At most 768 in all.`, {
        replace: true,
        absent: [[]],
        length: [0, 100],
      }),
  };
}

/** The resource of one index, in the words of a dialect. */
export function indexResource(dialect: Dialect, type: string): ResourceDefinition {
  return {
    type,
    noun: "index",
    summary: `An index of a ${dialect.tableNoun}.`,
    notes: "An index cannot be changed: every change deletes it and makes it anew, without loss of data.",
    scopes: { read: [...dialect.scopes.read, "indexes.read"], write: [...dialect.scopes.write, "indexes.write"] },
    attributes: {
      database_id: parent(dialect.databaseType, "database"),
      [dialect.tableId]: parent(dialect.tableType, dialect.tableNoun),
      key: t.string.serverDefault("Key of the index. A random one when not set.", {
        replace: true,
        generated: true,
        length: [1, 255],
        pattern: KEY_PATTERN,
      }),
      ...indexAttributes(dialect),
      status: t.string.computed("Status of the index: `available`, `processing`, `deleting`, `stuck` or `failed`.", {
        clone: "skip",
      }),
      error: t.string.computed("The server's reason, where the index failed.", { clone: "skip" }),
      ...standard,
    },
    api: {
      create: `POST ${dialect.root}/{database_id}/${dialect.tables}/{${dialect.tableId}}/indexes`,
      list: {
        path: `${dialect.root}/{database_id}/${dialect.tables}/{${dialect.tableId}}/indexes`,
        items: "indexes",
        key: "key",
      },
      readFrom: "list",
      ready: { property: "status", done: ["available"], failed: ["failed", "stuck"], error: "error" },
      deletesLater: true,
    },
    hooks: indexHooks(dialect),
    blames: { [`${dialect.columnNoun}_index_invalid`]: dialect.indexColumns },
    importId: ["database_id", dialect.tableId, "key"],
    timeouts: { create: 10, delete: 5 },
    lookup: { by: [], plural: `${type}es` },
    cloning: { inlineIn: "indexes" },
  };
}

function indexHooks(dialect: Dialect): Hooks {
  return {
    validate: (config) => indexFormFaults(dialect, config, []),
    check: (backend, change) => checkColumns(backend, dialect, change),
    create: (session, planned) => createIndex(session, dialect, tablePath(dialect, planned), planned),
    delete: async ({ backend }, state) => {
      const [table, key] = [tablePath(dialect, state), String(state["key"])];
      forgetIndex(backend, table, key);
      await backend.call({ method: "DELETE", path: `${table}/indexes/${key}` });
    },
    fromWire: (answer, previous) => describeIndex(answer, previous),
  };
}

/** What the columns that are there already do not allow; those that the same apply makes are not judged. */
async function checkColumns(
  backend: Backend,
  dialect: Dialect,
  { action, planned }: Change,
): Promise<readonly Diagnostic[]> {
  const isAnswerable =
    planned && typeof planned["database_id"] === "string" && typeof planned[dialect.tableId] === "string";
  if (!isAnswerable || (action !== "create" && action !== "replace")) return [];
  try {
    const told = await backend.list(columnListing(dialect, tablePath(dialect, planned)));
    const columns = told.map((column) => {
      return [String(column["key"]), describeColumn(dialect, column, null)] as const;
    });
    // How long an index may be depends on the database behind the server, which has the last word.
    return indexFaults(dialect, Object.fromEntries(columns) as Row, planned, []).map((fault) =>
      isLengthFault(fault) ? { ...fault, severity: "warning" } : fault,
    );
  } catch (cause) {
    // The table may be made by the same apply.
    if (isNotFound(cause)) return [];
    throw cause;
  }
}

/** Where the indexes of a table are listed: the only place that tells their status truly (real-server F1). */
export function indexListing(table: string): Listing {
  return { path: `${table}/indexes`, items: "indexes", key: "key" };
}

/** Asks the server to make an index, once its columns are there; a unique one only where no values repeat. */
export async function createIndex(session: Session, dialect: Dialect, table: string, index: Row): Promise<JsonObject> {
  const keys = (index[dialect.indexColumns] as readonly string[]).filter((key) => !key.startsWith("$"));
  await awaitColumns(session, dialect, table, keys, dialect.indexColumns);
  if (index["type"] === "unique") await refuseDuplicates(session, dialect, table, index);
  return makeOnce(session.backend, indexListing(table), String(index["key"]), {
    method: "POST",
    path: `${table}/indexes`,
    body: indexBody(dialect, index),
  });
}

/** The body of an index's create call. */
export function indexBody(dialect: Dialect, index: Row): JsonObject {
  const { key, type, orders, lengths } = index;
  return {
    key: key as string,
    type: type as string,
    [dialect.indexColumns]: index[dialect.indexColumns] as readonly string[],
    ...(orders ? { orders: orders as readonly string[] } : {}),
    ...(lengths ? { lengths: lengths as readonly number[] } : {}),
  };
}

/** Deletes an index and waits until it is gone. */
export async function deleteIndex(session: Session, table: string, key: string): Promise<void> {
  await session.backend.call({ method: "DELETE", path: `${table}/indexes/${key}` });
  await session.wait(indexListing(table), key, (index) => (index === null ? "done" : "wait"));
}

/**
 * The server tells a length of every column, 0 or null where none was given, and null for an order that it decides itself: what is written
 * keeps its form where it means the same.
 */
export function describeIndex(answer: JsonObject, previous: Row | null): JsonObject {
  const orders = Array.isArray(answer["orders"]) ? (answer["orders"] as readonly Json[]) : null;
  const lengths = Array.isArray(answer["lengths"]) ? (answer["lengths"] as readonly Json[]) : null;
  const ordered = orders === null ? answer : { ...answer, orders: toldOrders(orders) };
  if (lengths === null) return ordered;
  const told = lengths.map((length, at) => (length === OVER_LIST && orders?.[at] === null ? 0 : (length ?? 0)));
  const written = previous?.["lengths"];
  const known = isList(written) ? written : [];
  const isSame = known.length <= told.length && told.every((length, at) => length === (known[at] ?? 0));
  return { ...ordered, lengths: isSame ? ((isList(written) ? written : null) as Json) : told };
}

/** The length that Appwrite 1.9.0 gives to a column that is a list, together with a null for its order. */
const OVER_LIST = 255;

/** Orders without those at the end that nobody gave; one in between is ascending. */
export function toldOrders(orders: readonly Json[]): readonly Json[] {
  const count = orders.findLastIndex((order) => order !== null) + 1;
  return orders.slice(0, count).map((order) => order ?? "ASC");
}

async function awaitColumns(
  session: Session,
  dialect: Dialect,
  table: string,
  keys: readonly string[],
  attribute: string,
): Promise<void> {
  const columns = await session.backend.list(columnListing(dialect, table));
  const statuses = new Map(columns.map((column) => [String(column["key"]), String(column["status"])]));
  const missing = keys.find((key) => !statuses.has(key));
  if (missing !== undefined) {
    const text = `The ${dialect.tableNoun} has no ${dialect.columnNoun} ${missing}. If this configuration makes it, refer to it (appwrite_….NAME.key), so that Terraform makes it before the index; else correct the key.`;
    throw new UserError(error("Index not created", text, attribute));
  }
  await Promise.all(
    keys.filter((key) => statuses.get(key) !== "available").map((key) => waitForColumn(session, dialect, table, key)),
  );
}

/** So many records are read to look for values that repeat. */
const CHECKED = 5000;

/**
 * The server makes a unique index over values that repeat, calls it available and does not enforce it (F2). So they are looked for
 * first.
 */
async function refuseDuplicates(session: Session, dialect: Dialect, table: string, index: Row): Promise<void> {
  const keys = index[dialect.indexColumns] as readonly string[];
  const count = await countRecords(session.backend, table, dialect.records);
  if (count === 0) return;
  if (count >= CHECKED) {
    const text = `The ${dialect.tableNoun} has at least ${CHECKED} ${dialect.records}, too many to look for values that repeat. Appwrite makes a unique index over such values without enforcing it: make sure that there are none.`;
    session.report(warning("Unique index not checked", text, dialect.indexColumns));
    return;
  }
  const repeated = await findDuplicate(session.backend, dialect, table, keys);
  if (repeated === null) return;
  const text = `The ${dialect.records} ${repeated[0]} and ${repeated[1]} have the same ${keys.join(", ")}. Appwrite would make the index but not enforce it. Remove what repeats, then apply again.`;
  throw new UserError(error("Unique index not created", text, dialect.indexColumns));
}

async function findDuplicate(
  backend: Backend,
  dialect: Dialect,
  table: string,
  keys: readonly string[],
): Promise<readonly [string, string] | null> {
  const select = JSON.stringify({ method: "select", values: ["$id", ...keys] });
  const records = await backend.list(
    { path: `${table}/${dialect.records}`, items: dialect.records, key: "$id", unbounded: true },
    [select],
  );
  const seen = new Map<string, string>();
  for (const record of records) {
    const values = keys.map((key) => (record[key] ?? null) as Value);
    if (values.includes(null)) continue;
    // MariaDB compares without regard to case; two values that differ in case only clash as well.
    const tuple = JSON.stringify(values).toLowerCase();
    const before = seen.get(tuple);
    if (before !== undefined) return [before, String(record["$id"])];
    seen.set(tuple, String(record["$id"]));
  }
  return null;
}
