import type { Backend, JsonObject } from "../../schema/index.ts";

/** Indexes that went for the sake of a column, as they were, for as long as the provider runs. */
const remembered = new WeakMap<Backend, Map<string, JsonObject>>();

/** Notes an index that goes for the sake of a column. What is left of one that was noted before is no index to remember. */
export function rememberIndex(backend: Backend, table: string, index: JsonObject): void {
  const indexes = remembered.get(backend) ?? new Map<string, JsonObject>();
  remembered.set(backend, indexes);
  const name = nameOf(table, String(index["key"]));
  if (!indexes.has(name)) indexes.set(name, index);
}

/** An index that was deleted for its own sake does not come back. */
export function forgetIndex(backend: Backend, table: string, key: string): void {
  remembered.get(backend)?.delete(nameOf(table, key));
}

/** The indexes of a table that went for the sake of a column. */
export function rememberedIndexes(backend: Backend, table: string): readonly JsonObject[] {
  return [...(remembered.get(backend) ?? [])]
    .filter(([name, index]) => name === nameOf(table, String(index["key"])))
    .map(([, index]) => index);
}

function nameOf(table: string, key: string): string {
  return `${table} ${key.toLowerCase()}`;
}
