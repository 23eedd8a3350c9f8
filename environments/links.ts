import { type Attribute, type AttributeType, referredType } from "../provider/schema/attribute.ts";
import type { ResourceDefinition } from "../provider/schema/resource.ts";
import { isList, isRecord, type Row, type Value } from "../provider/schema/value.ts";
import { type Entity, ownId, telling } from "./entity.ts";
import { parentAttribute } from "./kinds.ts";

/** A piece of a text: words, the id of an object, or the project itself. */
export type Part = string | { readonly entity: Entity } | { readonly project: true };

/** A value in which the ids of other objects are known for what they are. */
export type Linked =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "text"; readonly parts: readonly Part[] }
  | { readonly kind: "list"; readonly items: readonly Linked[] }
  | { readonly kind: "record"; readonly entries: readonly (readonly [string, Linked])[] };

/** The objects among which ids are looked for. */
export interface World {
  readonly project: string;
  readonly byId: ReadonlyMap<string, readonly Entity[]>;
  /** Words of roles: `team` names objects of which type. */
  readonly roles: ReadonlyMap<string, string>;
  /** Words of events and paths: `buckets` names objects of which types. */
  readonly words: ReadonlyMap<string, readonly string[]>;
}

/** Makes the world of a project's objects. */
export function worldOf(
  entities: readonly Entity[],
  project: string,
  definitions: readonly ResourceDefinition[],
): World {
  const words = new Map<string, readonly string[]>();
  for (const { type, api } of definitions) {
    const word = api.list?.items;
    if (word !== undefined) words.set(word, [...(words.get(word) ?? []), type]);
  }
  return {
    project,
    byId: groupBy(entities, ownId),
    roles: new Map(
      definitions.flatMap(({ type, cloning }) => (cloning?.role === undefined ? [] : [[cloning.role, type]])),
    ),
    words,
  };
}

/**
 * The attributes of an object with all ids in them found: in reference attributes, in permissions and roles, in events, and in texts that may
 * hold ids.
 */
export function linksOf(
  world: World,
  { definition, row }: Pick<Entity, "definition" | "row">,
): readonly (readonly [string, Linked])[] {
  return telling(definition).map(([name, attribute]) => [name, link(world, attribute, row[name] ?? null, row, false)]);
}

/** The objects that an object refers to, itself not among them. */
export function referencesOf(world: World, entity: Entity): readonly Entity[] {
  const found = new Set<Entity>();
  const collect = (linked: Linked): void => {
    switch (linked.kind) {
      case "text":
        for (const part of linked.parts) if (typeof part === "object" && "entity" in part) found.add(part.entity);
        break;
      case "list":
        for (const item of linked.items) collect(item);
        break;
      case "record":
        for (const [, inner] of linked.entries) collect(inner);
        break;
      case "value":
        break;
    }
  };
  for (const [, linked] of linksOf(world, entity)) collect(linked);
  for (const other of neededBefore(world, entity)) found.add(other);
  found.delete(entity);
  return [...found];
}

/** Objects that must be there first, although nothing refers to them. */
export function neededBefore(world: World, { definition }: Entity): readonly Entity[] {
  const types = definition.cloning?.after ?? [];
  return types.length === 0 ? [] : [...world.byId.values()].flat().filter((one) => types.includes(one.definition.type));
}

/** A linked value as a plain one, with every id written as `id` says. */
export function unlink(linked: Linked, write: (part: Exclude<Part, string>) => string): Value {
  switch (linked.kind) {
    case "value":
      return linked.value;
    case "text":
      return linked.parts.map((part) => (typeof part === "string" ? part : write(part))).join("");
    case "list":
      return linked.items.map((item) => unlink(item, write));
    case "record":
      return Object.fromEntries(linked.entries.map(([key, inner]) => [key, unlink(inner, write)]));
  }
}

function link(
  world: World,
  attribute: Pick<Attribute, "type" | "options">,
  value: Value,
  row: Row,
  inside: boolean,
): Linked {
  const { type, options } = attribute;
  if (isList(value)) {
    const element = { type: elementOf(type), options };
    return { kind: "list", items: value.map((item) => link(world, element, item, row, true)) };
  }
  if (isRecord(value)) {
    const entries = Object.entries(value).map(([key, inner]) => {
      const nested = type.kind === "object" ? type.attributes[key] : { type: elementOf(type), options: {} };
      return [
        key,
        nested ? link(world, nested, inner, row, true) : ({ kind: "value", value: inner } as const),
      ] as const;
    });
    return { kind: "record", entries };
  }
  if (typeof value !== "string" || value === "") return { kind: "value", value };
  const parts = partsOf(world, attribute, value, row, inside);
  return parts.some((part) => typeof part !== "string") ? { kind: "text", parts } : { kind: "value", value };
}

