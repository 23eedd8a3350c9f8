import { createHash } from "node:crypto";
import type { Backend } from "../provider/schema/backend.ts";
import type { ResourceDefinition } from "../provider/schema/resource.ts";
import { applyChanges, type Outcome } from "./apply-changes.ts";
import { type Change, type Comparison, type ComparisonRules, compare, withLosses } from "./changes.ts";
import { type Entity, hasId, type Omission, ownId, type Snapshot } from "./entity.ts";
import { EnvironmentError } from "./environment-error.ts";
import type { IdMap } from "./id-map.ts";
import { type World, worldOf } from "./links.ts";
import { inOrder, type Step } from "./order.ts";
import { type Pair, pairUp } from "./pairs.ts";
import { writeSnapshot } from "./snapshot-file.ts";

/** What a plan between two projects is made from. */
export interface PlanInput {
  readonly source: Snapshot;
  readonly target: Snapshot;
  readonly fromProject: string;
  readonly ids: IdMap;
  readonly definitions: readonly ResourceDefinition[];
  readonly rules: ComparisonRules;
  /** Chooses among pairs, and may change what is wanted (a promotion). All of them when absent. */
  choose?(pairs: readonly Pair[], world: World): readonly Pair[];
}

/** A plan between two projects: what is to be done, in which order, and what cannot be. */
export interface EnvironmentPlan extends Comparison {
  readonly steps: readonly Step[];
  readonly pairs: readonly Pair[];
  readonly omitted: readonly Omission[];
  /** Stands for both sides as they were read, secrets apart: the same plan has the same fingerprint. */
  readonly fingerprint: string;
}

/** Plans: pairs the objects, compares them by the provider's plan, and orders the changes. Pure. */
export function planEnvironment(input: PlanInput): EnvironmentPlan {
  const { source, target, definitions, rules } = input;
  const { pairs, world } = pairUp({
    source: source.entities,
    target: target.entities,
    fromProject: input.fromProject,
    toProject: rules.project,
    isSameServer: rules.isSameServer,
    ids: input.ids,
    definitions,
  });
  const chosen = input.choose?.(pairs, world) ?? pairs;
  const comparison = compare(chosen, rules);
  const targetWorld = worldOf(target.entities, rules.project, definitions);
  const omitted = [...new Map([...source.omitted, ...target.omitted].map((one) => [one.address, one])).values()];
  return {
    ...comparison,
    steps: inOrder(comparison.changes, world, targetWorld, target.entities),
    pairs: chosen,
    omitted,
    fingerprint: createHash("sha256")
      .update(JSON.stringify([writeSnapshot(source), writeSnapshot(target)]))
      .digest("hex")
      .slice(0, 12),
  };
}

/** The plan with the data that each change would destroy, as the target's server counts it. */
export async function countLosses(plan: EnvironmentPlan, backend: Backend): Promise<EnvironmentPlan> {
  const counted = await withLosses(backend, plan.changes);
  const byOld = new Map<Change, Change>(plan.changes.map((change, index) => [change, counted[index] ?? change]));
  const steps = new Map<Step, Step>();
  const renewed = (step: Step): Step => {
    const known = steps.get(step);
    if (known) return known;
    const made: Step = { ...step, change: byOld.get(step.change) ?? step.change, after: step.after.map(renewed) };
    steps.set(step, made);
    return made;
  };
  return { ...plan, changes: counted, steps: plan.steps.map(renewed) };
}

/** How a plan is carried out. */
export interface CarryOut {
  readonly backend: Backend;
  readonly ids: IdMap;
  readonly project: string;
  /** Reads the target once more. */
  reread(): Promise<Snapshot>;
  /** The target as it was planned on. */
  readonly planned: readonly Entity[];
  progress?(outcome: Outcome, done: number, of: number): void;
}

/**
 * Carries a plan out. Throws `EnvironmentError` before the first write when the target is not any more what the plan was made on.
 */
export async function carryOut(plan: EnvironmentPlan, how: CarryOut): Promise<readonly Outcome[]> {
  const { backend, ids, project } = how;
  const now = await how.reread();
  if (writeSnapshot(now) !== writeSnapshot({ entities: how.planned })) {
    throw new EnvironmentError(
      "The target changed since the plan was made, so nothing was written. Run the command again to see the new plan.",
    );
  }
  for (const { source, target } of plan.pairs) {
    if (source && target && hasId(source.definition) && ownId(source) !== ownId(target))
      ids.set(source.address, ownId(target));
  }
  return applyChanges(plan.steps, { backend, ids, project, progress: (...told) => how.progress?.(...told) });
}
