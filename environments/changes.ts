import { ownKey } from "../provider/engine/address.ts";
import { decide } from "../provider/engine/decide.ts";
import { sameValue } from "../provider/engine/equal.ts";
import { validate } from "../provider/engine/validate.ts";
import type { Attribute, AttributeType } from "../provider/schema/attribute.ts";
import { ApiError, type Backend } from "../provider/schema/backend.ts";
import type { Path } from "../provider/schema/diagnostics.ts";
import type { DataLoss, Change as PlannedChange, ResourceDefinition } from "../provider/schema/resource.ts";
import { isList, isRecord, isUnknown, type Row, type Value } from "../provider/schema/value.ts";
import { type Entity, isNeededSecret, isSecret, isTaken, isUntoldSecret, type Omission, telling } from "./entity.ts";
import type { Pair } from "./pairs.ts";
import type { Pattern } from "./patterns.ts";

/** What is to be done to one object of the target, in the words of a plan. */
export interface Change {
  readonly action: "create" | "update" | "replace" | "delete";
  readonly definition: ResourceDefinition;
  /** Address in the target. */
  readonly address: string;
  readonly source: Entity | null;
  readonly prior: Row | null;
  readonly config: Row | null;
  readonly planned: Row | null;
  readonly fields: readonly Field[];
  /** Data that the change destroys, as far as the server counted it. */
  readonly losses: readonly DataLoss[];
  /** Does it delete something: the object, or a part of it such as a column? */
  readonly isDestructive: boolean;
}

/** One field that differs. */
export interface Field {
  readonly path: Path;
  readonly from: Value;
  readonly to: Value;
  /** Neither value may be shown. */
  readonly isSecret: boolean;
  /** The change of this field makes the object anew. */
  readonly replaces: boolean;
}

/** How two environments differ. */
export interface Comparison {
  readonly changes: readonly Change[];
  /** Differences that are allowed, by address and attribute. */
  readonly allowed: readonly { readonly address: string; readonly field: string | null; readonly pattern: string }[];
  /** What cannot be carried. */
  readonly notCarried: readonly Omission[];
  /** How many objects were compared. */
  readonly compared: number;
}

/** What a comparison goes by, beside the pairs. */
export interface ComparisonRules {
  readonly project: string;
  /** Name of the target environment, for the commands that are proposed. */
  readonly target: string;
  readonly allowed: readonly Pattern[];
  /** Secrets of the target, by "address attribute". */
  readonly secrets: ReadonlyMap<string, string>;
  /** Values that the target has on purpose, by "address attribute". */
  readonly values: ReadonlyMap<string, unknown>;
  /** Are source and target two projects of one server? */
  readonly isSameServer: boolean;
  /** Leave what only the target has. */
  readonly keepsExtra: boolean;
}

/** Compares all pairs by the provider's own plan: what would make the target like the source? Pure. */
export function compare(pairs: readonly Pair[], rules: ComparisonRules): Comparison {
  const allowed: { address: string; field: string | null; pattern: string }[] = [];
  const notCarried: Omission[] = [];
  const remade = new Set<string>();
  const changes = pairs.flatMap((pair): readonly Change[] => {
    const whole = rules.allowed.find((pattern) => pattern.attribute === null && isAbout(pattern, pair));
    const change = changeOf(pair, rules, notCarried, remade);
    if (change === null) return [];
    if (whole) {
      allowed.push({ address: pair.address, field: null, pattern: whole.text });
      return [];
    }
    if (change.action === "delete" && rules.keepsExtra) return [];
    return withoutAllowed(change, pair, rules, allowed, notCarried, remade);
  });
  return { changes, allowed, notCarried: distinct(notCarried), compared: pairs.length };
}