function elementOf(type: AttributeType): AttributeType {
  return type.kind === "permissions" ? type : "element" in type ? type.element : { kind: "string" };
}

function partsOf(
  world: World,
  { type, options }: Pick<Attribute, "type" | "options">,
  text: string,
  row: Row,
  inside: boolean,
): readonly Part[] {
  const referredTo = referredType(options, row);
  if (referredTo !== undefined) {
    const found = referred(world, referredTo, text, row);
    return found ? [{ entity: found }] : [text];
  }
  if (type.kind === "permissions") {
    const [, before = "", role = "", after = ""] = /^(\w+\(")([^"]*)("\))$/.exec(text) ?? [];
    return role === "" ? [text] : [before, ...roleParts(world, role), after];
  }
  if (options.mayHoldIds) return textParts(world, text, row);
  if (!inside) return [text];
  const role = roleParts(world, text);
  return role.length > 1 ? role : eventParts(world, text);
}

/** The object of a type that an id names: the one below the same parents, where several have the id. */
function referred(world: World, type: string, id: string, row: Row): Entity | undefined {
  const candidates = (world.byId.get(id) ?? []).filter(({ definition }) => definition.type === type);
  const near = candidates.filter((entity) =>
    entity.definition.importId
      .slice(0, -1)
      .every(
        (name) => typeof row[name] !== "string" || entity.row[name] === undefined || row[name] === entity.row[name],
      ),
  );
  return near.length === 1 ? near[0] : undefined;
}

/** `team:ID/owner` in parts. */
function roleParts(world: World, role: string): readonly Part[] {
  const [, word = "", id = "", rest = ""] = /^(\w+):([^/]+)(.*)$/s.exec(role) ?? [];
  const type = world.roles.get(word);
  const found = type === undefined ? undefined : world.byId.get(id)?.find(({ definition }) => definition.type === type);
  return found ? [`${word}:`, { entity: found }, rest] : [role];
}

/** `databases.shop.tables.books.rows.*.create` in parts. */
function eventParts(world: World, text: string): readonly Part[] {
  const segments = text.split(".");
  if (segments.length < 2 || !world.words.has(segments[0] ?? "")) return [text];
  const parts: Part[] = [];
  let above: Entity | null = null;
  for (const [index, segment] of segments.entries()) {
    const types: readonly string[] = index % 2 === 1 ? (world.words.get(segments[index - 1] ?? "") ?? []) : [];
    const found: Entity | undefined = (world.byId.get(segment) ?? []).find(
      (entity) => types.includes(entity.definition.type) && isBelow(entity, above),
    );
    if (found) above = found;
    parts.push(index === 0 ? "" : ".", found ? { entity: found } : segment);
  }
  return parts;
}

function isBelow(entity: Entity, above: Entity | null): boolean {
  const name = parentAttribute(entity.definition);
  return name === null || above === null || entity.row[name] === ownId(above);
}

/**
 * Ids in free text: a text that is wholly the id of one object, ids that look made by a machine anywhere in it, and the project's own id.
 */
function textParts(world: World, text: string, row: Row): readonly Part[] {
  const whole = chosen(world, text, row);
  if (whole) return [{ entity: whole }];
  return text.split(/([A-Za-z0-9][A-Za-z0-9._-]*)/).map((token): Part => {
    // A file does not say of which project it tells: its texts stand as they are.
    if (token !== "" && token === world.project) return { project: true };
    const candidates = MACHINE_MADE.test(token) ? (world.byId.get(token) ?? []) : [];
    const [only] = candidates;
    return candidates.length === 1 && only ? { entity: only } : token;
  });
}

/** Ids as Appwrite's `unique()` makes them. */
const MACHINE_MADE = /^[0-9a-f]{20}$/;

/** The object whose id a text is. Where several have it, the one whose kind the object's own key names: `DATABASE_ID`. */
function chosen(world: World, text: string, row: Row): Entity | undefined {
  const candidates = world.byId.get(text) ?? [];
  if (candidates.length === 1) {
    const [only] = candidates;
    return only && (MACHINE_MADE.test(text) || isNamed(only, row)) ? only : undefined;
  }
  const named = candidates.filter((entity) => isNamed(entity, row));
  return named.length === 1 ? named[0] : undefined;
}

function isNamed({ definition }: Entity, row: Row): boolean {
  const key = typeof row["key"] === "string" ? row["key"].toLowerCase() : "";
  return key.includes(definition.noun.split(" ").at(-1) ?? definition.noun);
}

/** The items by what `keyOf` says of them, in their order. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
