import { ownKey } from "../provider/engine/address.ts";
import { sameValue } from "../provider/engine/equal.ts";
import { capital } from "../provider/engine/sentence.ts";
import { untold } from "../provider/engine/wire.ts";
import { type Attribute, type AttributeType, camelCase } from "../provider/schema/attribute.ts";
import { parseJson } from "../provider/schema/json.ts";
import type { ResourceDefinition } from "../provider/schema/resource.ts";
import { isList, isRecord, type Row, type Value } from "../provider/schema/value.ts";
import {
  type Entity,
  entityOf,
  hasChosenId,
  hasId,
  identifying,
  importIdIn,
  isNeededSecret,
  isSecret,
  isTaken,
  isUntoldSecret,
  type Omission,
  ownId,
  telling,
} from "./entity.ts";
import { type Linked, linksOf, neededBefore, type Part, referencesOf, type World, worldOf } from "./links.ts";
import type { Pattern } from "./patterns.ts";
import { below } from "./read-snapshot.ts";
import { unsayable } from "./unsayable.ts";

/** What stands in a text beside words: an attribute of another block, or a variable. */
export type Reference =
  | { readonly kind: "attribute"; readonly block: Block; readonly attribute: string }
  | { readonly kind: "variable"; readonly name: string };

/** A value as configuration writes it. `map` keys are data, `object` keys are attribute names. */
export type Expression =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "text"; readonly parts: readonly (string | Reference)[] }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "map" | "object"; readonly entries: readonly (readonly [string, Expression])[] }
  | { readonly kind: "json"; readonly value: Value };

/** One resource of the written configuration. */
export interface Block {
  readonly definition: ResourceDefinition;
  readonly label: string;
  readonly importId: string;
  /** Which file it belongs to: the first word of its routes. */
  readonly service: string;
  readonly arguments: readonly (readonly [string, Expression])[];
  /** Attributes that are set when it is made, and left alone afterwards. */
  readonly ignored: readonly string[];
  readonly dependsOn: readonly Block[];
}

/** A variable of the written configuration. */
export interface Variable {
  readonly name: string;
  readonly type: "string" | "number" | "bool" | "list(string)" | "any";
  readonly description: string;
  readonly isSecret: boolean;
  /** May be left out: the server's own value stays then. */
  readonly isOptional: boolean;
  /** What it is in the exported environment. A secret's is never written anywhere. */
  readonly value: Value;
}

/** A project as configuration, before it is written in any language. */
export interface Configuration {
  readonly blocks: readonly Block[];
  readonly variables: readonly Variable[];
  /** Objects that configuration cannot say. */
  readonly leftOut: readonly Omission[];
}

/** What an export goes by. */
export interface ExportOptions {
  readonly endpoint: string;
  readonly project: string;
  readonly definitions: readonly ResourceDefinition[];
  /** Fields that differ between environments on purpose: they become variables. */
  readonly perEnvironment: readonly Pattern[];
}

/**
 * Makes configuration of objects: references where ids of other exported objects stand, variables for secrets and for what belongs to one
 * environment. The same objects give the same configuration.
 */
export function configurationOf(entities: readonly Entity[], options: ExportOptions): Configuration {
  const apart = takenApart([...entities].sort(byAddress), options);
  const reasons = new Map(apart.entities.map((entity) => [entity, unsayable(entity)]));
  const sorted = { ...apart, entities: apart.entities.filter((entity) => reasons.get(entity)?.length === 0) };
  const world = worldOf(sorted.entities, options.project, options.definitions);
  const labels = labelsOf(sorted.entities);
  const variables = new Map<string, Variable>([
    ["endpoint", plainVariable("endpoint", "API endpoint of the environment.", options.endpoint)],
    ["project_id", plainVariable("project_id", "ID of the project.", options.project)],
  ]);
  const blocks = new Map<Entity, Block>();
  for (const entity of inReferenceOrder(sorted.entities, world)) {
    blocks.set(entity, blockOf(entity, { world, labels, variables, blocks, options, parts: sorted.parts }));
  }
  const ordered = sorted.entities.map((entity) => blocks.get(entity)).filter((block) => block !== undefined);
  const leftOut = [...reasons].flatMap(([{ address }, told]): readonly Omission[] =>
    told.length === 0 ? [] : [{ address, reason: told.join(" "), remedy: LEFT_OUT }],
  );
  return { blocks: ordered, variables: [...variables.values()], leftOut };
}