/** Asks the server what data each change would destroy. */
export async function withLosses(backend: Backend, changes: readonly Change[]): Promise<readonly Change[]> {
  return Promise.all(
    changes.map(async (change) => {
      const { hooks } = change.definition;
      if (change.action === "create" || !hooks?.atRisk) return change;
      const { action, prior, config, planned } = change;
      try {
        const losses = (await hooks.atRisk(backend, { action, prior, config, planned })).filter(
          ({ count }) => count > 0,
        );
        return { ...change, losses, isDestructive: change.isDestructive || losses.length > 0 };
      } catch (cause) {
        if (!(cause instanceof ApiError)) throw cause;
        const what = `what it holds (it could not be counted: ${cause.details.type})`;
        return change.isDestructive ? { ...change, losses: [{ what, count: Number.NaN, remedy: "" }] } : change;
      }
    }),
  );
}

/** The configuration that makes an object as a row says: what a user would write, without what is the server's. */
export function configOf(definition: ResourceDefinition, row: Row): Row {
  return configured(definition.attributes, row);
}

/** Computed values that say what an object is (the hash of a file), known before it is made. */
export function knownOf(definition: ResourceDefinition, row: Row): Row {
  return Object.fromEntries(
    telling(definition)
      .filter(([name, { presence }]) => presence === "computed" && name !== ownKey(definition))
      .map(([name]) => [name, row[name] ?? null]),
  );
}

function isAbout(pattern: Pattern, { address, source }: Pair): boolean {
  return pattern.isOf(address) || (source !== null && pattern.isOf(source.address));
}

function changeOf(
  pair: Pair,
  rules: ComparisonRules,
  notCarried: Omission[],
  remade: Set<string>,
  overrides: Row = {},
): Change | null {
  const { definition, source, target, address } = pair;
  const prior = target !== null && !remade.has(parentAddress(target)) ? target.row : null;
  const wanted = pair.wanted === null ? null : settled(pair, pair.wanted, prior, rules, notCarried);
  if (pair.wanted !== null && wanted === null) return null;
  const config = wanted === null ? null : { ...configOf(definition, wanted.row), ...overrides };
  if (prior === null && config === null) return null;
  if (prior === null && isTakenByTheSource(pair, wanted?.row ?? {}, rules, notCarried)) return null;
  const facts = { projectId: rules.project, known: wanted === null ? {} : knownOf(definition, wanted.row) };
  // A secret that cannot be read back is written with the object or with another change of it, not over and over.
  const isUnchangedOtherwise =
    prior !== null &&
    config !== null &&
    wanted !== null &&
    wanted.blind.size > 0 &&
    decide(definition, prior, withoutBlind(config, wanted.blind), facts).change.action === "none";
  if (isUnchangedOtherwise) return null;
  const { change, replacedBy } = decide(definition, prior, config, facts);
  const { action, planned } = change;
  if (action === "none" || (definition.singleton && action === "delete")) return null;
  if (action === "replace" || action === "delete") remade.add(address);
  const fields = fieldsOf(definition, change, replacedBy);
  if (action === "update" && fields.length === 0) return null;
  const isDestructive = action === "replace" || action === "delete" || fields.some(isRemoval);
  return { action, definition, address, source, prior, config, planned, fields, losses: [], isDestructive };
}

/** Has the source what only one project of the server may have? Then the target cannot have it as well. */
function isTakenByTheSource(
  { definition, source, address }: Pair,
  wanted: Row,
  rules: ComparisonRules,
  notCarried: Omission[],
): boolean {
  const name = definition.cloning?.onePerServer;
  if (name === undefined || !rules.isSameServer || !source || wanted[name] !== source.row[name]) return false;
  notCarried.push({
    address,
    reason: `Only one project of a server may have the ${name} ${JSON.stringify(wanted[name])}, and the source has it.`,
    remedy: `Give ${rules.target} another one in the environments file: "values": { "${address} ${name}": … }.`,
  });
  return true;
}

function withoutBlind(config: Row, blind: ReadonlySet<string>): Row {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, blind.has(name) ? null : value]));
}

/** What the target is to have, and the secrets in it that cannot be compared because the server does not tell them. */
interface Settled {
  readonly row: Row;
  readonly blind: ReadonlySet<string>;
}

