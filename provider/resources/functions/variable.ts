import {
  type Attributes,
  type Change,
  collection,
  type Diagnostic,
  type Hooks,
  id,
  isUnknown,
  type JsonObject,
  type PlanAdjustment,
  parent,
  type ResourceDefinition,
  type Row,
  standard,
  t,
} from "../../schema/index.ts";
import type { Compute } from "./compute.ts";
import { KEY_LENGTH, nameWarnings, valueMissing, variableValue } from "./variables-map.ts";

/** The resource of one environment variable of a function or site. */
export function variableResource({ root, noun, type, parentId, scopes }: Compute): ResourceDefinition {
  return {
    type: `${type}_variable`,
    noun: "variable",
    summary: `An environment variable of a ${noun}.`,
    notes: `A change takes effect with the next deployment of the ${noun}. To manage all variables at once, use \`variables\` of \`${type}\` instead.`,
    scopes,
    attributes: {
      id: id("variableId", "variable"),
      [parentId]: parent(type, noun),
      ...variableAttributes,
    },
    api: collection(`${root}/{${parentId}}/variables`, "variables"),
    hooks: variableHooks,
    importId: [parentId, "id"],
    lookup: { by: ["key"], plural: `${type}_variables` },
    knownBy: ["key"],
    cloning: { toldBy: "vars" },
  };
}

/** What every variable has: of a function, a site, or the whole project. */
export const variableAttributes: Attributes = {
  key: t.string.required("Name of the variable.", { length: KEY_LENGTH }),
  ...variableValue,
  secret: t.bool.serverDefault(
    "Hide the value in the console and the API. True when not set. A change to false makes the variable anew.",
  ),
  ...standard,
};

/** How every variable treats its value. */
export const variableHooks: Hooks = { validate: valueFaults, plan: replaceSecret, fromWire: hideValue };

function valueFaults(config: Row): readonly Diagnostic[] {
  const warnings = nameWarnings(config["key"] ?? null, [{ kind: "attribute", name: "key" }]);
  if ((config["value"] ?? null) !== null || (config["value_wo"] ?? null) !== null) return warnings;
  return [...warnings, valueMissing("value")];
}

/**
 * The server refuses to make a secret variable readable, so a new one takes its place; also where it is not known yet, because a
 * plan may not turn into a replacement once it is.
 */
function replaceSecret({ prior, planned, action }: Change): PlanAdjustment {
  const isUnset =
    prior?.["secret"] === true && planned !== null && (isUnknown(planned["secret"]) || planned["secret"] === false);
  return isUnset && action === "update" ? { replacedBy: ["secret"] } : {};
}

/** A secret value is not told, and one that was given write-only is not kept: state has what was written. */
function hideValue(answer: JsonObject, previous: Row | null): JsonObject {
  const before = previous?.["value"];
  const isHidden = answer["secret"] === true || before === null;
  return isHidden ? { ...answer, value: typeof before === "string" ? before : null } : answer;
}
