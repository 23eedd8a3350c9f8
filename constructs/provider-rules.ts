import { join } from "node:path";
import { plainText } from "./template.ts";

/** What the build bundles of the provider: its checks of a configuration, and its word for a value that is not known yet. */
interface Rules {
  readonly faults: (type: string, config: { readonly [attribute: string]: unknown }) => readonly string[];
  readonly UNKNOWN: unknown;
}

let rules: Rules | undefined;

/**
 * What the provider would say against a configuration, as sentences. The rules are the provider's own, bundled by the build, and are
 * loaded when the first resource is checked.
 */
export function faultsOf(type: string, attributes: { readonly [attribute: string]: unknown }): string[] {
  rules ??= require(join(__dirname, "..", "rules.js")) as Rules;
  const { faults, UNKNOWN } = rules;
  const known = (value: unknown): unknown => {
    if (typeof value === "string") return plainText(value) ?? UNKNOWN;
    if (Array.isArray(value)) return value.map(known);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [plainText(key) ?? key, known(element)]));
  };
  return [...faults(type, known(attributes) as { readonly [attribute: string]: unknown })];
}
