import { capital } from "../../provider/engine/sentence.ts";
import { readName } from "../../provider/engine/wire.ts";
import type { Catalogue } from "../../provider/schema/catalogue.ts";
import type {
  DataSourceDefinition,
  EphemeralDefinition,
  FunctionDefinition,
} from "../../provider/schema/other-definitions.ts";
import type { ResourceDefinition } from "../../provider/schema/resource.ts";
import type { FunctionParameter } from "../../provider/schema/terraform-type.ts";
import { names, signatureType } from "./attribute-words.ts";
import { literalOf, resourceBlock } from "./example.ts";
import { evaluateExample } from "./function-example.ts";
import { type Link, schemaSection } from "./schema-section.ts";
import { serviceOf } from "./services.ts";

/** The page of a resource. `example` is the configuration that the acceptance test applies. */
export function resourcePage(definition: ResourceDefinition, example: string, link: Link): string {
  const { type, summary, notes, since, byConsole, noun, singleton, attributes, scopes } = definition;
  const older = byConsole ? ", or [console credentials](../guides/self-hosted.md#a-console-user) on an older one" : "";
  const changes = singleton ? "change" : "create, change and delete";
  return page({
    title: `${type} Resource - appwrite`,
    service: serviceOf(type),
    summary,
    heading: `${type} (Resource)`,
    parts: [
      summary,
      notes,
      since ? `Needs Appwrite ${since} or later${older}.` : null,
      singleton ? "There is one in each project: creating the resource takes over what is there." : null,
      exampleUsage(example),
      schemaSection(attributes, link, definition.timeouts),
      destroying(definition),
      `## API Key Scopes\n\nTo read the ${noun}: ${anyOf(scopes.read)}. To ${changes} it: ${anyOf(scopes.write)}. See [API-key scopes](../guides/api-key-scopes.md).`,
      importSection(definition, example),
    ],
  });
}

/** The page of a data source. */
export function dataSourcePage(source: DataSourceDefinition, example: string, link: Link): string {
  const { type, summary, notes, scopes, attributes } = source;
  return page({
    title: `${type} Data Source - appwrite`,
    service: serviceOf(type),
    summary,
    heading: `${type} (Data Source)`,
    parts: [
      summary,
      notes,
      exampleUsage(example),
      schemaSection(attributes, link),
      `## API Key Scopes\n\n${capital(anyOf(scopes.read))}.`,
    ],
  });
}

/** The page of an ephemeral resource. */
export function ephemeralPage(ephemeral: EphemeralDefinition, example: string, link: Link): string {
  const { type, summary, notes, scopes } = ephemeral;
  // An ephemeral resource is opened anew in each run: nothing of it is replaced.
  const attributes = Object.fromEntries(
    Object.entries(ephemeral.attributes).map(([name, { options, ...attribute }]) => {
      const { replace: _, ...others } = options;
      return [name, { ...attribute, options: others }];
    }),
  );
  return page({
    title: `${type} Ephemeral Resource - appwrite`,
    service: serviceOf(type),
    summary,
    heading: `${type} (Ephemeral Resource)`,
    parts: [
      summary,
      notes,
      "It lives for one run of Terraform only and is in no plan and no state. Needs Terraform 1.10 or later. See [Secrets](../guides/secrets.md).",
      exampleUsage(example),
      schemaSection(attributes, link),
      `## API Key Scopes\n\n${capital(anyOf(scopes.write))}.`,
    ],
  });
}

/** The page of a provider function, with what its example gives. */
export function functionPage(definition: FunctionDefinition, functions: readonly FunctionDefinition[]): string {
  const { name, signature, example } = definition;
  const { parameters, variadic, returns } = signature;
  const result = JSON.stringify(evaluateExample(functions, example));
  const told = [
    ...parameters.map((one) => `${one.name} ${signatureType(one.type)}`),
    ...(variadic ? [`${variadic.name} ${signatureType(variadic.type)}...`] : []),
  ];
  const argument = (one: FunctionParameter, label: string): string =>
    `1. \`${one.name}\` (${label}) ${one.description}`;
  return page({
    title: `${name} function - appwrite`,
    service: null,
    summary: `${signature.summary}.`,
    heading: `function: ${name}`,
    parts: [
      signature.description,
      "Needs Terraform 1.8 or OpenTofu 1.7 or later; see [Permissions](../guides/permissions.md) for older ones.",
      exampleUsage(`# ${result}\noutput "${name}" {\n  value = ${example}\n}\n`),
      `## Signature\n\n\`\`\`text\n${name}(${told.join(", ")}) ${signatureType(returns)}\n\`\`\``,
      told.length === 0
        ? null
        : `## Arguments\n\n${[
            ...parameters.map((one) => argument(one, capital(signatureType(one.type)))),
            ...(variadic ? [argument(variadic, `Variadic, ${capital(signatureType(variadic.type))}`)] : []),
          ].join("\n")}`,
    ],
  });
}

