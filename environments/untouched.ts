import { sameValue } from "../provider/engine/equal.ts";
import type { Attribute } from "../provider/schema/attribute.ts";
import { isRecord, type Value } from "../provider/schema/value.ts";
import { type Entity, telling } from "./entity.ts";

/** Are the settings those with which every project of the server begins? What a version does not tell is not judged. */
export function isUntouched({ definition, row }: Entity, version: string | null): boolean {
  const begun = definition.singleton?.untouched(version);
  return (
    begun !== undefined &&
    telling(definition).every(([name, attribute]) => isSame(attribute, row[name] ?? null, begun[name] ?? null))
  );
}

function isSame(attribute: Pick<Attribute, "type" | "options">, value: Value, begun: Value): boolean {
  if (value === null) return true;
  const { type } = attribute;
  if (type.kind === "object" && isRecord(value) && isRecord(begun)) {
    return Object.entries(type.attributes).every(([name, part]) =>
      isSame(part, value[name] ?? null, begun[name] ?? null),
    );
  }
  return sameValue(attribute, value, begun);
}
