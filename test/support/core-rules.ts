import { canonicalNumber } from "../../provider/schema/number.ts";
import type { Nesting, Schema, SchemaAttribute } from "../../provider/schema/terraform-type.ts";
import {
  isList,
  isNumber,
  isRecord,
  isUnknown,
  isWhollyKnown,
  type Row,
  UNKNOWN,
  type Value,
} from "../../provider/schema/value.ts";

/**
 * The rules that Terraform's core has for what a provider answers, written anew from the description of them. Each function gives
 * the faults that core would report, as texts that begin with the attribute; an empty list = core is content.
 */

/** "Provider produced invalid plan": may `planned` be planned for this configuration and prior state? */
export function planFaults(
  schema: Schema,
  prior: Row | null,
  config: Row | null,
  planned: Row | null,
): readonly string[] {
  if (config === null) return planned === null ? [] : ["planned for existence but config wants absence"];
  if (planned === null) return ["planned for absence but config wants existence"];
  return [
    ...attributesPlanFaults(schema.attributes, prior, config, planned, ""),
    ...schema.blocks.flatMap((block) =>
      blockPlanFaults(
        block.attributes,
        block.nesting,
        prior?.[block.name] ?? null,
        config[block.name] ?? null,
        planned[block.name] ?? null,
        block.name,
      ),
    ),
    ...writeOnlyFaults(schema.attributes, planned),
  ];
}

/** Core looks for write-only values in every element of a collection, also in one that is not known as a whole. */
function writeOnlyFaults(attributes: readonly SchemaAttribute[], planned: Row): readonly string[] {
  return attributes.flatMap(({ name, nested }) => {
    const value = planned[name] ?? null;
    if (!nested || nested.nesting === "single" || value === null || isUnknown(value)) return [];
    const hidden = nested.attributes.filter(({ writeOnly }) => writeOnly);
    return Object.entries(value as Row).flatMap(([key, element]) =>
      hidden
        .filter((attribute) => isUnknown(element) || (isRecord(element) && (element[attribute.name] ?? null) !== null))
        .map((attribute) => `${name}[${key}].${attribute.name}: a value for a write-only attribute`),
    );
  });
}

/**
 * "Provider produced inconsistent result after apply", and of a second plan "inconsistent final plan": is `actual` what
 * `planned` promised? What was known must come back the same; what was unknown may become anything that its refinement allows.
 */
export function resultFaults(schema: Schema, planned: Row | null, actual: Row | null): readonly string[] {
  if (planned === null) return actual === null ? [] : ["root object was absent, but now present"];
  if (actual === null) return ["root object was present, but now absent"];
  const names = [...schema.attributes.map(({ name }) => name), ...schema.blocks.map(({ name }) => name)];
  const sets = new Set(schema.attributes.filter(isSet).map(({ name }) => name));
  return names.flatMap((name) => valueFaults(planned[name] ?? null, actual[name] ?? null, sets.has(name), name));
}

/** What core makes of a configuration before it asks for a plan: computed values that are unset keep what they were. */
export function proposedState(schema: Schema, prior: Row | null, config: Row): Row {
  return {
    ...proposedAttributes(schema.attributes, prior, config),
    ...Object.fromEntries(schema.blocks.map(({ name }) => [name, config[name] ?? null])),
  };
}

/** Are two values the same to core? What it said of unknown values makes no difference in a plan. */
export function rawEquals(left: Value, right: Value, asSet = false): boolean {
  if (isUnknown(left) || isUnknown(right)) return isUnknown(left) && isUnknown(right);
  if (isNumber(left) && isNumber(right)) return canonicalNumber(left) === canonicalNumber(right);
  if (typeof left === "string" && typeof right === "string") return left.normalize("NFC") === right.normalize("NFC");
  if (isList(left) && isList(right)) {
    if (left.length !== right.length) return false;
    if (asSet) return left.every((one) => right.some((other) => rawEquals(one, other)));
    return left.every((one, index) => rawEquals(one, right[index] ?? null));
  }
  if (isRecord(left) && isRecord(right)) {
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && rawEquals(left[key] ?? null, right[key] ?? null))
    );
  }
  return left === right;
}

