import type { ResourceDefinition } from "../provider/schema/resource.ts";
import { identifying } from "./entity.ts";

/** Content that is carried only when asked for. */
export type DataClass = "rows" | "files" | "users";

/** A kind of object as environments see it. */
export interface Kind {
  readonly definition: ResourceDefinition;
  /** The kind that its objects live below; null = the project itself. */
  readonly parent: Kind | null;
  /** Content, or null for configuration. */
  readonly data: DataClass | null;
}

/**
 * The kinds of a catalogue that can be carried, parents first. Kinds whose objects are told inline by their parent are not among them.
 */
export function kindsOf(definitions: readonly ResourceDefinition[]): readonly Kind[] {
  const made = new Map<string, Kind>();
  const byType = new Map(definitions.map((definition) => [definition.type, definition]));
  const make = (definition: ResourceDefinition): Kind => {
    const known = made.get(definition.type);
    if (known) return known;
    const parentType = parentTypeOf(definition);
    const above = parentType === null ? undefined : byType.get(parentType);
    const parent = above ? make(above) : null;
    const kind: Kind = { definition, parent, data: definition.cloning?.data ?? parent?.data ?? null };
    made.set(definition.type, kind);
    return kind;
  };
  for (const definition of definitions) if (definition.cloning?.inlineIn === undefined) make(definition);
  return [...made.values()];
}

/** The attribute that names the parent object; null for objects of the project itself. */
export function parentAttribute(definition: ResourceDefinition): string | null {
  return identifying(definition).at(-2) ?? null;
}

function parentTypeOf(definition: ResourceDefinition): string | null {
  const name = parentAttribute(definition);
  return name === null ? null : (definition.attributes[name]?.options.ref ?? null);
}
