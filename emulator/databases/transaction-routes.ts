import { type Context, empty, type Handlers, json } from "../context.ts";
import { invalidArgument, ServerError } from "../errors.ts";
import { timestamp, uniqueIdentifier } from "../identifiers.ts";
import { isList, isNumber, isObject, type Json, type JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { listItems } from "../queries.ts";
import type { Stored } from "../store.ts";
import { view } from "./column-store.ts";
import { rowOf, type Scene, valuesOf } from "./rows.ts";
import { findDatabase, tableIn } from "./tables.ts";
import {
  addOperations,
  applyOperations,
  dropTransaction,
  findTransaction,
  type Operation,
  pendingTransaction,
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
  const { total, items } = listItems(all, { queries: params.queries() }, view("Transaction"));
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
    settle(context, transaction, "failed");
    const isConflict = error.code === 409;
    throw new ServerError(isConflict ? "transaction_conflict" : error.type, {
      ...(isConflict ? {} : { message: error.message }),
      keeps: true,
    });
  }
  return json(settle(context, transaction, "committed"));
}

function settle({ store, project, now }: Context, transaction: Stored, status: string): JsonObject {
  const data = { ...transaction.data, status, $updatedAt: now };
  store.update(transactionsPlace(project.id), transaction.id, data);
  return data;
}

const ACTIONS = ["create", "update", "upsert", "delete", "increment", "decrement"];

function operate(context: Context, words: Words, params: Params) {
  let transaction = pendingTransaction(context, params.text("transactionId"));
  for (const given of params.list("operations")) {
    const { table, operation } = readOperation(context, words, given);
    transaction = addOperations(context, words, table, transaction, [operation]);
  }
  return json(transaction.data);
}

function readOperation(context: Context, words: Words, given: Json) {
  if (!isObject(given)) throw invalidArgument("Invalid `operations` param: Each operation must be an object");
  for (const name of ["databaseId", "action", words.tableId]) {
    if (typeof given[name] !== "string")
      throw invalidArgument(`Invalid \`operations\` param: Missing required key: ${name}`);
  }
  const action = String(given["action"]);
  if (!ACTIONS.includes(action))
    throw invalidArgument(
      `Invalid \`operations\` param: Key 'action' must be one of: ${[...ACTIONS, "bulkCreate", "bulkUpdate", "bulkUpsert", "bulkDelete"].join(", ")}`,
    );
  const table = tableIn(
    context.store,
    words,
    findDatabase(context, String(given["databaseId"])),
    String(given[words.tableId]),
  );
  const data = isObject(given["data"]) ? given["data"] : {};
  const { $permissions = null, ...values } = data;
  const operation: Operation = {
    action,
    id: String(given[words.rowId] ?? ""),
    data: values,
    permissions: isList($permissions) ? $permissions : null,
  };
  const isCounter = action === "increment" || action === "decrement";
  return { table, operation: isCounter ? counted({ context, words, table }, operation) : operation };
}

/** A counter's operation as the change that it comes to. */
function counted(scene: Scene, { action, id, data }: Operation): Operation {
  const key = String(data[scene.words.columnError] ?? "");
  const now = valuesOf(rowOf(scene, id))[key] ?? 0;
  const step = data["value"] ?? 1;
  const value = Number(now) + (action === "increment" ? 1 : -1) * (isNumber(step) ? Number(step) : 1);
  return { action: "update", id, data: { [key]: value }, permissions: null };
}
