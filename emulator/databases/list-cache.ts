import { createHash } from "node:crypto";
import type { Access } from "../access.ts";
import type { Context } from "../context.ts";
import { type Json, writeJson } from "../json.ts";
import type { FoundTable } from "./places.ts";
import { columnsOf, indexesOf } from "./tables.ts";

/** What a list is kept under: whoever has the same roles and asks the same of the same columns and indexes is told the same. */
export type ListKey = {
  readonly access: Access;
  readonly table: FoundTable;
  readonly queries: Json;
  readonly part: "rows" | "total";
};

/**
 * What was told before, when it is not older than who asks now takes it to be, in seconds; otherwise what `find` finds, which is kept. As on
 * the server no write of rows ends that, and nothing is kept of what is empty or 0.
 */
export function listedOrKept<T extends Json>(
  { store }: Pick<Context, "store">,
  key: ListKey,
  seconds: number,
  find: () => T,
): { readonly value: T; readonly isKept: boolean } {
  const { access, table, queries, part } = key;
  const schema = [...columnsOf(store, table), ...indexesOf(store, table)] as unknown as Json;
  const words = [access.isTrusted, access.roles, queries, schema, part];
  const id = createHash("md5").update(writeJson(words)).digest("hex");
  const kept = store.get(table.lists, id);
  if (kept && Number(kept.data["at"]) + seconds * 1000 > Date.now())
    return { value: kept.data["value"] as T, isKept: true };
  const value = find();
  store.remove(table.lists, id);
  if (value !== 0 && !(Array.isArray(value) && value.length === 0))
    store.insert(table.lists, id, { at: Date.now(), value });
  return { value, isKept: false };
}
