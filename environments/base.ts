import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ResourceDefinition } from "../provider/schema/resource.ts";
import type { Row } from "../provider/schema/value.ts";
import type { Entity } from "./entity.ts";
import { writeWhole } from "./id-map.ts";
import { type Pair, pairUp, type Sides } from "./pairs.ts";
import { parseSnapshot, writeSnapshot } from "./snapshot-file.ts";

/** Where the base of a pair of environments is kept: the source as it was at the last promotion. Committed with the code. */
export function basePath(folder: string, from: string, to: string): string {
  return join(folder, `${from}-to-${to}.base.json`);
}

/** The base of the last promotion; null before the first one. */
export function readBase(path: string, definitions: readonly ResourceDefinition[]): readonly Entity[] | null {
  return existsSync(path) ? parseSnapshot(readFileSync(path, "utf8"), path, definitions).entities : null;
}

/** The rows of a base by their address in the target, in the target's ids. */
export function baseInTarget(base: readonly Entity[], sides: Omit<Sides, "source">): ReadonlyMap<string, Row> {
  const { pairs } = pairUp({ ...sides, source: base });
  return new Map(pairs.flatMap(({ address, wanted }) => (wanted ? [[address, wanted] as const] : [])));
}

/** Keeps the source as the base of the next promotion. Objects that were not promoted keep their former base. */
export function keepBase(path: string, former: readonly Entity[] | null, promoted: readonly Pair[]): void {
  const entities = new Map((former ?? []).map((entity) => [entity.address, entity]));
  for (const { address, source } of promoted) {
    if (source) entities.set(source.address, source);
    else entities.delete(address);
  }
  writeWhole(path, writeSnapshot({ entities: [...entities.values()] }));
}