function attributesPlanFaults(
  attributes: readonly SchemaAttribute[],
  prior: Row | null,
  config: Row,
  planned: Row,
  path: string,
): readonly string[] {
  return attributes.flatMap((attribute) => {
    const { name } = attribute;
    return attributePlanFaults(
      attribute,
      prior?.[name] ?? null,
      config[name] ?? null,
      planned[name] ?? null,
      `${path}${name}`,
    );
  });
}

function attributePlanFaults(
  attribute: SchemaAttribute,
  prior: Value,
  config: Value,
  planned: Value,
  path: string,
): readonly string[] {
  const asSet = isSet(attribute);
  if (attribute.writeOnly)
    return planned === null ? [] : [`${path}: planned value for write-only attribute is not null`];
  if (attribute.computed && !attribute.optional) return [];
  if (rawEquals(planned, config, asSet)) return [];
  if (prior !== null && config !== null && rawEquals(planned, prior, asSet)) return [];
  if (attribute.computed && config === null) return [];
  if (attribute.nested && config !== null) {
    return nestedPlanFaults(attribute.nested.attributes, attribute.nested.nesting, prior, config, planned, path);
  }
  if (config === null) return [`${path}: planned value for a non-computed attribute`];
  if (isUnknown(planned)) return [`${path}: a configured value may not be planned unknown`];
  const nor = prior === null ? "" : " nor prior value";
  return [`${path}: planned value does not match config value${nor}`];
}

function nestedPlanFaults(
  attributes: readonly SchemaAttribute[],
  nesting: Nesting,
  prior: Value,
  config: Value,
  planned: Value,
  path: string,
): readonly string[] {
  if (isUnknown(config)) return isUnknown(planned) ? [] : [`${path}: planned a value for an unknown configuration`];
  if (planned === null) return [`${path}: planned for absence but config wants existence`];
  if (isUnknown(planned)) return [`${path}: planned unknown for configured value`];
  switch (nesting) {
    case "single":
      return attributesPlanFaults(
        attributes,
        isRecord(prior) ? prior : null,
        config as Row,
        planned as Row,
        `${path}.`,
      );
    case "set":
      return countFaults(config, planned, path);
    case "list": {
      const counts = countFaults(config, planned, path);
      if (counts.length > 0) return counts;
      return (planned as readonly Value[]).flatMap((element, index) =>
        elementPlanFaults(
          attributes,
          isList(prior) ? (prior[index] ?? null) : null,
          (config as readonly Value[])[index] ?? null,
          element,
          `${path}[${index}]`,
        ),
      );
    }
    case "map": {
      const [left, right] = [planned as Row, config as Row];
      return [
        ...Object.keys(left)
          .filter((key) => !Object.hasOwn(right, key))
          .map((key) => `${path}: map key ${key} from plan is not present in config`),
        ...Object.keys(right).flatMap((key) =>
          Object.hasOwn(left, key)
            ? elementPlanFaults(
                attributes,
                isRecord(prior) ? (prior[key] ?? null) : null,
                right[key] ?? null,
                left[key] ?? null,
                `${path}[${key}]`,
              )
            : [`${path}: map key ${key} from config is not present in plan`],
        ),
      ];
    }
  }
}

function elementPlanFaults(
  attributes: readonly SchemaAttribute[],
  prior: Value,
  config: Value,
  planned: Value,
  path: string,
): readonly string[] {
  if (rawEquals(config, planned)) return [];
  if (isUnknown(config) && isRecord(planned)) {
    const unknown = Object.fromEntries(attributes.map(({ name }) => [name, UNKNOWN]));
    return attributesPlanFaults(attributes, isRecord(prior) ? prior : null, unknown, planned, `${path}.`);
  }
  if (!isRecord(config) || !isRecord(planned)) return [`${path}: planned element does not match config`];
  return attributesPlanFaults(attributes, isRecord(prior) ? prior : null, config, planned, `${path}.`);
}

function blockPlanFaults(
  attributes: readonly SchemaAttribute[],
  nesting: Nesting,
  prior: Value,
  config: Value,
  planned: Value,
  path: string,
): readonly string[] {
  if (isUnknown(config)) return rawEquals(config, planned) ? [] : [`${path}: planned value for unknown dynamic block`];
  if (isUnknown(planned)) return [`${path}: attribute representing nested block must not be unknown itself`];
  if (nesting === "single" && config === null)
    return planned === null ? [] : [`${path}: planned for existence but config wants absence`];
  return rawEquals(config, planned) ? [] : nestedPlanFaults(attributes, nesting, prior, config, planned, path);
}

