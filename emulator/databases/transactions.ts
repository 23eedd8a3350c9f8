import type { Context, Reply } from "../context.ts";
import { ServerError } from "../errors.ts";
import type { Json, JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import type { Place, Stored } from "../store.ts";
import type { FoundTable } from "./places.ts";
import { changeRow, insertRow, removeRow, rowOf, type Scene, valuesOf } from "./rows.ts";
import { findDatabase, tableIn } from "./tables.ts";
import { collectionsWords, errorOf, tablesWords, type Words } from "./words.ts";

/**
 * Transactions keep the writes of rows back until they are committed, at most 100 of them, for a time that is chosen when they
 * begin (recording 16; API chapter R1).
 */

/** One write of a row that waits. */
export type Operation = {
  readonly action: string;
  readonly id: string;
  readonly data: JsonObject;
  readonly permissions: readonly Json[] | null;
};

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
  if (Date.parse(String(found.data["expiresAt"])) < Date.now()) throw new ServerError("transaction_expired");
  return found;
}

/** Removes a transaction with what waits in it. */
export function dropTransaction({ store, project }: Pick<Context, "store" | "project">, { id }: Stored): void {
  store.clear(operationsPlace(project.id, id));
  store.remove(transactionsPlace(project.id), id);
}

/** Adds operations to a transaction: the transaction afterwards. */
export function addOperations(
  { store, project, now }: Context,
  words: Words,
  table: FoundTable,
  transaction: Stored,
  operations: readonly Operation[],
): Stored {
  const place = operationsPlace(project.id, transaction.id);
  const count = store.count(place) + operations.length;
  if (count > MOST_OPERATIONS) throw new ServerError("transaction_limit_exceeded");
  for (const [at, operation] of operations.entries()) {
    store.insert(place, String(count - operations.length + at), {
      ...operation,
      family: words.root,
      databaseId: table.database.stored.id,
      tableId: table.stored.id,
    });
  }
  const data = { ...transaction.data, operations: count, $updatedAt: now };
  store.update(transactionsPlace(project.id), transaction.id, data);
  return { ...transaction, data };
}

/** Keeps writes back when the request names a transaction: what is told of the rows then; undefined without one. */
export function stage(scene: Sight, params: Params, operations: readonly Operation[]): JsonObject[] | undefined {
  const id = params.textOrNull("transactionId");
  if (id === null) return undefined;
  const transaction = pendingTransaction(scene.context, id);
  addOperations(scene.context, scene.words, scene.table, transaction, operations);
  return operations.map((operation) => seen(scene, id, operation.id) ?? {});
}

/** A row as it is seen inside the transaction that a request names; undefined when it names none, 404 when it is deleted there. */
export function stagedRow(scene: Sight, params: Params, rowId: string): JsonObject | undefined {
  const id = params.textOrNull("transactionId");
  if (id === null) return undefined;
  pendingTransaction(scene.context, id);
  const row = seen(scene, id, rowId);
  if (!row) throw new ServerError(errorOf(scene.words, "row", "not_found"), { values: [rowId] });
  return row;
}

/** The row that the transaction's operations make of the stored one: untold is what only the commit decides. */
function seen({ context, words, table }: Sight, transaction: string, rowId: string): JsonObject | undefined {
  const stored = context.store.get(table.rows, rowId);
  const frame = { $databaseId: table.database.stored.id, [`$${words.tableId}`]: table.stored.id };
  let row: JsonObject | undefined = stored && {
    ...valuesOf(stored),
    $id: stored.id,
    $sequence: stored.data["sequence"] ?? "",
    $createdAt: stored.data["createdAt"] ?? "",
    $updatedAt: stored.data["updatedAt"] ?? "",
    $permissions: stored.data["permissions"] ?? [],
    ...frame,
  };
  for (const { data: operation } of context.store.list(operationsPlace(context.project.id, transaction))) {
    const isMeant = operation["tableId"] === table.stored.id && operation["id"] === rowId;
    if (!isMeant || operation["databaseId"] !== table.database.stored.id) continue;
    if (operation["action"] === "delete") row = undefined;
    else {
      const isNew = operation["action"] === "create" || row === undefined;
      const base: JsonObject = row && !isNew ? row : { $id: rowId, $permissions: [], $sequence: "", ...frame };
      const permissions = operation["permissions"] ?? null;
      row = {
        ...base,
        ...(operation["data"] as JsonObject),
        ...(permissions === null ? {} : { $permissions: permissions }),
      };
    }
  }
  return row;
}

class Undo extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super("undo");
    this.reply = reply;
  }
}

/** Answers as if the transaction that the request names were committed, and undoes that; plainly when it names none. */
export function inTransaction(scene: Sight, params: Params, answer: () => Reply): Reply {
  const id = params.textOrNull("transactionId");
  if (id === null) return answer();
  pendingTransaction(scene.context, id);
  try {
    return scene.context.store.attempt(() => {
      applyOperations(scene.context, id);
      throw new Undo(answer());
    });
  } catch (error) {
    if (error instanceof Undo) return error.reply;
    throw error;
  }
}

/** Does what waits in a transaction, in order; throws what the first failing operation throws. */
export function applyOperations(context: Context, transaction: string): void {
  for (const { data: operation } of context.store.list(operationsPlace(context.project.id, transaction))) {
    const words = operation["family"] === "tablesdb" ? tablesWords : collectionsWords;
    const database = findDatabase(context, String(operation["databaseId"]));
    const table = tableIn(context.store, words, database, String(operation["tableId"]));
    applyOperation({ context, words, table }, operation as unknown as Operation);
  }
}

function applyOperation(scene: Scene, { action, id, data, permissions }: Operation): void {
  const row = scene.context.store.get(scene.table.rows, id);
  if (action === "create" || (action === "upsert" && !row)) insertRow(scene, id, data, permissions ?? []);
  else if (action === "delete") removeRow(scene, rowOf(scene, id));
  else changeRow(scene, rowOf(scene, id), data, permissions);
}
