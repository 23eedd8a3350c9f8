import {
  ApiError,
  type Backend,
  type Copied,
  type Copying,
  isRecord,
  type Json,
  type JsonObject,
  type Listing,
  type Row,
  type Value,
} from "../../schema/index.ts";
import { writeJson } from "../../schema/json.ts";
import { encodeDefault } from "./column-attributes.ts";
import { type Dialect, tablePath } from "./dialect.ts";

/** The words of the routes of rows and documents, those without a schema included. */
type Words = Pick<Dialect, "tableId" | "tables" | "records" | "columnNoun"> & { readonly root: string };

/** Rows in one request: the most that the bulk routes take (API chapter R1). */
const BULK = 100;

/**
 * Carries the rows of one table to its pair: in bulk where the server takes that, which it does not for tables with relationships. Rows that
 * are there already and say the same are not written, so that it may be repeated and goes on where it ended. Relations are carried in a
 * pass of their own, when all rows are there.
 */
export async function copyRecords(dialect: Words, { from, to, source, target, pass }: Copying): Promise<Copied> {
  const places = {
    from: listingOf(dialect, tablePath(dialect, source)),
    to: listingOf(dialect, tablePath(dialect, target)),
  };
  const told = source[`${dialect.columnNoun}s`] ?? null;
  const columns = isRecord(told) ? told : null;
  const relations = Object.entries(columns ?? {}).flatMap(([key, column]) =>
    isRecord(column) && column["type"] === "relationship" ? [key] : [],
  );
  if (pass === "relations" && relations.length === 0) return { read: 0, written: 0, total: 0 };
  const own = columns === null ? null : Object.keys(columns).filter((key) => !relations.includes(key));
  const select = pass === "content" ? [] : [query("select", ["$id", ...relations.map((key) => `${key}.$id`)])];
  const describe = (row: JsonObject): JsonObject =>
    pass === "content" ? contentOf(row, own, columns ?? {}) : relationsOf(row, relations);
  let [read, written] = [0, 0];
  for await (const page of pages(from, places.from, select)) {
    read += page.length;
    const ids = page.map((row) => String(row["$id"]));
    const found = await to.list(places.to, [...select, query("equal", ids, "$id"), query("limit", [BULK])]);
    const there = new Map(found.map((row) => [String(row["$id"]), writeJson(describe(row))]));
    const differing = page.filter((row) => there.get(String(row["$id"])) !== writeJson(describe(row)));
    if (pass === "content") await upsert(to, dialect, places.to.path, differing.map(describe));
    else for (const row of differing) await relate(to, places.to.path, String(row["$id"]), describe(row));
    written += differing.length;
  }
  return { read, written, total: pass === "content" ? await total(to, places.to) : 0 };
}

async function upsert(to: Backend, dialect: Words, path: string, rows: readonly JsonObject[]): Promise<void> {
  if (rows.length === 0) return;
  try {
    await to.call({ method: "PUT", path, body: { [dialect.records]: rows } });
  } catch (cause) {
    // "Bulk upsert is not supported for tables with relationship columns."
    if (!(cause instanceof ApiError) || cause.details.type !== "general_bad_request") throw cause;
    for (const { $id, $permissions, ...data } of rows) {
      await to.call({ method: "PUT", path: `${path}/${String($id)}`, body: { data, permissions: $permissions ?? [] } });
    }
  }
}

async function relate(to: Backend, path: string, id: string, data: JsonObject): Promise<void> {
  await to.call({ method: "PATCH", path: `${path}/${id}`, body: { data } });
}

/**
 * What a row says of itself, in an order that does not depend on the server. A null where the column has a default is that default: the server
 * keeps no other, not even when it is asked to (real-server F14).
 */
function contentOf(row: JsonObject, own: readonly string[] | null, columns: Row): JsonObject {
  const keys = own ?? Object.keys(row).filter((key) => !key.startsWith("$"));
  return {
    $id: row["$id"] ?? null,
    $permissions: [...((row["$permissions"] ?? []) as readonly string[])].sort(),
    ...Object.fromEntries([...keys].sort().map((key) => [key, row[key] ?? defaultOf(columns[key])])),
  };
}

function defaultOf(column: Value | undefined): Json {
  return isRecord(column) ? encodeDefault(column["type"] ?? null, column["default"] ?? null) : null;
}

/** The ids that a row relates to, by key. */
function relationsOf(row: JsonObject, relations: readonly string[]): JsonObject {
  const idOf = (related: Json): Json =>
    isRecord(related as never) ? ((related as JsonObject)["$id"] ?? null) : related;
  return Object.fromEntries(
    relations.map((key) => {
      const related = row[key] ?? null;
      return [key, Array.isArray(related) ? (related as readonly Json[]).map(idOf) : idOf(related)];
    }),
  );
}

async function* pages(
  backend: Backend,
  listing: Listing,
  select: readonly string[],
): AsyncGenerator<readonly JsonObject[]> {
  for (let after: string | null = null; ; ) {
    const cursor: readonly string[] = after === null ? [] : [query("cursorAfter", [after])];
    const page = await backend.list(listing, [...select, query("limit", [BULK]), ...cursor]);
    if (page.length > 0) yield page;
    if (page.length < BULK) return;
    after = String(page.at(-1)?.["$id"]);
  }
}

/** All rows of a table, also beyond the 5000 that the server counts. */
async function total(backend: Backend, listing: Listing): Promise<number> {
  let count = 0;
  for await (const page of pages(backend, listing, [query("select", ["$id"])])) count += page.length;
  return count;
}

function query(method: string, values: readonly (string | number)[], attribute?: string): string {
  return JSON.stringify({ method, ...(attribute === undefined ? {} : { attribute }), values });
}

function listingOf(dialect: Words, table: string): Listing {
  return { path: `${table}/${dialect.records}`, items: dialect.records, key: "$id", unbounded: true };
}