/** A change without the fields that may differ. */
function withoutAllowed(
  change: Change,
  pair: Pair,
  rules: ComparisonRules,
  allowed: { address: string; field: string | null; pattern: string }[],
  notCarried: Omission[],
  remade: Set<string>,
): readonly Change[] {
  const { prior } = change;
  if (change.action === "create" || change.action === "delete" || prior === null) return [change];
  const names = [...new Set(change.fields.map(({ path }) => (path[0]?.kind === "attribute" ? path[0].name : "")))];
  const kept = names.flatMap((name) => {
    const pattern = rules.allowed.find((one) => one.attribute?.test(name) && isAbout(one, pair));
    if (pattern) allowed.push({ address: change.address, field: name, pattern: pattern.text });
    return pattern ? [[name, prior[name] ?? null] as const] : [];
  });
  if (kept.length === 0) return [change];
  if (change.action === "replace") remade.delete(change.address);
  const rest = changeOf(pair, rules, notCarried, remade, Object.fromEntries<Value>(kept));
  return rest === null ? [] : [rest];
}

/**
 * What the target is to have: the source's values, those that the environments file gives instead, and secrets. What cannot be carried
 * is told, and stays as it is. Null = the object cannot be made without a secret that nobody tells.
 */
function settled(
  pair: Pair,
  wanted: Row,
  prior: Row | null,
  rules: ComparisonRules,
  notCarried: Omission[],
): Settled | null {
  const { definition } = pair;
  const blind = new Set<string>();
  const given = <T>(values: ReadonlyMap<string, T>, name: string): T | undefined =>
    values.get(`${pair.address} ${name}`) ?? values.get(`${pair.source?.address ?? pair.address} ${name}`);
  const row: { [name: string]: Value } = { ...wanted };
  const missing = new Set<string>();
  for (const [name, attribute] of Object.entries(definition.attributes)) {
    const isUntold = pair.source?.told !== undefined && !pair.source.told.has(name);
    if (isUntold && prior !== null) row[name] = prior[name] ?? null;
    else if (isUntold && attribute.options.unsaid !== undefined) row[name] = attribute.options.unsaid;
    const value = given(rules.values, name);
    if (value !== undefined) row[name] = value as Value;
    if (!isSecret(attribute, wanted) || attribute.options.writeOnly || !isTaken(definition, wanted, name)) continue;
    const secret = given(rules.secrets, name);
    if (secret !== undefined) {
      row[name] = secret;
      if (isUntoldSecret(attribute, prior?.[name] ?? null)) blind.add(name);
    } else if (isUntoldSecret(attribute, row[name] ?? null) || (isUntold && (row[name] ?? null) === null)) {
      missing.add(name);
      const reason = isUntold ? "A file holds no secrets." : "The server does not tell it.";
      if (isNeededSecret(attribute) && prior === null) {
        // What the server insists on is empty until it is set; where it takes no empty text either, there is no object without it.
        if (validate({ [name]: attribute }, { [name]: "" }).length > 0) {
          notCarried.push(unmade(pair, name, rules.target, reason));
          return null;
        }
        row[name] ??= "";
      }
      notCarried.push(unreadableSecret(pair, name, attribute, rules.target, reason));
    }
  }
  for (const [name, secrets] of Object.entries(definition.cloning?.needsSecret ?? {})) {
    const lacking = secrets.filter((secret) => missing.has(secret));
    if (row[name] !== true || prior?.[name] === true || lacking.length === 0) continue;
    row[name] = false;
    notCarried.push({
      address: `${pair.address} ${name}`,
      reason: `It cannot be switched on while ${lacking.join(" and ")} ${lacking.length === 1 ? "is" : "are"} missing.`,
      remedy: `appwrite-iac set ${rules.target} ${pair.address} ${name}=true ${lacking.map((secret) => `${secret}=env:NAME`).join(" ")}`,
    });
  }
  return { row, blind };
}

function unmade({ address }: Pair, name: string, target: string, reason: string): Omission {
  return {
    address,
    reason: `It cannot be made without ${name}. ${reason}`,
    remedy: `Give it to ${target} in the environments file: "secrets": { "${address} ${name}": { "env": "NAME" } }.`,
  };
}

