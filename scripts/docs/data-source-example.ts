import { parentsOf, pluralName } from "../../provider/engine/data-source.ts";
import { readName } from "../../provider/engine/wire.ts";
import type { ResourceDefinition } from "../../provider/schema/resource.ts";
import { type Block, literalOf, resourceBlock } from "./example.ts";

/**
 * Configurations of the data sources that mirror a resource, made from the resource's example, so that they find what that example
 * makes: the acceptance test applies both.
 */
export function singularExample(definition: ResourceDefinition, example: string): string {
  const { type, importId, lookup } = definition;
  const { block, label } = exampleOf(type, example);
  const value = (name: string): string => literalOf(example, block, name) ?? `${type}.${label}.${name}`;
  const key = importId.at(-1) ?? "id";
  const by = [...(lookup?.by ?? []).filter((name) => literalOf(example, block, name) !== null), key][0] ?? key;
  // The project is the provider's, where the example says nothing of it.
  const looked = [...parentsOf(definition), by].filter((name) => name !== "project_id" || block.attributes[name]);
  const told = [key, "name"]
    .filter((name) => name !== "project_id")
    .find((name) => !looked.includes(name) && definition.attributes[name]);
  return [
    blockText("data", [type, label], Object.fromEntries(looked.map((name) => [name, value(name)]))),
    ...(told ? [blockText("output", [`${label}_${told}`], { value: `data.${type}.${label}.${told}` })] : []),
  ].join("\n");
}

/** The plural data source: all objects, and those that a query finds where the list takes one. */
export function pluralExample(definition: ResourceDefinition, type: string, example: string): string {
  const { block, label } = exampleOf(definition.type, example);
  const parents = Object.fromEntries(
    parentsOf(definition).map((name) => [
      name,
      literalOf(example, block, name) ?? `${definition.type}.${label}.${name}`,
    ]),
  );
  const items = pluralName(definition);
  // What an object is looked up by can be asked for; other attributes the list may not know.
  const by = definition.lookup?.by.find((one) => literalOf(example, block, one) !== null);
  const attribute = by === undefined ? undefined : definition.attributes[by];
  const takesQueries = definition.api.list?.queries !== false && !definition.hooks?.list;
  const told = ["name", definition.importId.at(-1) ?? "id"].find((one) => definition.attributes[one]) ?? "id";
  return [
    blockText("data", [type, "all"], parents),
    ...(takesQueries && by !== undefined && attribute
      ? [
          blockText("data", [type, "named"], {
            ...parents,
            queries: `[jsonencode({ method = "equal", attribute = "${readName(by, attribute)}", values = [${literalOf(example, block, by)}] })]`,
          }),
        ]
      : []),
    blockText("output", [items], { value: `data.${type}.all.${items}[*].${told}` }),
  ].join("\n");
}

function exampleOf(type: string, example: string): { readonly block: Block; readonly label: string } {
  const block = resourceBlock(example, type);
  const label = block?.labels[1];
  if (!block || label === undefined) throw new Error(`The example of ${type} has no resource of that type.`);
  return { block, label };
}

function blockText(kind: string, labels: readonly string[], attributes: { readonly [name: string]: string }): string {
  const head = `${kind} ${labels.map((label) => JSON.stringify(label)).join(" ")}`;
  const width = Math.max(0, ...Object.keys(attributes).map((name) => name.length));
  const lines = Object.entries(attributes).map(([name, value]) => `  ${name.padEnd(width)} = ${value}\n`);
  return lines.length === 0 ? `${head} {}\n` : `${head} {\n${lines.join("")}}\n`;
}