const LEFT_OUT = "Change it in the console to what the provider takes, then export again.";

interface Context {
  readonly world: World;
  readonly labels: ReadonlyMap<Entity, string>;
  readonly variables: Map<string, Variable>;
  readonly blocks: ReadonlyMap<Entity, Block>;
  readonly options: ExportOptions;
  readonly parts: Parts;
}

/** For objects that stood inline elsewhere: what must come before them. */
type Parts = ReadonlyMap<Entity, readonly Entity[]>;

function blockOf(entity: Entity, context: Context): Block {
  const { definition, row } = entity;
  const label = context.labels.get(entity) ?? "this";
  const links = new Map(linksOf(context.world, entity));
  const ignored: string[] = [];
  const written = telling(definition).flatMap(([name, attribute]): (readonly [string, Expression])[] => {
    if (attribute.presence === "computed") return [];
    if (isSecret(attribute, row)) return secretArgument(name, attribute, entity, label, context, ignored);
    const value = row[name] ?? null;
    if (value === null || isSilent(definition, name, attribute, value)) return [];
    const pattern = context.options.perEnvironment.find((one) => one.attribute?.test(name) && one.isOf(entity.address));
    if (pattern || attribute.options.perEnvironment) {
      const variable = variableName(context, definition, label, name);
      const description = `${capital(definition.noun)} ${ownId(entity) || label}: ${name}.`;
      context.variables.set(variable, {
        ...plainVariable(variable, description, value),
        type: variableType(attribute.type),
      });
      return [[name, variableText(variable)]];
    }
    return [[name, expressionOf(links.get(name), attribute.type, value, context)]];
  });
  return {
    definition,
    label,
    importId: importIdIn(definition, row, context.options.project),
    service: serviceOf(definition),
    arguments: written,
    ignored,
    dependsOn: [...(context.parts.get(entity) ?? []), ...neededBefore(context.world, entity)].flatMap(
      (one) => context.blocks.get(one) ?? [],
    ),
  };
}

/**
 * The name of a variable: kind, block and attribute, so that it says which secret is meant, and stays what it is whatever else the project gets.
 * No two are the same, in camel case neither, as programs write them.
 */
function variableName({ variables }: Context, definition: ResourceDefinition, label: string, name: string): string {
  const kind = definition.type.replace(/^appwrite_/, "");
  // What a project has once needs no label.
  const plain = [kind, ...(hasId(definition) ? [label] : []), name].join("_");
  const taken = new Set([...variables.keys()].map(camelCase));
  let free = plain;
  for (let number = 2; taken.has(camelCase(free)); number += 1) free = `${plain}_${number}`;
  return free;
}

/** Does leaving the attribute out mean the same? */
function isSilent(definition: ResourceDefinition, name: string, attribute: Attribute, value: Value): boolean {
  if (attribute.presence === "default") return sameValue(attribute, value, untold(attribute));
  return name === ownKey(definition) && !hasChosenId(definition);
}

function secretArgument(
  name: string,
  attribute: Attribute,
  entity: Entity,
  label: string,
  context: Context,
  ignored: string[],
): (readonly [string, Expression])[] {
  const value = entity.row[name] ?? null;
  if (!isTaken(entity.definition, entity.row, name)) return [];
  const isTold = !isUntoldSecret(attribute, value);
  const isNeeded = isNeededSecret(attribute) || isNeededNow(entity, name);
  if (isTold && value === null) return [];
  const variable = variableName(context, entity.definition, label, name);
  // What the server does not tell would be sent again by the first apply.
  if (!isTold && isNeeded) ignored.push(name);
  context.variables.set(variable, {
    name: variable,
    type: variableType(attribute.type),
    description: `${capital(entity.definition.noun)} ${ownId(entity) || label}: ${name}.`,
    isSecret: true,
    isOptional: !isTold && !isNeeded,
    value: isTold ? value : null,
  });
  return [[name, variableText(variable)]];
}

