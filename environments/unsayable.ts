import { configurationFaults } from "../provider/engine/validate.ts";
import { printPath } from "../provider/schema/diagnostics.ts";
import { UNKNOWN, type Value } from "../provider/schema/value.ts";
import { configOf } from "./changes.ts";
import { type Entity, isSecret, isTaken, isUntoldSecret } from "./entity.ts";

/**
 * Why configuration cannot say an object: a server may keep what an older version of it took, or another program wrote, and the provider
 * refuses. Empty where it can. Values of secrets are in no reason.
 */
export function unsayable({ definition, row }: Entity): readonly string[] {
  const secrets = Object.entries(definition.attributes).filter(
    ([, attribute]) => attribute.presence !== "computed" && isSecret(attribute, row),
  );
  const config = {
    ...configOf(definition, row),
    ...Object.fromEntries<Value>(
      secrets.map(([name, attribute]) => {
        const value = row[name] ?? null;
        if (!isTaken(definition, row, name)) return [name, null];
        return [name, isUntoldSecret(attribute, value) ? UNKNOWN : value];
      }),
    ),
  };
  const hidden = new Set(secrets.map(([name]) => name));
  return configurationFaults(definition, config).map(({ detail, path }) => {
    const [first] = path ?? [];
    return first?.kind === "attribute" && hidden.has(first.name)
      ? `The provider does not take the value of ${printPath(path ?? [])}.`
      : detail;
  });
}
