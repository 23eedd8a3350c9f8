import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "esbuild";
import { catalogue } from "../provider/resources/index.ts";

/**
 * Lets the packed provider load a definition when something of it but its type is asked for: a launch of the provider meets a few types, and
 * to run the modules of all takes milliseconds that Terraform waits for, at each launch. Stands in for `provider/resources/index.ts` in the
 * bundle and gives the same catalogue.
 */
export function lazyDefinitions(root: string): Plugin {
  const index = join(root, "provider/resources/index.ts");
  return {
    name: "lazy-definitions",
    setup(build) {
      build.onLoad({ filter: /provider[\\/]resources[\\/]index\.ts$/ }, ({ path }) =>
        path === index ? { contents: lazyIndex(index), loader: "ts", resolveDir: dirname(index) } : null,
      );
    },
  };
}

/** The text of the catalogue's module with a `require` in place of each import of a definition. */
function lazyIndex(index: string): string {
  const definitions: readonly { readonly type: string }[] = [...catalogue.resources, ...catalogue.ephemerals];
  const found = new Set<string>();
  const text = readFileSync(index, "utf8").replace(
    /^import \{ (\w+) \} from "(\.\/[^"]+)";$/gm,
    (line, name: string, path: string) => {
      const exported = (require(join(dirname(index), path)) as { readonly [name: string]: unknown })[name];
      const definition = definitions.find((one) => one === exported);
      if (!definition) return line;
      found.add(definition.type);
      const load = `() => (module_${name} ??= require(${JSON.stringify(path)}).${name})`;
      const members = Object.keys(definition).map((key) =>
        key === "type" ? `type: ${JSON.stringify(definition.type)}` : `get ${key}() { return load_${name}().${key}; }`,
      );
      return `let module_${name}: any; const load_${name} = ${load}; const ${name}: any = { ${members.join(", ")} };`;
    },
  );
  const missing = definitions.filter(({ type }) => !found.has(type));
  if (missing.length > 0) throw new Error(`${index} imports no ${missing.map(({ type }) => type).join(", ")}.`);
  return text;
}