/** Is something switched on that needs the secret? */
function isNeededNow({ definition, row }: Entity, name: string): boolean {
  return Object.entries(definition.cloning?.needsSecret ?? {}).some(
    ([switched, secrets]) => row[switched] === true && secrets.includes(name),
  );
}

function expressionOf(linked: Linked | undefined, type: AttributeType, value: Value, context: Context): Expression {
  if (type.kind === "json" && typeof value === "string") return { kind: "json", value: parseJson(value) };
  switch (linked?.kind) {
    case "text":
      return textOf(linked.parts, context);
    case "list":
      return {
        kind: "list",
        items: linked.items.map((item, index) =>
          expressionOf(item, elementOf(type), isList(value) ? (value[index] ?? null) : null, context),
        ),
      };
    case "record":
      return recordOf(linked, type, isRecord(value) ? value : {}, context);
    default:
      return { kind: "value", value };
  }
}

function recordOf(
  linked: Extract<Linked, { kind: "record" }>,
  type: AttributeType,
  value: Row,
  context: Context,
): Expression {
  const isObject = type.kind === "object";
  const entries = linked.entries.flatMap(([key, inner]): (readonly [string, Expression])[] => {
    const attribute = isObject ? type.attributes[key] : undefined;
    const own = value[key] ?? null;
    if (own === null || attribute?.presence === "computed" || attribute?.options.clone === "skip") return [];
    if (attribute?.presence === "default" && sameValue(attribute, own, untold(attribute))) return [];
    return [[key, expressionOf(inner, attribute?.type ?? elementOf(type), own, context)]];
  });
  if (isObject) return { kind: "object", entries };
  return { kind: "map", entries: [...entries].sort(([left], [right]) => (left < right ? -1 : 1)) };
}

function textOf(parts: readonly Part[], { blocks }: Context): Expression {
  const written = parts.map((part): string | Reference => {
    if (typeof part === "string") return part;
    if ("project" in part) return { kind: "variable", name: "project_id" };
    const block = blocks.get(part.entity);
    // A block that refers to itself, or in a circle, has to write the id out.
    return block ? { kind: "attribute", block, attribute: ownKey(part.entity.definition) } : ownId(part.entity);
  });
  const joined = written.reduce<(string | Reference)[]>((all, part) => {
    const last = all.at(-1);
    if (typeof part === "string" && typeof last === "string") return [...all.slice(0, -1), last + part];
    return part === "" ? all : [...all, part];
  }, []);
  return { kind: "text", parts: joined };
}

function variableText(name: string): Expression {
  return { kind: "text", parts: [{ kind: "variable", name }] };
}

/** Objects so that what is referred to comes first, as far as there is no circle. */
function inReferenceOrder(entities: readonly Entity[], world: World): readonly Entity[] {
  const done = new Set<Entity>();
  const open = new Set<Entity>();
  const visit = (entity: Entity): void => {
    if (done.has(entity) || open.has(entity)) return;
    open.add(entity);
    for (const referred of referencesOf(world, entity)) visit(referred);
    open.delete(entity);
    done.add(entity);
  };
  for (const entity of entities) visit(entity);
  return [...done];
}

/**
 * Terraform takes no circle of references. Where parts that stand inline form one (two tables with relationships to each other), they become
 * resources of their own, which refer to each other one way only. So do parts of which configuration cannot say one, which would else take
 * all the others with it.
 */
function takenApart(
  entities: readonly Entity[],
  { project, definitions }: ExportOptions,
): { readonly entities: readonly Entity[]; readonly parts: Parts } {
  const world = worldOf(entities, project, definitions);
  const before = new Map<Entity, readonly Entity[]>();
  const all = entities.flatMap((entity): readonly Entity[] => {
    if (!isInCircle(entity, world) && unsayable(entity).length === 0) return [entity];
    const kinds = definitions.filter(
      (one) =>
        one.cloning?.inlineIn !== undefined &&
        typeof entity.row[one.cloning.inlineIn] === "object" &&
        parentTypeOf(one) === entity.definition.type,
    );
    const made: Entity[] = [];
    for (const kind of kinds) {
      const earlier = [...made];
      for (const part of partsOf(kind, entity)) {
        made.push(part);
        if (earlier.length > 0) before.set(part, earlier);
      }
    }
    const taken = Object.fromEntries(kinds.map(({ cloning }) => [cloning?.inlineIn ?? "", null]));
    return [{ ...entity, row: { ...entity.row, ...taken } }, ...made];
  });
  return { entities: all.sort(byAddress), parts: before };
}

