import type { Diagnostic } from "../schema/diagnostics.ts";
import type { Change, ResourceDefinition } from "../schema/resource.ts";
import type { Row } from "../schema/value.ts";
import { type PlanFacts, plan } from "./plan.ts";

/** A plan with the definition's own say in it. */
export interface Decision {
  readonly change: Change;
  /** Attributes that force a replacement. */
  readonly replacedBy: readonly string[];
  /** Attributes whose value changes. */
  readonly changed: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Plans one resource and lets the definition's `plan` hook adjust it: what terraform's plan and an environment's comparison both
 * stand on. Pure, as `plan` is.
 */
export function decide(
  definition: ResourceDefinition,
  prior: Row | null,
  config: Row | null,
  facts: PlanFacts,
): Decision {
  const worded = prior && config ? (definition.hooks?.reword?.(prior, config) ?? config) : config;
  const made = plan(definition, prior, worded, facts);
  const change: Change = { action: made.action, prior, config, planned: made.planned };
  const adjust = (one: Change) => (one.action === "none" ? {} : (definition.hooks?.plan?.(one) ?? {}));
  const adjustment = adjust(change);
  const replacedBy = [
    ...made.replacedBy.filter((name) => !adjustment.inPlace?.includes(name)),
    ...(adjustment.replacedBy ?? []),
  ];
  const action =
    made.action === "update" || made.action === "replace"
      ? replacedBy.length > 0
        ? "replace"
        : "update"
      : made.action;
  // A rename in place is not planned as the replacement that it looked like, so the hook sees it once more.
  const isOther = action !== made.action;
  const final: Change = isOther
    ? { ...change, action, planned: replan(definition, prior, worded, facts, action) }
    : change;
  const settled = isOther ? adjust(final) : adjustment;
  return {
    change: { ...final, planned: settled.planned ?? final.planned },
    replacedBy,
    changed: made.changed,
    diagnostics: settled.diagnostics ?? [],
  };
}

/** After a hook turned a replacement into an update (a rename in place), or the reverse: what is unknown then. */
function replan(
  definition: ResourceDefinition,
  prior: Row | null,
  config: Row | null,
  facts: PlanFacts,
  action: Change["action"],
): Row | null {
  const attributes = Object.fromEntries(
    Object.entries(definition.attributes).map(([name, attribute]) => [
      name,
      action === "update" && attribute.options.replace
        ? { ...attribute, options: { ...attribute.options, replace: false } }
        : attribute,
    ]),
  );
  if (action === "update") return plan({ attributes }, prior, config, facts).planned;
  // As core will ask again: the new object has no prior.
  return plan(definition, null, config, facts).planned;
}
