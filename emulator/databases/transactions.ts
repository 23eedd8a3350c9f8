import type { Context } from "../context.ts";
import { ServerError } from "../errors.ts";
import { isList, isNumber, isObject, type Json, type JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { matches, parseQueries, type Query } from "../queries.ts";
import type { Place, Stored } from "../store.ts";
import type { FoundTable } from "./places.ts";
import { checkedQueries, everyRow, selectRows } from "./row-queries.ts";
import {
  changeRow,
  changeRows,
  countRow,
  everything,
  givenOf,
  insertRow,
  listedRow,
  putRow,
  removeRow,
  rowOf,
  type Scene,
  showRow,
} from "./rows.ts";
import { findDatabase, tableIn } from "./tables.ts";
import { tablesWords } from "./words.ts";

/**
 * Transactions keep the writes of rows back until they are committed, at most 100 of them, for a time that is chosen when they
 * begin (recording 16; the server's `TransactionState`). What is read inside one is the committed rows with its writes over them.
 */

/** One write that waits: of one row, or of several (`bulk…`). */
export type Operation = { readonly action: string; readonly id: string | null; readonly data: Json };

type Sight = Scene & { readonly context: Context };

const MOST_OPERATIONS = 100;

/** Where the transactions of a project are kept. */
export function transactionsPlace(scope: string): Place {
  return { scope, collection: "transactions" };
}

function operationsPlace(scope: string, id: string): Place {
  return { scope, collection: `operations:${id}` };
}

/** A transaction by id; 404 when there is none. */
export function findTransaction({ store, project }: Pick<Context, "store" | "project">, id: string): Stored {
  const found = store.get(transactionsPlace(project.id), id);
  if (!found) throw new ServerError("transaction_not_found", { values: [id] });
  return found;
}

/** A transaction that still takes operations. */
export function pendingTransaction(context: Pick<Context, "store" | "project">, id: string): Stored {
  const found = findTransaction(context, id);
  if (found.data["status"] !== "pending") throw new ServerError("transaction_not_ready");
  refuseExpired(found);
  return found;
}

/** The same for what the server checks in fewer words: writes of several rows, counters and lists of operations. */
export function openTransaction(context: Pick<Context, "store" | "project">, id: string): Stored {
  const found = context.store.get(transactionsPlace(context.project.id), id);
  // The hyphen is the server's: U+2011.
  if (found?.data["status"] !== "pending")
    throw new ServerError("general_bad_request", { message: "Invalid or non\u2011pending transaction" });
  return found;
}

/** Refuses a transaction whose time is over. */
export function refuseExpired({ data }: Stored): void {
  if (Date.parse(String(data["expiresAt"])) < Date.now()) throw new ServerError("transaction_expired");
}

/** Removes a transaction with what waits in it. */
export function dropTransaction({ store, project }: Pick<Context, "store" | "project">, { id }: Stored): void {
  store.clear(operationsPlace(project.id, id));
  store.remove(transactionsPlace(project.id), id);
}

/** Refuses more operations than a transaction takes. */
export function refuseTooMany({ data }: Stored, more: number): void {
  const existing = Number(data["operations"]);
  if (existing + more <= MOST_OPERATIONS) return;
  throw new ServerError("transaction_limit_exceeded", {
    message: `Transaction already has ${existing} operations, adding ${more} would exceed the maximum of ${MOST_OPERATIONS}`,
  });
}

/** Adds an operation to a transaction: the transaction afterwards. */
export function addOperation(
  { context, table }: Sight & { readonly table: FoundTable },
  transaction: Stored,
  operation: Operation,
): Stored {
  const { store, project, now } = context;
  refuseTooMany(transaction, 1);
  const count = Number(transaction.data["operations"]) + 1;
  store.insert(operationsPlace(project.id, transaction.id), String(count), {
    ...operation,
    databaseId: table.database.stored.id,
    tableId: table.stored.id,
  });
  const data = { ...transaction.data, operations: count, $updatedAt: now };
  store.update(transactionsPlace(project.id), transaction.id, data);
  return { ...transaction, data };
}

/** Keeps a write of one row back when the request names a transaction; says whether it did. */
export function stage(scene: Sight, params: Params, operation: Operation): boolean {
  const id = params.textOrNull("transactionId");
  if (id === null) return false;
  addOperation(scene, pendingTransaction(scene.context, id), operation);
  return true;
}

/** The same for a write of several rows. */
export function stageMany(scene: Sight, params: Params, operation: Operation): boolean {
  const id = params.textOrNull("transactionId");
  if (id === null) return false;
  addOperation(scene, openTransaction(scene.context, id), operation);
  return true;
}

/** What an answer tells of a row that is written inside a transaction: no more than what is known of it. */
export function mockRow({ words, table }: Scene, rowId: string, data: JsonObject): JsonObject {
  return {
    $id: rowId,
    [`$${words.tableId}`]: table.stored.id,
    $databaseId: table.database.stored.id,
    $sequence: "",
    ...data,
  };
}

type Entry = { action: string; document: JsonObject; exists: boolean };

/** What the waiting operations make of the rows of a table, by row id. */
function stateOf({ context, table }: Sight, transaction: string): Map<string, Entry> {
  const state = new Map<string, Entry>();
  for (const { data } of context.store.list(operationsPlace(context.project.id, transaction))) {
    if (data["databaseId"] === table.database.stored.id && data["tableId"] === table.stored.id)
      note(state, data as unknown as Operation);
  }
  return state;
}

function note(state: Map<string, Entry>, { action, id, data }: Operation): void {
  const object = isObject(data) ? data : {};
  const documents = isList(data) ? data.filter(isObject) : [];
  const known = id === null ? undefined : state.get(id);
  const created = (one: JsonObject, how: string) =>
    state.set(String(one["$id"]), { action: how, document: one, exists: true });
  const changed = (rowId: string, entry: Entry, changes: JsonObject) => {
    const rest = withoutId(changes);
    const kept = entry.action === "create" || entry.action === "upsert" ? entry.action : "update";
    state.set(rowId, { action: kept, document: { ...entry.document, ...rest }, exists: true });
  };
  const meant = () => {
    const filters = filtersOf(object["queries"] ?? null);
    return [...state].filter(([, entry]) => entry.exists && isMatch(entry.document, filters));
  };
  switch (action) {
    case "create":
    case "upsert":
      created({ $id: id ?? "", ...object }, action);
      return;
    case "update":
      if (known) changed(id ?? "", known, object);
      else state.set(id ?? "", { action: "update", document: object, exists: true });
      return;
    case "delete":
      state.set(id ?? "", { action: "delete", document: {}, exists: false });
      return;
    case "increment":
    case "decrement": {
      // Of TablesDB, whose operations say `column`, counters are not seen before the commit.
      const key = object["attribute"];
      if (typeof key !== "string") return;
      const step = Number(object["value"] ?? 1) * (action === "increment" ? 1 : -1);
      const before = Number(known?.document[key] ?? 0);
      changed(id ?? "", known ?? { action: "update", document: {}, exists: true }, { [key]: before + step });
      return;
    }
    case "bulkCreate":
      for (const one of documents) created(one, "create");
      return;
    case "bulkUpsert":
      for (const one of documents) {
        const rowId = String(one["$id"] ?? "");
        const entry = state.get(rowId);
        if (entry) changed(rowId, entry, one);
        else if (rowId !== "") created(one, "upsert");
      }
      return;
    case "bulkUpdate":
      for (const [rowId, entry] of meant()) changed(rowId, entry, isObject(object["data"]) ? object["data"] : {});
      return;
    case "bulkDelete":
      for (const [rowId] of meant()) state.set(rowId, { action: "delete", document: {}, exists: false });
  }
}

function withoutId(document: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(document).filter(([name]) => name !== "$id"));
}