function countFaults(config: Value, planned: Value, path: string): readonly string[] {
  const [wanted, got] = [isList(config) ? config.length : -1, isList(planned) ? planned.length : -1];
  return wanted === got ? [] : [`${path}: count in plan (${got}) disagrees with count in config (${wanted})`];
}

function valueFaults(planned: Value, actual: Value, asSet: boolean, path: string): readonly string[] {
  if (isUnknown(planned))
    return isAllowed(planned.refinement, actual)
      ? []
      : [`${path}: final value does not conform to planning placeholder`];
  if (planned === null) return actual === null ? [] : [`${path}: was null, but now ${show(actual)}`];
  if (isUnknown(actual)) return isWhollyKnown(planned) ? [`${path}: was known, but now unknown`] : [];
  if (actual === null) return [`${path}: was ${show(planned)}, but now null`];
  if (asSet && isList(planned) && isList(actual)) {
    if (!planned.every(isWhollyKnown)) return [];
    return planned.length === actual.length && rawEquals(planned, actual, true)
      ? []
      : [`${path}: planned set element does not correlate with any element in actual`];
  }
  if (isList(planned) && isList(actual)) {
    if (planned.length !== actual.length) return [`${path}: length changed from ${planned.length} to ${actual.length}`];
    return planned.flatMap((element, index) => valueFaults(element, actual[index] ?? null, false, `${path}[${index}]`));
  }
  if (isRecord(planned) && isRecord(actual)) {
    const keys = new Set([...Object.keys(planned), ...Object.keys(actual)]);
    return [...keys].flatMap((key) => {
      if (!Object.hasOwn(actual, key)) return [`${path}: element ${key} has vanished`];
      if (!Object.hasOwn(planned, key)) return [`${path}: new element ${key} has appeared`];
      return valueFaults(planned[key] ?? null, actual[key] ?? null, false, `${path}.${key}`);
    });
  }
  return rawEquals(planned, actual) ? [] : [`${path}: was ${show(planned)}, but now ${show(actual)}`];
}

/** Does a value keep to "not null", the one refinement that every kind of value has? Its bytes are `81 01 c2` or begin a longer map with `01 c2`. */
function isAllowed(refinement: Uint8Array | null, actual: Value): boolean {
  if (refinement === null || actual !== null) return true;
  return !Buffer.from(refinement).includes(Buffer.of(0x01, 0xc2));
}

function proposedAttributes(attributes: readonly SchemaAttribute[], prior: Row | null, config: Row): Row {
  return Object.fromEntries(
    attributes.map((attribute) => {
      const [before, written] = [prior?.[attribute.name] ?? null, config[attribute.name] ?? null];
      if (attribute.writeOnly) return [attribute.name, null];
      if (written === null) return [attribute.name, attribute.computed ? before : null];
      const { nested } = attribute;
      if (!nested || isUnknown(written)) return [attribute.name, written];
      const inner = (config_: Value, prior_: Value): Value =>
        isRecord(config_) ? proposedAttributes(nested.attributes, isRecord(prior_) ? prior_ : null, config_) : config_;
      switch (nested.nesting) {
        case "single":
          return [attribute.name, inner(written, before)];
        case "list":
        case "set":
          return [
            attribute.name,
            isList(written)
              ? written.map((one, index) => inner(one, isList(before) ? (before[index] ?? null) : null))
              : written,
          ];
        case "map":
          return [
            attribute.name,
            isRecord(written)
              ? Object.fromEntries(
                  Object.entries(written).map(([key, one]) => [
                    key,
                    inner(one, isRecord(before) ? (before[key] ?? null) : null),
                  ]),
                )
              : written,
          ];
      }
    }),
  );
}

function isSet({ type, nested }: SchemaAttribute): boolean {
  return type?.kind === "set" || nested?.nesting === "set";
}

function show(value: Value): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? inner.toString() : inner)) ?? "null";
}
