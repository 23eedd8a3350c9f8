import { importIdOf, ownKey } from "../provider/engine/address.ts";
import type { Attribute } from "../provider/schema/attribute.ts";
import type { JsonObject } from "../provider/schema/backend.ts";
import type { ResourceDefinition } from "../provider/schema/resource.ts";
import { type Row, UNKNOWN, type Value } from "../provider/schema/value.ts";

/** One object of a project, as an import would have it in state. */
export interface Entity {
  readonly definition: ResourceDefinition;
  /** `appwrite_storage_bucket.photos`: type and import id; of what a project has once, the type alone. */
  readonly address: string;
  readonly row: Row;
  /** What the server said of it; may hold secrets, so it is never written or shown. Null when read from a file. */
  readonly answer: JsonObject | null;
  /** The attributes that were told, where not all are (a hand-written file, the secrets of a snapshot): the others are left as they are. */
  readonly told?: ReadonlySet<string>;
}

/** All objects of a project that were asked for, parents before children, and what could not be read. */
export interface Snapshot {
  readonly entities: readonly Entity[];
  /** Kinds that are not there on purpose or by nature, each with the reason. */
  readonly omitted: readonly Omission[];
}

/** A kind (or one object) that is left out, why, and what to do about it. */
export interface Omission {
  readonly address: string;
  readonly reason: string;
  readonly remedy: string;
}

/** Makes an entity of a row. */
export function entityOf(definition: ResourceDefinition, row: Row, answer: JsonObject | null = null): Entity {
  return { definition, address: addressOf(definition, row), row, answer };
}

/** The address of an object. The project is no part of it: addresses of two environments are compared. */
export function addressOf(definition: ResourceDefinition, row: Row): string {
  const names = identifying(definition);
  return names.length === 0 ? definition.type : `${definition.type}.${importIdOf({ importId: names }, row)}`;
}

/** The import id of an object in its project. */
export function importIdIn(definition: ResourceDefinition, row: Row, project: string): string {
  return importIdOf(definition, { ...row, project_id: project });
}

/** The attributes that identify an object within its project. */
export function identifying(definition: ResourceDefinition): readonly string[] {
  return definition.importId.filter((name) => name !== "project_id");
}

/** Does it have an id of its own? What a project has once is known by the project's. */
export function hasId(definition: ResourceDefinition): boolean {
  return identifying(definition).length > 0;
}

/** The value by which others refer to the object. */
export function ownId(entity: Pick<Entity, "definition" | "row">): string {
  return String(entity.row[ownKey(entity.definition)] ?? "");
}

/** May the caller choose the id of an object of this kind? */
export function hasChosenId(definition: ResourceDefinition): boolean {
  const attribute = definition.attributes[ownKey(definition)];
  return attribute !== undefined && attribute.presence !== "computed";
}

/**
 * Is the value of an attribute a secret? What a definition calls so, unless the object itself says that this one is none (a
 * variable with `secret = false`).
 */
export function isSecret({ options }: Attribute, row: Row): boolean {
  if (options.secretIf !== undefined && row[options.secretIf] === false) return false;
  return options.sensitive === true || options.clone === "secret";
}

/** Does an object of this shape take the attribute? The key file of one sign-in provider is nothing to the others. */
export function isTaken(definition: ResourceDefinition, row: Row, name: string): boolean {
  const faults = definition.hooks?.validate?.({ ...row, [name]: UNKNOWN }) ?? [];
  return !faults.some(
    ({ severity, path }) => severity === "error" && path?.[0]?.kind === "attribute" && path[0].name === name,
  );
}

/** Is it a secret that an object cannot be made without? */
export function isNeededSecret({ presence, options }: Attribute): boolean {
  return presence === "required" || options.secretIf !== undefined;
}

/** Is it a secret of which the server says nothing, so that it cannot be compared or carried? */
export function isUntoldSecret(attribute: Attribute, value: Value): boolean {
  if (attribute.presence === "computed") return true;
  return (value === null || value === "") && (attribute.options.unreadable === true || isNeededSecret(attribute));
}

/**
 * The attributes of an object that say what it is: what a user may write, and what a change of would make it another object.
 * Timestamps, the project and what the server only counts are none.
 */
export function telling(definition: ResourceDefinition): readonly [string, Attribute][] {
  return Object.entries(definition.attributes).filter(
    ([, { presence, options }]) =>
      options.clone !== "skip" &&
      !options.writeOnly &&
      options.fromProvider === undefined &&
      (presence !== "computed" || options.replace === true),
  );
}
