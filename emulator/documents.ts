import type { Context } from "./context.ts";
import { type Json, type JsonObject, writeJson } from "./json.ts";
import type { Place, Stored } from "./store.ts";

/**
 * Changes fields of a stored document and its `$updatedAt`. A change that changes nothing is no write, as in the server's
 * database (recorded: an empty PATCH of a topic keeps `$updatedAt`).
 */
export function amend(
  { store, now }: Pick<Context, "store" | "now">,
  place: Place,
  stored: Stored,
  changes: JsonObject,
): Stored {
  const differs = Object.entries(changes).some(
    ([name, value]) => writeJson(value) !== writeJson(stored.data[name] ?? null),
  );
  if (!differs) return stored;
  const data = { ...stored.data, ...changes, $updatedAt: now };
  store.update(place, stored.id, data);
  return { ...stored, data };
}

/** Stores a new document with its system fields; undefined when the id is taken. */
export function addDocument(
  { store, now }: Pick<Context, "store" | "now">,
  place: Place,
  id: string,
  fields: JsonObject,
  tag?: string,
): Stored | undefined {
  const data = { $id: id, $createdAt: now, $updatedAt: now, ...fields };
  const sequence = store.insert(place, id, data, tag);
  return sequence === undefined ? undefined : { sequence, id, data };
}

/**
 * A unique index over one field of a collection: values are compared without letter case, null is never stored. Says false
 * when another document has the value.
 */
export function claimUnique({ store }: Pick<Context, "store">, place: Place, value: Json, owner: string): boolean {
  return value === null || store.insert(place, String(value), { owner }) !== undefined;
}

/** The id of the document that holds a value of a unique index. */
export function ownerOf({ store }: Pick<Context, "store">, place: Place, value: string): string | undefined {
  const found = store.get(place, value);
  return found && String(found.data["owner"]);
}

/** Gives a value of a unique index back. */
export function releaseUnique({ store }: Pick<Context, "store">, place: Place, value: Json): void {
  if (value !== null) store.remove(place, String(value));
}
