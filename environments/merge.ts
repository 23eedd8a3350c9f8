import { sameValue } from "../provider/engine/equal.ts";
import type { Attribute } from "../provider/schema/attribute.ts";
import { type Path, printPath } from "../provider/schema/diagnostics.ts";
import { isRecord, type Row, type Value } from "../provider/schema/value.ts";
import { isSecret, telling } from "./entity.ts";
import type { Pair } from "./pairs.ts";

/** A field (or a whole object, with an empty path) that both sides changed since the base, each to something else. */
export interface Conflict {
  readonly address: string;
  readonly path: Path;
  readonly base: Value;
  readonly source: Value;
  readonly target: Value;
}

/** Who wins where both sides changed the same; null = nobody, and the promotion stops. */
export type Resolution = "source" | "target" | null;

/** The pairs of a promotion with the merged rows, and what could not be merged. */
export interface Merged {
  readonly pairs: readonly Pair[];
  readonly conflicts: readonly Conflict[];
  /** Changes of the target that stay: what only it has, and fields that only it changed. */
  readonly kept: readonly string[];
}

/**
 * Merges three ways: what only the source changed since the base is taken, what only the target changed is kept. `base` holds the
 * rows of the last promotion by address, in the target's ids; null = there was none, and the source has the say.
 */
export function mergePairs(
  pairs: readonly Pair[],
  base: ReadonlyMap<string, Row> | null,
  resolution: Resolution,
): Merged {
  const conflicts: Conflict[] = [];
  const kept: string[] = [];
  const merged = pairs.flatMap((pair): readonly Pair[] => {
    const found: Conflict[] = [];
    const before = base?.get(pair.address) ?? null;
    const wanted = mergeOne(pair, before, base !== null, resolution, found, kept);
    conflicts.push(...found);
    return wanted === "leave" ? [] : [{ ...pair, wanted }];
  });
  return { pairs: merged, conflicts, kept };
}

/** A conflict in a sentence, with both values. */
export function conflictText(
  { address, path, base, source, target }: Conflict,
  names: { readonly from: string; readonly to: string },
): string {
  const show = (value: Value): string => (value === null ? "not there" : JSON.stringify(value, bigints));
  const place = path.length === 0 ? address : `${address} ${printPath(path)}`;
  return `${place}: ${names.from} has ${show(source)}, ${names.to} has ${show(target)}; it was ${show(base)}.`;
}

function mergeOne(
  pair: Pair,
  before: Row | null,
  hasBase: boolean,
  resolution: Resolution,
  conflicts: Conflict[],
  kept: string[],
): Row | null | "leave" {
  const { address, wanted, target } = pair;
  const attributes = telling(pair.definition);
  const same = (left: Row, right: Row): boolean =>
    attributes.every(([name, attribute]) => sameValue(attribute, left[name] ?? null, right[name] ?? null));
  const whole = (winner: Row | null | "leave"): Row | null | "leave" => {
    if (resolution !== null) return resolution === "source" ? wanted : "leave";
    const shown = (row: Row | null): Value => (row === null ? null : "another version");
    conflicts.push({
      address,
      path: [],
      base: shown(before),
      source: shown(wanted),
      target: shown(target?.row ?? null),
    });
    return winner;
  };
  if (wanted !== null && target !== null) {
    if (!hasBase) return wanted;
    const fields = attributes.map(([name, attribute]) => {
      // A base holds no secrets, so nobody can tell who changed one: each environment keeps its own.
      if (isSecret(attribute, target.row)) return [name, target.row[name] ?? wanted[name] ?? null] as const;
      const sides = { base: before?.[name] ?? null, source: wanted[name] ?? null, target: target.row[name] ?? null };
      const place = { address, path: [{ kind: "attribute", name }] as Path };
      return [name, mergeValue(attribute, sides, place, resolution, conflicts, kept)] as const;
    });
    return { ...wanted, ...Object.fromEntries<Value>(fields) };
  }
  if (wanted !== null) {
    if (before === null) return wanted;
    if (!same(wanted, before)) return whole(wanted);
    kept.push(`${address}: deleted`);
    return "leave";
  }
  if (before === null) {
    kept.push(`${address}: only there`);
    return "leave";
  }
  return target && !same(target.row, before) ? whole("leave") : null;
}

interface Sides {
  readonly base: Value;
  readonly source: Value;
  readonly target: Value;
}

type Place = Pick<Conflict, "address" | "path">;

function mergeValue(
  attribute: Pick<Attribute, "type" | "options">,
  sides: Sides,
  place: Place,
  resolution: Resolution,
  conflicts: Conflict[],
  kept: string[],
): Value {
  const { base, source, target } = sides;
  if (sameValue(attribute, source, target)) return target;
  if (sameValue(attribute, target, base)) return source;
  const { type } = attribute;
  if (type.kind === "map" && isRecord(source) && isRecord(target)) {
    const before: Row = isRecord(base) ? base : {};
    const element = { type: type.element, options: {} };
    const keys = [...new Set([...Object.keys(target), ...Object.keys(source)])];
    const entries = keys.map((key) => {
      const inner = { base: before[key] ?? null, source: source[key] ?? null, target: target[key] ?? null };
      const path: Path = [...place.path, { kind: "key", key }];
      return [key, mergeValue(element, inner, { ...place, path }, resolution, conflicts, kept)] as const;
    });
    return Object.fromEntries(entries.filter(([, value]) => value !== null));
  }
  if (type.kind === "object" && isRecord(source) && isRecord(target)) {
    const before: Row = isRecord(base) ? base : {};
    return Object.fromEntries(
      Object.entries(type.attributes).map(([name, nested]) => {
        const inner = { base: before[name] ?? null, source: source[name] ?? null, target: target[name] ?? null };
        const path: Path = [...place.path, { kind: "attribute", name }];
        return [name, mergeValue(nested, inner, { ...place, path }, resolution, conflicts, kept)];
      }),
    );
  }
  if (sameValue(attribute, source, base)) {
    kept.push(`${place.address} ${printPath(place.path)}`);
    return target;
  }
  if (resolution !== null) return resolution === "source" ? source : target;
  conflicts.push({ ...place, base, source, target });
  return target;
}

function bigints(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
