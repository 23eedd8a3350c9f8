import type { TerraformChange, TerraformPlan } from "./terraform.ts";
import { effects } from "./terraform.ts";

/** One attribute that is not as the configuration says. */
export interface DriftedField {
  readonly name: string;
  /** What is there; null when it may not be shown. */
  readonly live: unknown;
  readonly configured: unknown;
  readonly isSecret: boolean;
}

/** One resource of a terraform configuration that is not as the configuration says. */
export interface DriftedResource {
  readonly address: string;
  /** What an apply would do about it. */
  readonly actions: readonly string[];
  readonly fields: readonly DriftedField[];
}

/** What of a plan of terraform is drift: every change that an apply would make. */
export function driftOf(plan: TerraformPlan): readonly DriftedResource[] {
  return effects(plan).map((change) => ({
    address: change.address,
    actions: change.change.actions,
    fields: fieldsOf(change),
  }));
}

function fieldsOf({ change }: TerraformChange): readonly DriftedField[] {
  const {
    before,
    after,
    after_unknown: unknown,
    before_sensitive: hiddenBefore,
    after_sensitive: hiddenAfter,
  } = change;
  if (before === null || after === null) return [];
  return Object.keys({ ...before, ...after })
    .filter((name) => unknown?.[name] !== true && !isSame(before[name], after[name]))
    .sort()
    .map((name) => {
      const isSecret = isHidden(hiddenBefore, name) || isHidden(hiddenAfter, name);
      return {
        name,
        live: isSecret ? null : (before[name] ?? null),
        configured: isSecret ? null : (after[name] ?? null),
        isSecret,
      };
    });
}

/** Terraform marks secrets by `true`, or by an object that has `true` somewhere inside. */
function isHidden(marks: unknown, name: string): boolean {
  if (marks === true) return true;
  if (typeof marks !== "object" || marks === null) return false;
  const mark = (marks as { readonly [name: string]: unknown })[name];
  return mark !== undefined && mark !== false && JSON.stringify(mark).includes("true");
}

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left ?? null) === JSON.stringify(right ?? null);
}
