import type { Attribute, Attributes, AttributeType } from "../schema/attribute.ts";
import type { ResourceDefinition } from "../schema/resource.ts";
import {
  isList,
  isNeverNull,
  isRecord,
  isUnknown,
  isWhollyKnown,
  type Row,
  reworded,
  UNKNOWN,
  type Unknown,
  type Value,
} from "../schema/value.ts";
import { sameValue } from "./equal.ts";

/** What a plan is made from beside prior and configuration: asked before, so that planning is pure. */
export interface PlanFacts {
  /** The provider's project; null = none, unknown = not known yet. */
  readonly projectId: Value;
  /** Computed values known before apply, from the `foresee` hook. */
  readonly known: Row;
  /** Attributes that the server has already as they are written, from the same hook. */
  readonly there?: readonly string[];
}

/** What will be after apply, and which attributes force a replacement. */
export interface Plan {
  readonly action: "create" | "update" | "replace" | "delete" | "none";
  readonly planned: Row | null;
  readonly replacedBy: readonly string[];
  /** Attributes whose value changes. */
  readonly changed: readonly string[];
}

/**
 * Plans one resource: what will it be after apply, given what it is (`prior`) and what the user wrote (`config`)? Pure: no
 * I/O, no clock, no client.
 */
export function plan(
  definition: Pick<ResourceDefinition, "attributes" | "hooks">,
  prior: Row | null,
  config: Row | null,
  facts: PlanFacts,
): Plan {
  if (config === null)
    return { action: prior === null ? "none" : "delete", planned: null, replacedBy: [], changed: [] };

  const { attributes } = definition;
  const desired = mapAttributes(attributes, (name, attribute) => {
    if (prior !== null && facts.there?.includes(name)) return prior[name] ?? null;
    return facts.known[name] !== undefined && (config[name] ?? null) === null
      ? settle(attribute, prior?.[name] ?? null, facts.known[name])
      : desiredValue(attribute, prior === null ? undefined : (prior[name] ?? null), config[name] ?? null, facts);
  });
  if (prior === null) return { action: "create", planned: desired, replacedBy: [], changed: Object.keys(attributes) };

  const changed = Object.entries(attributes)
    .filter(([name, attribute]) => isChanged(attribute, desired[name] ?? null, prior[name] ?? null))
    .map(([name]) => name);
  if (changed.length === 0)
    // An answer that stands for "not set" in prior is planned as what the user wrote: core takes nothing else.
    return { action: "none", planned: desired, replacedBy: [], changed };

  const replacedBy = changed.filter(
    (name) =>
      isReplacing(attributes[name], desired[name] ?? null, prior[name] ?? null) &&
      !isTakenOver(attributes, name, config),
  );
  const action = replacedBy.length > 0 ? "replace" : "update";
  const planned = mapAttributes(attributes, (name, attribute) =>
    isRecomputed(attribute, config[name] ?? null, prior[name] ?? null, facts.known[name], action)
      ? UNKNOWN
      : (desired[name] ?? null),
  );
  return { action, planned, replacedBy, changed };
}

/** Does a changed attribute force a replacement? */
function isReplacing(attribute: Attribute | undefined, desired: Value, prior: Value): boolean {
  const replace = attribute?.options.replace ?? false;
  if (!attribute || replace !== "cleared") return replace === true;
  return prior !== null && sameValue(attribute, desired, null);
}

/** Does a write-only twin give the value from now on? */
function isTakenOver(attributes: Attributes, name: string, config: Row): boolean {
  return Object.entries(attributes).some(
    ([twin, { options }]) => options.twinOf === name && (config[twin] ?? null) !== null,
  );
}

/** Does the server decide the value anew in this change? */
function isRecomputed(
  { presence, options }: Attribute,
  config: Value,
  prior: Value,
  known: Value | undefined,
  action: "update" | "replace",
): boolean {
  if (known !== undefined || config !== null || options.writeOnly) return false;
  if (presence === "computed") return action === "replace" || options.volatile === true || prior === null;
  // What the server chose for the old object says nothing of the new one, but the project stays.
  return presence === "serverDefault" && (action === "replace" || prior === null) && options.fromProvider === undefined;
}

function isChanged(attribute: Attribute, desired: Value, prior: Value): boolean {
  if (attribute.options.writeOnly) return false;
  return !isWhollyKnown(desired) || !sameValue(attribute, desired, prior);
}