function partsOf(definition: ResourceDefinition, owner: Entity): readonly Entity[] {
  const parts = owner.row[definition.cloning?.inlineIn ?? ""];
  if (!isRecord(parts ?? null)) return [];
  return Object.entries(parts as Row).map(([key, part]) =>
    entityOf(definition, { ...below(definition, owner), [ownKey(definition)]: key, ...(part as Row) }),
  );
}

function isInCircle(entity: Entity, world: World): boolean {
  const seen = new Set<Entity>();
  const reaches = (one: Entity): boolean => {
    if (seen.has(one)) return false;
    seen.add(one);
    return referencesOf(world, one).some((referred) => referred === entity || reaches(referred));
  };
  return referencesOf(world, entity).some((referred) => reaches(referred));
}

function parentTypeOf(definition: ResourceDefinition): string | undefined {
  return definition.attributes[identifying(definition).at(-2) ?? ""]?.options.ref;
}

/** Names of blocks: from the id, or from the name where the id says nothing; with the parent's where they would meet. */
function labelsOf(entities: readonly Entity[]): ReadonlyMap<Entity, string> {
  const taken = new Set<string>();
  const labels = new Map<Entity, string>();
  for (const entity of entities) {
    const { definition, row } = entity;
    const parents = identifying(definition)
      .slice(0, -1)
      .map((name) => String(row[name] ?? ""));
    const own = nameFor(entity);
    const candidates = [own, ...parents.map((_, index) => [...parents.slice(-1 - index), own].join("_"))].map(slug);
    const free = (label: string): boolean => !taken.has(`${definition.type}.${label}`);
    let label = candidates.find(free);
    for (let number = 2; label === undefined; number += 1) label = [`${candidates.at(-1)}_${number}`].find(free);
    taken.add(`${definition.type}.${label}`);
    labels.set(entity, label);
  }
  return labels;
}

function nameFor({ definition, row }: Entity): string {
  const names = identifying(definition);
  if (names.length === 0) return "project";
  const id = String(row[names.at(-1) ?? ""] ?? "");
  const told = [row["name"], row["key"], row["domain"], row["hostname"]].find(
    (one) => typeof one === "string" && one !== "",
  );
  return /^[0-9a-f]{20,32}$/.test(id) && typeof told === "string" ? told : id;
}

function slug(text: string): string {
  const plain = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^[a-z]/.test(plain) ? plain : `x_${plain}`;
}

/** The service that an object belongs to, by the first word of its routes. */
function serviceOf({ api }: ResourceDefinition): string {
  const [first] = typeof api.update === "string" ? [api.update] : Object.values(api.update ?? {});
  const update = typeof first === "object" ? first.call : first;
  const route = api.list?.path ?? api.read ?? api.create ?? update ?? "/project";
  return /\/([a-z]+)/.exec(route)?.[1] ?? "project";
}

function plainVariable(name: string, description: string, value: Value): Variable {
  return { name, type: "string", description, isSecret: false, isOptional: false, value };
}

function variableType(type: AttributeType): Variable["type"] {
  switch (type.kind) {
    case "int":
    case "float":
      return "number";
    case "bool":
      return "bool";
    case "list":
    case "set":
    case "unordered":
      return type.element.kind === "string" ? "list(string)" : "any";
    case "permissions":
      return "list(string)";
    case "map":
    case "object":
      return "any";
    default:
      return "string";
  }
}

function elementOf(type: AttributeType): AttributeType {
  return "element" in type ? type.element : { kind: "string" };
}

function byAddress(left: Entity, right: Entity): number {
  return left.address < right.address ? -1 : 1;
}