function unreadableSecret(
  { address }: Pair,
  name: string,
  { presence }: Attribute,
  target: string,
  reason: string,
): Omission {
  if (presence === "computed") {
    return {
      address: `${address} ${name}`,
      reason: "The server makes it; the target's is another one.",
      remedy: "Read it in the console, or from terraform's state.",
    };
  }
  return {
    address: `${address} ${name}`,
    reason,
    remedy: `appwrite-iac set ${target} ${address} ${name}=env:NAME`,
  };
}

function configured(attributes: { readonly [name: string]: Attribute }, row: Row): Row {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, presence, options }]) => {
      const isOurs =
        presence !== "computed" && options.clone !== "skip" && !options.writeOnly && options.fromProvider === undefined;
      return [name, isOurs ? nested(type, row[name] ?? null) : null];
    }),
  );
}

function nested(type: AttributeType, value: Value): Value {
  if (type.kind === "object" && isRecord(value)) return configured(type.attributes, value);
  if (type.kind === "map" && isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, nested(type.element, inner)]));
  }
  if (isList(value) && "element" in type) return value.map((inner) => nested(type.element, inner));
  return value;
}

function fieldsOf(
  definition: ResourceDefinition,
  change: PlannedChange,
  replacedBy: readonly string[],
): readonly Field[] {
  const { prior, planned } = change;
  const row = planned ?? prior ?? {};
  return Object.entries(definition.attributes).flatMap(([name, attribute]) => {
    const isShown = telling(definition).some(([one]) => one === name);
    if (!isShown) return [];
    const [from, to] = [prior?.[name] ?? null, planned?.[name] ?? null];
    if (isUnknown(to)) return [];
    const replaces = replacedBy.includes(name);
    const found = differing(attribute, from, to, [{ kind: "attribute", name }], isSecret(attribute, row));
    return found.map((one) => ({ ...one, replaces }));
  });
}

type Difference = Omit<Field, "replaces">;

/** Where two values of an attribute differ, as deep inside as can be told. */
function differing(
  attribute: Pick<Attribute, "type" | "options">,
  from: Value,
  to: Value,
  path: Path,
  isHidden: boolean,
): readonly Difference[] {
  if (sameValue(attribute, from, to)) return [];
  const { type } = attribute;
  if (type.kind === "map" && isRecord(from) && isRecord(to)) {
    const element = { type: type.element, options: {} };
    return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((key) =>
      differing(element, from[key] ?? null, to[key] ?? null, [...path, { kind: "key", key }], isHidden),
    );
  }
  if (type.kind === "object" && isRecord(from) && isRecord(to)) {
    return Object.entries(type.attributes).flatMap(([name, inner]) =>
      inner.options.clone === "skip"
        ? []
        : differing(
            inner,
            from[name] ?? null,
            to[name] ?? null,
            [...path, { kind: "attribute", name }],
            isHidden || isSecret(inner, to),
          ),
    );
  }
  return [{ path, from: withoutSecrets(type, from), to: withoutSecrets(type, to), isSecret: isHidden }];
}

/** A value that may be shown: secrets inside it are taken out. */
function withoutSecrets(type: AttributeType, value: Value): Value {
  if (type.kind === "object" && isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, inner]) => {
        const attribute = type.attributes[name];
        return attribute && !isSecret(attribute, value) ? [[name, withoutSecrets(attribute.type, inner)]] : [];
      }),
    );
  }
  if (type.kind === "map" && isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(type.element, inner)]));
  }
  return isList(value) && "element" in type ? value.map((inner) => withoutSecrets(type.element, inner)) : value;
}

/** A part that goes: an entry of a map of objects, such as a column. */
function isRemoval({ path, from, to }: Field): boolean {
  return path.at(-1)?.kind === "key" && isRecord(from) && to === null;
}

function parentAddress({ definition, row }: Entity): string {
  const names = definition.importId.slice(0, -1);
  const last = names.at(-1);
  const type = last === undefined ? undefined : definition.attributes[last]?.options.ref;
  return type === undefined ? "" : `${type}.${names.map((name) => String(row[name])).join("/")}`;
}

function distinct(omissions: readonly Omission[]): readonly Omission[] {
  return [...new Map(omissions.map((one) => [one.address, one])).values()];
}
