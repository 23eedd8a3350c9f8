import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Value } from "../../provider/schema/value.ts";

/** Literal values of attributes in the examples of a resource, by attribute: what a generator cannot know by constraints alone. */
export function exampleValues(type: string): { readonly [attribute: string]: readonly Value[] } {
  const folder = join(__dirname, "..", "..", "examples", "resources", type);
  if (!existsSync(folder)) return {};
  const found: { [attribute: string]: Value[] } = {};
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".tf"))) {
    const blocks = readFileSync(join(folder, name), "utf8").split(/^(?=resource )/m);
    for (const block of blocks.filter((one) => one.startsWith(`resource "${type}"`))) {
      for (const [, attribute = "", text = ""] of block.matchAll(
        /\b([a-z0-9_]+)\s*=\s*("[^"$\n]*"|-?\d+|true|false|\[[^\]$\n]*\])/g,
      )) {
        const value = literal(text);
        if (value !== undefined) found[attribute] = [...(found[attribute] ?? []), value];
      }
      for (const [, attribute = "", text = ""] of block.matchAll(
        /\b([a-z0-9_]+)\s*=\s*jsonencode\((\{[\s\S]*?\})\)/g,
      )) {
        const json = jsonOf(text);
        if (literal(json) !== undefined) found[attribute] = [...(found[attribute] ?? []), json];
      }
    }
  }
  return found;
}

/** An HCL object of literals as JSON. */
function jsonOf(hcl: string): string {
  return hcl.replace(/([{\s,])([A-Za-z_]\w*)\s*=\s*/g, '$1"$2": ').replace(/([^,{[\s])[ \t]*\n(?=\s*")/g, "$1,\n");
}

function literal(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    // A reference, or an expression.
    return undefined;
  }
}
