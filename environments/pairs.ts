import { createHash } from "node:crypto";
import { importIdOf, ownKey } from "../provider/engine/address.ts";
import { untold } from "../provider/engine/wire.ts";
import type { ResourceDefinition } from "../provider/schema/resource.ts";
import type { Row, Value } from "../provider/schema/value.ts";
import { addressOf, type Entity, hasChosenId, hasId, identifying, ownId } from "./entity.ts";
import type { IdMap } from "./id-map.ts";
import { groupBy, linksOf, unlink, type World, worldOf } from "./links.ts";
import { describe, prettyJson } from "./snapshot-file.ts";

/** An object of the source and what it is, or becomes, in the target. */
export interface Pair {
  readonly definition: ResourceDefinition;
  /** Its address in the target; that of a server-made id that is not there yet is the source's. */
  readonly address: string;
  readonly source: Entity | null;
  readonly target: Entity | null;
  /** The source's object in the target's ids; null for what only the target has. */
  readonly wanted: Row | null;
}

/** The two sides of a comparison. */
export interface Sides {
  readonly source: readonly Entity[];
  readonly target: readonly Entity[];
  readonly fromProject: string;
  readonly toProject: string;
  /** Do both projects live on one server? Then some ids cannot be the same (real-server F10). */
  readonly isSameServer: boolean;
  readonly ids: IdMap;
  readonly definitions: readonly ResourceDefinition[];
}

/** All pairs, in the order of the source, then what only the target has; and the world of the source for references. */
export function pairUp(sides: Sides): { readonly pairs: readonly Pair[]; readonly world: World } {
  const world = worldOf(sides.source, sides.fromProject, sides.definitions);
  const chosen = new Map<Entity, string>();
  const targets = new Map<Entity, Entity>();
  const free = new Set(sides.target);
  const byPlace = groupBy(sides.target, ({ address }) => address.toLowerCase());
  const byKind = groupBy(sides.target, ({ definition }) => definition.type);

  for (const source of sides.source) {
    const row = translate(sides, world, chosen, source);
    const id = idInTarget(sides, source);
    const place = addressOf(source.definition, { ...row, [ownKey(source.definition)]: id });
    // Ids that differ in letter case only are one object on MariaDB (real-server F9).
    const found =
      byPlace.get(place.toLowerCase())?.find((entity) => free.has(entity)) ??
      lookAlike(
        source,
        row,
        (byKind.get(source.definition.type) ?? []).filter((entity) => free.has(entity)),
      );
    if (found) {
      free.delete(found);
      targets.set(source, found);
    }
    chosen.set(source, found ? ownId(found) : id);
  }

  const pairs = sides.source.map((source): Pair => {
    const { definition } = source;
    const target = targets.get(source) ?? null;
    const wanted = {
      ...translate(sides, world, chosen, source),
      ...idOf(definition, chosen.get(source) ?? ownId(source)),
    };
    return { definition, address: target?.address ?? addressOf(definition, wanted), source, target, wanted };
  });
  const extra = [...free].map(
    (target): Pair => ({ definition: target.definition, address: target.address, source: null, target, wanted: null }),
  );
  return { pairs: [...pairs, ...extra], world };
}

/** The id that an object of the source has, or gets, in the target. */
function idInTarget({ ids, isSameServer, toProject }: Sides, { definition, address, row }: Entity): string {
  const mapped = ids.get(address);
  if (mapped !== undefined) return mapped;
  const own = String(row[ownKey(definition)] ?? "");
  if (!isSameServer || definition.cloning?.ids !== "server") return own;
  // Made from what it stands for rather than by chance: a run that was killed finds it again.
  return createHash("sha256")
    .update(`${toProject} ${definition.type} ${importIdOf(definition, row)}`)
    .digest("hex")
    .slice(0, 20);
}

function idOf(definition: ResourceDefinition, id: string): Row {
  return hasId(definition) ? { [ownKey(definition)]: id } : {};
}

/** An object's row with the ids, and the project, of the target. */
function translate(sides: Sides, world: World, chosen: ReadonlyMap<Entity, string>, entity: Entity): Row {
  const { definition } = entity;
  const blank = Object.entries(definition.attributes).map(([name, attribute]) => [name, untold(attribute)] as const);
  const told = linksOf(world, entity).map(
    ([name, linked]) =>
      [
        name,
        unlink(linked, (part) =>
          "project" in part ? sides.toProject : (chosen.get(part.entity) ?? ownId(part.entity)),
        ),
      ] as const,
  );
  return { ...Object.fromEntries<Value>(blank), ...Object.fromEntries<Value>(told) };
}

/** The object of the target that is the same by what it is known by, or, where the server makes the ids, by all that it is. */
function lookAlike(source: Entity, row: Row, candidates: readonly Entity[]): Entity | undefined {
  const { definition } = source;
  const known = definition.knownBy;
  const places = identifying(definition).slice(0, -1);
  if (known) {
    const names = [...places, ...known];
    return candidates.find((one) => names.every((name) => (one.row[name] ?? null) === (row[name] ?? null)));
  }
  if (hasChosenId(definition)) return undefined;
  const own = ownKey(definition);
  const text = (of: Row): string => prettyJson({ ...describe({ ...source, row: of }), [own]: null });
  return candidates.find((one) => text(one.row) === text(row));
}