/** The page of the provider itself. `guides` are titles by path. */
export function providerPage(
  { provider }: Catalogue,
  example: string,
  guides: readonly { readonly title: string; readonly path: string }[],
): string {
  return page({
    title: "Appwrite Provider",
    service: null,
    summary: provider.summary,
    heading: "Appwrite Provider",
    parts: [
      provider.summary,
      "Every option may be left out where its environment variable is set, so that no credential is written down. A value in the provider block wins over the variable. Nothing is contacted before the first plan.",
      `## Guides\n\n${guides.map(({ title, path }) => `- [${title}](${path})`).join("\n")}`,
      exampleUsage(example),
      schemaSection(provider.attributes, () => null),
    ],
  });
}

interface PageParts {
  readonly title: string;
  readonly service: string | null;
  readonly summary: string;
  readonly heading: string;
  readonly parts: readonly (string | null | undefined)[];
}

/** Front matter and body, as the registry reads them. */
function page({ title, service, summary, heading, parts }: PageParts): string {
  const front = [
    "---",
    "# Made by npm run generate; do not edit.",
    `page_title: ${JSON.stringify(title)}`,
    ...(service === null ? [] : [`subcategory: ${JSON.stringify(service)}`]),
    "description: |-",
    `  ${summary}`,
    "---",
  ].join("\n");
  const body = parts.filter((part) => part !== null && part !== undefined);
  return `${[front, `# ${heading}`, ...body].join("\n\n").trimEnd()}\n`;
}

function exampleUsage(example: string): string {
  return `## Example Usage\n\n\`\`\`terraform\n${example.trimEnd()}\n\`\`\``;
}

function anyOf(scopes: string | readonly string[]): string {
  return names([...new Set([scopes].flat())], "or");
}

/** What a destroy takes with it, and what keeps it from doing so. */
function destroying({ noun, holds, hooks, attributes, singleton }: ResourceDefinition): string | null {
  if (singleton) return `## Destroying\n\n${singleton.onDestroy}`;
  if (holds === undefined) return null;
  const counted = hooks?.atRisk
    ? ` A plan that would do so counts them first; what it does then, the provider's \`data_loss\` says.`
    : "";
  const guarded = attributes["deletion_protection"] ? " `deletion_protection = true` refuses every such plan." : "";
  return `## Destroying\n\nDestroying or replacing a ${noun} destroys the ${holds} in it.${counted}${guarded} See [Data-loss protection](../guides/data-loss.md).`;
}

function importSection(definition: ResourceDefinition, example: string): string {
  const { type, noun, importId, importIdAlso, attributes } = definition;
  const block = resourceBlock(example, type);
  const address = `${type}.${block?.labels[1] ?? "example"}`;
  const values = importId.map((name) => {
    const literal = block ? literalOf(example, block, name) : null;
    return literal === null ? placeholder(name) : literal.replace(/^"(.*)"$/, "$1");
  });
  const form = importId.map(placeholder).join("/");
  const others = [
    ...(importIdAlso ?? []).map((names) => `\`${names.map(placeholder).join("/")}\``),
    ...(attributes["project_id"] && !importId.includes("project_id")
      ? [`\`<project-id>/${form}\` for another project than the provider's`]
      : []),
  ];
  const identity = importId.map((name, index) => `    ${name} = "${values[index]}"`).join("\n");
  const untold = untoldAttributes(definition);
  return [
    "## Import",
    `The import ID of a ${noun} is \`${form}\`${others.length === 0 ? "" : `, or ${others.join(", or ")}`}.`,
    `\`\`\`terraform\nimport {\n  to = ${address}\n  id = "${values.join("/")}"\n}\n\`\`\``,
    "Terraform 1.12 and later also take the identity:",
    `\`\`\`terraform\nimport {\n  to = ${address}\n  identity = {\n${aligned(identity)}\n  }\n}\n\`\`\``,
    "By command:",
    `\`\`\`shell\nterraform import ${address} '${values.join("/")}'\n\`\`\``,
    ...(untold.length === 0
      ? []
      : [
          `The server does not tell ${names(untold, "and")}: the first apply after an import writes what the configuration says.`,
        ]),
  ].join("\n\n");
}

/** Attributes that an import cannot fill: they are the user's, and no answer has them. */
function untoldAttributes({ attributes, importId }: ResourceDefinition): readonly string[] {
  return Object.entries(attributes)
    .filter(([name, attribute]) => {
      const { presence, options } = attribute;
      const isAskedOfUser = presence !== "computed" && !options.writeOnly && options.fromProvider === undefined;
      return isAskedOfUser && !importId.includes(name) && readName(name, attribute) === null;
    })
    .map(([name]) => name);
}

function placeholder(name: string): string {
  return `<${name.replaceAll("_", "-")}>`;
}

/** Lines `name = value` with their equals signs in one column. */
function aligned(lines: string): string {
  const width = Math.max(...lines.split("\n").map((line) => line.indexOf(" = ")));
  return lines.replace(/^(.*?) = /gm, (_, name: string) => `${name.padEnd(width)} = `);
}