function desiredValue(attribute: Attribute, prior: Value | undefined, config: Value, facts: PlanFacts): Value {
  if (attribute.options.writeOnly) return null;
  if (isUnknown(config)) return unknownValue(attribute, prior ?? null, config);
  if (config === null || isLeftAlone(attribute, prior ?? null, config)) return unsetValue(attribute, prior, facts);
  return settle(attribute, prior ?? null, fillNested(attribute.type, prior ?? null, config, facts));
}

/**
 * What core says of a value that is not known yet (how it begins, its bounds) must be true of what is planned once it is known: of a default in
 * place of null, and of the prior wording.
 */
function unknownValue({ presence }: Attribute, prior: Value, config: Unknown): Unknown {
  const isAsWritten = presence === "required" || presence === "optional" || isNeverNull(config);
  return prior === null && isAsWritten ? config : reworded(config);
}

/** Is "not set" written where the server lets nobody take the value away? It is left alone then, as when nothing is written. */
function isLeftAlone({ type, presence, options }: Attribute, prior: Value, config: Value): boolean {
  return (
    presence === "kept" && options.unset !== undefined && prior !== null && sameValue({ type, options }, config, null)
  );
}

/** What an attribute becomes that the user left unset. */
function unsetValue(
  { type, presence, options, default: fallback }: Attribute,
  prior: Value | undefined,
  facts: PlanFacts,
): Value {
  switch (presence) {
    case "default":
      return fallback ?? null;
    case "serverDefault":
      if (prior !== undefined) return prior;
      return options.fromProvider === "projectId" ? (facts.projectId ?? UNKNOWN) : UNKNOWN;
    case "computed":
      return prior === undefined ? UNKNOWN : prior;
    case "kept":
      return prior === undefined ? (options.unset ?? null) : prior;
    case "optional":
      // Planned as an import tells it, so that both make the same state; what state has for "not set" stays, null too.
      if (options.unset === undefined) return null;
      return prior !== undefined && sameValue({ type, options }, prior, null) ? prior : options.unset;
    case "required":
      return null;
  }
}

/** The prior wording where both mean the same, so that a set in another order is no change. Nested values settle part by part. */
function settle(attribute: Attribute, prior: Value, desired: Value): Value {
  if (hasNested(attribute.type) || prior === null || !isWhollyKnown(desired)) return desired;
  return sameValue(attribute, desired, prior) ? prior : desired;
}

/** Fills defaults into nested objects, wherever they stand. */
function fillNested(type: AttributeType, prior: Value, config: Value, facts: PlanFacts): Value {
  if (isUnknown(config) || config === null || !hasNested(type)) return config;
  switch (type.kind) {
    case "object":
      return isRecord(config)
        ? mapAttributes(type.attributes, (name, attribute) =>
            desiredValue(attribute, isRecord(prior) ? (prior[name] ?? null) : undefined, config[name] ?? null, facts),
          )
        : config;
    case "map":
      return isRecord(config)
        ? Object.fromEntries(
            Object.entries(config).map(([key, element]) => [
              key,
              fillElement(
                type.element,
                isRecord(prior) && Object.hasOwn(prior, key) ? (prior[key] ?? null) : null,
                element,
                facts,
              ),
            ]),
          )
        : config;
    case "list":
    case "set":
    case "unordered":
      return isList(config)
        ? config.map((element, index) =>
            fillElement(
              type.element,
              type.kind === "list" && isList(prior) ? (prior[index] ?? null) : null,
              element,
              facts,
            ),
          )
        : config;
    default:
      return config;
  }
}

/** Core demands null for what is write-only in every element of a collection, also in one that is not known yet. */
function fillElement(type: AttributeType, prior: Value, config: Value, facts: PlanFacts): Value {
  if (!isUnknown(config) || type.kind !== "object") return fillNested(type, prior, config, facts);
  const isHiding = Object.values(type.attributes).some(({ options }) => options.writeOnly);
  return isHiding ? mapAttributes(type.attributes, (_, { options }) => (options.writeOnly ? null : UNKNOWN)) : config;
}

function hasNested(type: AttributeType): boolean {
  switch (type.kind) {
    case "object":
      return true;
    case "list":
    case "set":
    case "unordered":
    case "map":
      return hasNested(type.element);
    default:
      return false;
  }
}

function mapAttributes(attributes: Attributes, value: (name: string, attribute: Attribute) => Value): Row {
  return Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, value(name, attribute)]));
}
