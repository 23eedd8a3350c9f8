import { configurationFaults } from "./engine/validate.ts";
import { catalogue } from "./resources/index.ts";
import type { Row } from "./schema/index.ts";

export { UNKNOWN } from "./schema/index.ts";

const definitions = new Map(catalogue.resources.map((definition) => [definition.type, definition]));

/**
 * What is wrong with a configuration of a resource, as sentences: the checks that the provider makes of it, without the rest of the
 * provider. The constructs check with them at synth. An unknown type has no faults.
 */
export function faults(type: string, config: Row): readonly string[] {
  const definition = definitions.get(type);
  if (!definition) return [];
  return configurationFaults(definition, config).map(({ detail }) => `${type}: ${detail}`);
}