const NO_FILTERS = ["limit", "offset", "cursorAfter", "cursorBefore", "select", "orderAsc", "orderDesc", "orderRandom"];

function filtersOf(queries: Json): Query[] {
  return parseQueries(queries).filter(({ method }) => !NO_FILTERS.includes(method));
}

function isMatch(document: JsonObject, filters: readonly Query[]): boolean {
  return matches(document, filters, { value: (one, attribute) => one[attribute] });
}

/** A row as it is seen inside the transaction that a request names; undefined when it is not there. */
export function rowInside(scene: Sight, transaction: string, rowId: string): JsonObject | undefined {
  const entry = stateOf(scene, transaction).get(rowId);
  if (entry && !entry.exists) return undefined;
  if (entry?.action === "create") return framed(scene, entry.document);
  const stored = scene.context.store.get(scene.table.rows, rowId);
  const committed = stored && showRow(scene, stored, { kind: "read", selection: everything });
  if (!entry) return committed;
  const changes = withoutId(entry.document);
  if (committed) return { ...committed, ...changes };
  return entry.action === "upsert" ? framed(scene, entry.document) : undefined;
}

/** Rows that are listed inside a transaction: the committed ones of the page, changed, and at the end those that are new. */
export function rowsInside(
  scene: Sight,
  transaction: string,
  page: { readonly total: number; readonly rows: readonly JsonObject[] },
  queries: readonly Query[],
): { total: number; rows: JsonObject[] } {
  const state = stateOf(scene, transaction);
  const rows = new Map(page.rows.map((row) => [String(row["$id"]), row]));
  const filters = queries.filter(({ method }) => !NO_FILTERS.includes(method));
  let { total } = page;
  for (const [rowId, entry] of state) {
    const listed = rows.get(rowId);
    const isSeen = listed !== undefined;
    const isWanted = entry.exists && isMatch(entry.document, filters);
    if (!entry.exists) total -= isSeen ? 1 : 0;
    else if (entry.action === "create") total += isWanted ? 1 : 0;
    else if (isSeen) total -= isWanted ? 0 : 1;
    else total += isWanted && entry.action === "upsert" ? 1 : 0;

    if (!entry.exists) rows.delete(rowId);
    else if (entry.action === "create" || (!listed && entry.action === "upsert"))
      rows.set(rowId, framed(scene, entry.document));
    else if (listed) {
      const changes = withoutId(entry.document);
      rows.set(rowId, { ...listed, ...changes });
    }
  }
  return { total: Math.max(0, total), rows: [...rows.values()] };
}

