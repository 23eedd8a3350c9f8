import type { Entity } from "./entity.ts";
import { referencesOf, type World } from "./links.ts";
import type { Pair } from "./pairs.ts";
import type { Pattern } from "./patterns.ts";

/** What of two environments is meant. */
export interface Selection {
  /** Empty = everything. */
  readonly only: readonly Pattern[];
  readonly except: readonly Pattern[];
}

/**
 * The pairs that a selection means, with everything in the source that they need: parents, and what they refer to. What only the target
 * has is meant only when a pattern names it.
 */
export function select(selection: Selection, pairs: readonly Pair[], world: World): readonly Pair[] {
  const named = pairs.filter((pair) => isNamed(selection, pair));
  if (selection.only.length === 0) return named;
  const bySource = new Map<Entity, Pair>(pairs.flatMap((pair) => (pair.source ? [[pair.source, pair] as const] : [])));
  const meant = new Set<Pair>();
  const add = (pair: Pair): void => {
    if (meant.has(pair)) return;
    meant.add(pair);
    if (!pair.source) return;
    for (const entity of referencesOf(world, pair.source)) {
      const needed = bySource.get(entity);
      if (needed && !isExcepted(selection, needed)) add(needed);
    }
  };
  for (const pair of named) add(pair);
  return pairs.filter((pair) => meant.has(pair));
}

/** Objects of a project that a selection means, with what they need. */
export function selectEntities(selection: Selection, entities: readonly Entity[], world: World): readonly Entity[] {
  const pairs = entities.map(
    (source): Pair => ({ definition: source.definition, address: source.address, source, target: null, wanted: null }),
  );
  return select(selection, pairs, world).flatMap(({ source }) => (source ? [source] : []));
}

function isNamed(selection: Selection, pair: Pair): boolean {
  return !isExcepted(selection, pair) && (selection.only.length === 0 || isAny(selection.only, pair));
}

function isExcepted({ except }: Selection, pair: Pair): boolean {
  return isAny(except, pair);
}

function isAny(patterns: readonly Pattern[], { address, source }: Pair): boolean {
  return patterns.some(
    (pattern) =>
      pattern.attribute === null && (pattern.isOf(address) || (source !== null && pattern.isOf(source.address))),
  );
}
