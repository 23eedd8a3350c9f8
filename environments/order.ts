import type { Row, Value } from "../provider/schema/value.ts";
import { type Change, configOf } from "./changes.ts";
import type { Entity } from "./entity.ts";
import { type Linked, linksOf, referencesOf, type World } from "./links.ts";

/** A change with what must come before it. */
export interface Step {
  readonly change: Change;
  readonly after: readonly Step[];
  /**
   * References that form a circle cannot all be there when an object is made: parts of it (columns, entries of lists) that point to
   * objects which come later are left out of its first step, and added by a second one once those are there.
   */
  readonly part: "whole" | "first" | "rest";
  /** What the object is to be after the step; null = gone. */
  readonly config: Row | null;
}

/**
 * Brings changes into an order that follows references: what is referred to is made first; deletions come last, children and what refers
 * before what is referred to.
 */
export function inOrder(
  changes: readonly Change[],
  source: World,
  target: World,
  targets: readonly Entity[],
): readonly Step[] {
  const makes = changes.filter(({ action }) => action !== "delete");
  const bySource = new Map(makes.flatMap((change) => (change.source ? [[change.source, change] as const] : [])));
  const steps = new Map<Change, Step>();
  const open = new Set<Change>();
  const unfinished = new Map<Step, ReadonlySet<Entity>>();

  const visit = (change: Change): Step | null => {
    const known = steps.get(change);
    if (known) return known;
    if (open.has(change)) return null;
    open.add(change);
    const after: Step[] = [];
    const later = new Set<Entity>();
    for (const entity of change.source ? referencesOf(source, change.source) : []) {
      const needed = bySource.get(entity);
      if (!needed) continue;
      const step = visit(needed);
      if (step) after.push(step);
      else if (needed.action !== "update") later.add(entity);
    }
    open.delete(change);
    const step: Step =
      later.size === 0
        ? { change, after, part: "whole", config: change.config }
        : { change, after, part: "first", config: without(source, change, later) };
    if (later.size > 0) unfinished.set(step, later);
    steps.set(change, step);
    return step;
  };
  for (const change of makes) visit(change);
  const rest = [...unfinished].map(([step, later]): Step => {
    const needed = [...later].flatMap((entity) => {
      const change = bySource.get(entity);
      return (change && steps.get(change)) ?? [];
    });
    return { change: step.change, after: [step, ...needed], part: "rest", config: step.change.config };
  });
  const made = [...steps.values(), ...rest];
  return [...made, ...deletions(changes, made, target, targets)];
}

/** Deletions: after all else, and what refers to an object before the object. */
function deletions(
  changes: readonly Change[],
  made: readonly Step[],
  target: World,
  targets: readonly Entity[],
): readonly Step[] {
  const doomed = changes.filter(({ action }) => action === "delete");
  const byAddress = new Map(doomed.map((change) => [change.address, change]));
  const referring = new Map<string, Change[]>();
  for (const entity of targets) {
    const change = byAddress.get(entity.address);
    if (!change) continue;
    for (const { address } of referencesOf(target, entity)) {
      referring.set(address, [...(referring.get(address) ?? []), change]);
    }
  }
  const steps = new Map<Change, Step>();
  const open = new Set<Change>();
  const visit = (change: Change): Step | null => {
    const known = steps.get(change);
    if (known || open.has(change)) return known ?? null;
    open.add(change);
    const before = (referring.get(change.address) ?? []).map(visit).filter((step) => step !== null);
    const step: Step = { change, after: [...made, ...before], part: "whole", config: null };
    steps.set(change, step);
    return step;
  };
  for (const change of doomed) visit(change);
  return [...steps.values()];
}

/** The configuration of a change without the parts that point to objects which are not there yet. */
function without(world: World, { definition, config, source }: Change, later: ReadonlySet<Entity>): Row | null {
  if (!source || !config) return null;
  const pointing = (linked: Linked): boolean => {
    switch (linked.kind) {
      case "text":
        return linked.parts.some((part) => typeof part === "object" && "entity" in part && later.has(part.entity));
      case "list":
        return linked.items.some(pointing);
      case "record":
        return linked.entries.some(([, inner]) => pointing(inner));
      case "value":
        return false;
    }
  };
  const thin = (linked: Linked, value: Value): Value => {
    if (!pointing(linked)) return value;
    if (linked.kind === "list" && Array.isArray(value)) {
      return (value as readonly Value[]).filter((_, index) => !pointing(linked.items[index] ?? NOTHING));
    }
    if (linked.kind === "record") {
      const gone = new Set(linked.entries.filter(([, inner]) => pointing(inner)).map(([key]) => key));
      return Object.fromEntries(Object.entries(value as Row).filter(([key]) => !gone.has(key)));
    }
    return null;
  };
  const links = new Map(linksOf(world, source));
  return Object.fromEntries(
    Object.entries(configOf(definition, config)).map(([name, value]) => [
      name,
      thin(links.get(name) ?? NOTHING, value),
    ]),
  );
}

const NOTHING: Linked = { kind: "value", value: null };
