import { type Context, type Handler, type Handlers, json } from "../context.ts";
import { ServerError } from "../errors.ts";
import { sameIdentifier, uniqueIdentifier } from "../identifiers.ts";
import type { JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { columnOf, jobPayload, readColumn, rename, writeColumn } from "./column-store.ts";
import { type Column, isMade, newColumn, showColumn } from "./columns.ts";
import type { FoundTable } from "./places.ts";
import { hiddenSides } from "./relations.ts";
import { columnsOf, findTable, isFull, placesOf, tableIn } from "./tables.ts";
import { errorOf, type Words } from "./words.ts";

/** Relationship columns in the words of one family, under the given path. */
export function relationshipRoutes(words: Words, columns: string): Handlers {
  return {
    [`POST ${columns}/relationship`]: (context, params) =>
      createRelationship(context, words, findTable(context, words, params), params),
    [`PATCH ${columns}/:key/relationship`]: updateRelationship(words),
    [`PATCH ${columns}/relationship/:key`]: updateRelationship(words),
  };
}

function createRelationship(context: Context, words: Words, found: FoundTable, params: Params) {
  const { store, now } = context;
  const far = tableIn(store, words, found.database, params.text(words.relatedId));
  const key = params.textOrNull("key") ?? far.stored.id;
  const twoWayKey = params.textOrNull("twoWayKey") ?? found.stored.id;
  const twoWay = params.flag("twoWay");
  const taken = (name: string) => new ServerError(errorOf(words, "column", "already_exists"), { values: [name] });
  for (const other of [...columnsOf(store, found), ...hiddenSides(store, found)]) {
    if (sameIdentifier(other.key, key)) throw taken(key);
    // Of a relationship that the worker has not come to, the database knows nothing yet.
    if (!isMade(other) || other.type !== "relationship" || other.related !== far.stored.id) continue;
    if (sameIdentifier(other.twoWayKey, twoWayKey)) throw taken(params.textOrNull("twoWayKey") ?? key);
    if (params.text("type") === "manyToMany" && other.relationType === "manyToMany") {
      throw new ServerError(errorOf(words, "column", "already_exists"), {
        message: `Creating more than one "manyToMany" relationship on the same ${words.table} is currently not permitted.`,
      });
    }
  }
  const column = newColumn({
    key,
    type: "relationship",
    createdAt: now,
    related: far.stored.id,
    relationType: params.text("type"),
    twoWay,
    twoWayKey,
    onDelete: params.text("onDelete") || "restrict",
    effective: params.text("onDelete") || "restrict",
    link: uniqueIdentifier(),
    side: "parent",
  });
  if (isFull([...columnsOf(store, found), column]))
    throw new ServerError(errorOf(words, "column", "limit_exceeded"), { values: [found.stored.id] });
  store.insert(found.columns, key, column as unknown as JsonObject);
  if (twoWay) {
    const child: Column = { ...column, key: twoWayKey, related: found.stored.id, twoWayKey: key, side: "child" };
    // A clash on the other side leaves this side behind, at `processing` for good (F3).
    if (isFull([...columnsOf(store, far), child]))
      throw new ServerError(errorOf(words, "column", "limit_exceeded"), { values: [far.stored.id], keeps: true });
    if (store.insert(far.columns, twoWayKey, child as unknown as JsonObject) === undefined)
      throw new ServerError(errorOf(words, "column", "already_exists"), { values: [twoWayKey], keeps: true });
  }
  context.enqueue("create-column", jobPayload(found, key));
  return json(showColumn(words, column));
}

function updateRelationship(words: Words): Handler {
  return (context, params) => {
    const { store } = context;
    const found = findTable(context, words, params);
    const column = columnOf(context, words, found, params.text("key"));
    if (column.status !== "available") throw new ServerError(errorOf(words, "column", "not_available"));
    const newKey = params.textOrNull("newKey");
    // The library's refusal of a key that is there already, be it the column's own, is not expected by the server's action.
    const keys = [...columnsOf(store, found), ...hiddenSides(store, found)].map(({ key }) => key);
    if (newKey !== null && keys.includes(newKey)) throw new ServerError("general_unknown", { code: 500 });
    // Without onDelete none is kept, and told as restrict, whatever it was and still is (F7).
    const asked = params.textOrNull("onDelete");
    const onDelete = asked ?? "";
    const effective = asked ?? column.effective;
    const renamed = rename(context, words, found, { ...column, onDelete, effective, updatedAt: context.now }, newKey);
    writeColumn(context, found, renamed);
    const stored = store.get(found.database.tables, column.related);
    const far = stored && placesOf(found.database, stored);
    const mirror = far && column.twoWay ? readColumn(context, far, column.twoWayKey) : undefined;
    if (far && mirror)
      writeColumn(context, far, { ...mirror, onDelete, effective, twoWayKey: renamed.key, updatedAt: context.now });
    return json(showColumn(words, renamed));
  };
}