function framed({ words, table }: Scene, document: JsonObject): JsonObject {
  return {
    ...document,
    $databaseId: table.database.stored.id,
    [`$${words.tableId}`]: table.stored.id,
    $sequence: "",
  };
}

/** Does what waits in a transaction, in order; throws what the server says of the first operation that fails. */
export function applyOperations(context: Context, transaction: string): void {
  for (const { data } of context.store.list(operationsPlace(context.project.id, transaction))) {
    const operation = data as unknown as Operation;
    const database = findDatabase(context, tablesWords, String(data["databaseId"]));
    const table = tableIn(context.store, tablesWords, database, String(data["tableId"]));
    try {
      applyOperation({ context, words: tablesWords, table }, operation);
    } catch (error) {
      throw error instanceof ServerError ? failureOf(error, operation) : error;
    }
  }
}

/** A commit speaks of documents and attributes, whoever asks, and tells the library's own words. */
function failureOf(error: ServerError, { id }: Operation): ServerError {
  if (error.code === 409) return new ServerError("transaction_conflict");
  const { message } = error;
  if (error.type.endsWith("_not_found")) return new ServerError("document_not_found", { values: [id ?? "unknown"] });
  if (error.type.endsWith("_invalid_structure")) return new ServerError("document_invalid_structure", { message });
  if (error.type.endsWith("_limit_exceeded")) {
    const limit = /the (\w+) value of (.*)$/.exec(message);
    return new ServerError("attribute_limit_exceeded", {
      message: limit ? `Attribute value exceeds ${limit[1]} limit: ${limit[2]}` : message,
    });
  }
  if (error.type === "general_query_invalid") return error;
  return new ServerError("general_unknown");
}

function applyOperation(scene: Scene, { action, id, data }: Operation): void {
  const object = isObject(data) ? data : {};
  const rowId = id ?? String(object["$id"] ?? "unique()");
  const permissions = isList(object["$permissions"]) ? object["$permissions"] : null;
  const bulk = () => selectRows(scene, checkedQueries(scene, object["queries"] ?? []), everyRow).items;
  switch (action) {
    case "create":
      insertRow(scene, rowId, givenOf(scene, object), permissions ?? []);
      return;
    case "update":
      changeRow(scene, rowOf(scene, rowId), givenOf(scene, object), permissions);
      return;
    case "upsert":
      putRow(scene, rowId, givenOf(scene, object), permissions);
      return;
    case "delete":
      removeRow(scene, rowOf(scene, rowId));
      return;
    case "increment":
    case "decrement":
      countRow(scene, rowId, String(object["column"] ?? object["attribute"] ?? ""), {
        step: isNumber(object["value"]) ? object["value"] : Number(object["value"] ?? 1),
        sign: action === "increment" ? 1 : -1,
        limit: object[action === "increment" ? "max" : "min"] ?? null,
      });
      return;
    case "bulkCreate":
    case "bulkUpsert":
      for (const one of isList(data) ? data : []) {
        const listed = listedRow(one);
        const given = givenOf(scene, listed.data);
        if (action === "bulkCreate") insertRow(scene, listed.id, given, listed.permissions ?? []);
        else putRow(scene, listed.id, given, listed.permissions);
      }
      return;
    case "bulkUpdate": {
      const changes = isObject(object["data"]) ? object["data"] : {};
      changeRows(scene, bulk(), changes);
      return;
    }
    case "bulkDelete":
      for (const row of bulk()) removeRow(scene, row);
  }
}
