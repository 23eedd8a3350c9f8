import { type Context, empty, type Handlers, json } from "../context.ts";
import { invalidArgument, ServerError } from "../errors.ts";
import { timestamp, uniqueIdentifier } from "../identifiers.ts";
import { isList, isObject, type Json, type JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { listItems } from "../queries.ts";
import { isNumeric } from "../rules.ts";
import type { Stored } from "../store.ts";
import { columnsOf, findDatabase, placesOf } from "./tables.ts";
import {
  addOperation,
  applyOperations,
  dropTransaction,
  findTransaction,
  openTransaction,
  pendingTransaction,
  refuseExpired,
  refuseTooMany,
  rowInside,
  transactionsPlace,
} from "./transactions.ts";
import type { Words } from "./words.ts";

/** Transactions in the words of one family. */
export function transactionRoutes(words: Words): Handlers {
  const transactions = `/v1/${words.root}/transactions`;
  const transaction = `${transactions}/:transactionId`;
  return {
    [`POST ${transactions}`]: create,
    [`GET ${transactions}`]: list,
    [`GET ${transaction}`]: (context, params) => json(findTransaction(context, params.text("transactionId")).data),
    [`PATCH ${transaction}`]: decide,
    [`DELETE ${transaction}`]: (context, params) => {
      dropTransaction(context, findTransaction(context, params.text("transactionId")));
      return empty();
    },
    [`POST ${transaction}/operations`]: (context, params) => operate(context, words, params),
  };
}

function create({ store, project, now }: Context, params: Params) {
  const id = uniqueIdentifier();
  const expiresAt = timestamp(new Date(Date.now() + params.whole("ttl") * 1000));
  const data = { $id: id, $createdAt: now, $updatedAt: now, status: "pending", operations: 0, expiresAt };
  store.insert(transactionsPlace(project.id), id, data);
  return json(data);
}

function list({ store, project }: Context, params: Params) {
  const all = store.list(transactionsPlace(project.id)).map(({ data }) => data);
  const { total, items } = listItems(
    all,
    { queries: params.queries() },
    {
      noun: "Transaction",
      value: (one, name) => one[name],
      id: (one) => String(one["$id"]),
    },
  );
  return json({ total, transactions: items });
}

function decide(context: Context, params: Params) {
  const [commit, rollback] = [params.flag("commit"), params.flag("rollback")];
  if (commit === rollback) {
    const message = commit ? "Cannot commit and rollback at the same time" : "Either commit or rollback must be true";
    throw new ServerError("general_bad_request", { message });
  }
  const transaction = pendingTransaction(context, params.text("transactionId"));
  if (rollback) return json(settle(context, transaction, "failed"));
  try {
    context.store.attempt(() => applyOperations(context, transaction.id));
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    // What the server does not expect leaves the transaction half-way.
    settle(context, transaction, error.code === 500 ? "committing" : "failed");
    throw new ServerError(error.type, { message: error.message, code: error.code, keeps: true });
  }
  return json(settle(context, transaction, "committed"));
}

function settle({ store, project, now }: Context, transaction: Stored, status: string): JsonObject {
  const data = { ...transaction.data, status, $updatedAt: now };
  store.update(transactionsPlace(project.id), transaction.id, data);
  return data;
}

function operate(context: Context, words: Words, params: Params) {
  const given = params.list("operations").filter(isObject);
  for (const one of params.list("operations")) {
    const fault = operationFault(words, one);
    if (fault !== undefined)
      throw invalidArgument(`Invalid \`operations\` param: Value must a valid array and ${fault}`);
  }
  const refuse = (message: string) => new ServerError("general_bad_request", { message });
  if (given.length === 0) throw refuse("Operations array cannot be empty");
  const id = params.text("transactionId");
  findTransaction(context, id);
  let transaction = openTransaction(context, id);
  refuseExpired(transaction);
  refuseTooMany(transaction, given.length);
  const found = given.map((one) => {
    const database = findDatabase(context, words, String(one["databaseId"]));
    const tableId = String(one[words.tableId]);
    const stored = context.store.get(database.tables, tableId);
    if (!stored) throw new ServerError("collection_not_found", { values: [tableId] });
    return { context, words, table: placesOf(database, stored) };
  });
  const created = new Set<string>();
  for (const [at, one] of given.entries()) {
    const scene = found[at];
    if (!scene) continue;
    const action = String(one["action"]);
    const isBulk = action.startsWith("bulk");
    const rowId = typeof one[words.rowId] === "string" ? String(one[words.rowId]) : null;
    if (isBulk && columnsOf(context.store, scene.table).some(({ type }) => type === "relationship"))
      throw refuse(`Bulk operations are not supported for ${words.tableId} with relationship attributes`);
    const place = `${scene.table.rows.collection} ${rowId}`;
    const needsRow = ["update", "delete", "increment", "decrement"].includes(action) && !created.has(place);
    if (needsRow && !rowInside(scene, id, rowId ?? ""))
      throw new ServerError("document_not_found", { values: [rowId ?? ""] });
    if (action === "create" && rowId !== null) created.add(place);
  }
  for (const [at, one] of given.entries()) {
    const scene = found[at];
    const rowId = typeof one[words.rowId] === "string" ? String(one[words.rowId]) : null;
    if (scene)
      transaction = addOperation(scene, transaction, {
        action: String(one["action"]),
        id: rowId,
        data: one["data"] ?? [],
      });
  }
  return json(transaction.data);
}

const SINGLE = ["create", "update", "upsert", "delete", "increment", "decrement"];
const ACTIONS = [...SINGLE, "bulkCreate", "bulkUpdate", "bulkUpsert", "bulkDelete"];

/** What is wrong with the form of an operation, in the order and the words of the server (with its hyphens, U+2011). */
function operationFault(words: Words, given: Json): string | undefined {
  if (!isObject(given) && !isList(given)) return "Value must be an array";
  const one: JsonObject = isObject(given) ? given : {};
  const required = ["databaseId", "action", words.tableId];
  const missing = required.find((name) => !Object.hasOwn(one, name));
  if (missing !== undefined) return `Missing required key: ${missing}`;
  const isText = (value: Json | undefined) => typeof value === "string" && value.trim() !== "";
  const blank = required.find((name) => !isText(one[name]));
  if (blank !== undefined) return `Key '${blank}' must be a non\u2011empty string`;
  const action = String(one["action"]);
  if (!ACTIONS.includes(action)) return `Key 'action' must be one of: ${ACTIONS.join(", ")}`;
  const hasRow = Object.hasOwn(one, words.rowId);
  if (SINGLE.includes(action) && !hasRow) return `Key '${words.rowId}' is required for action '${action}'`;
  if (hasRow && !isText(one[words.rowId])) return `Key '${words.rowId}' must be a non-empty string`;
  return contentFault(words, action, one);
}

function contentFault(words: Words, action: string, one: JsonObject): string | undefined {
  const isArray = (value: Json | undefined) => isObject(value) || isList(value);
  if (!Object.hasOwn(one, "data")) return action === "delete" ? undefined : "Missing required key: data";
  if (!isArray(one["data"])) return "Key 'data' must be an array";
  const data = isObject(one["data"]) ? one["data"] : {};
  if (action === "bulkUpdate" || action === "bulkDelete") {
    if (!Object.hasOwn(data, "queries")) return `Key 'queries' is required in data for ${action}`;
    if (!isArray(data["queries"])) return `Key 'queries' must be an array for ${action}`;
  }
  if (action === "bulkUpdate") {
    if (!Object.hasOwn(data, "data")) return `Key 'data' is required in data for ${action}`;
    if (!isArray(data["data"])) return `Key 'data.data' must be an array for ${action}`;
  }
  if (action !== "increment" && action !== "decrement") return undefined;
  if (!Object.hasOwn(data, words.columnError)) return `Key '${words.columnError}' is required in data for ${action}`;
  const isCount = !Object.hasOwn(data, "value") || isNumeric(data["value"] ?? null);
  return isCount ? undefined : `Key 'value' must be a numeric value for ${action}`;
}
