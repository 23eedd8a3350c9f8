import { camelCase } from "../provider/schema/attribute.ts";
import { writeJson } from "../provider/schema/json.ts";
import { isList, isRecord, type Value } from "../provider/schema/value.ts";
import type { Block, Configuration, Expression, Reference, Variable } from "./export.ts";
import { GENERATED, terraformText, type WriteOptions } from "./written.ts";

/** The configuration as a stack of generated constructs in TypeScript, by file name: one file for each service. */
export function writeConstructs(
  { blocks, variables }: Configuration,
  options: WriteOptions,
): ReadonlyMap<string, string> {
  const names = namesOf(blocks);
  const sorted = inOrder(blocks);
  const usesSecrets = blocks.some((block) => block.arguments.some(([name]) => takesSecret(block, name)));
  const main = [
    `import { AppwriteProvider, l1${usesSecrets ? ", Secret" : ""} } from "appwrite-iac";`,
    'import { App, LocalBackend, TerraformStack, TerraformVariable } from "cdktf";',
    "",
    "const app = new App();",
    `const stack = new TerraformStack(app, ${quote(options.environment)});`,
    `new LocalBackend(stack, { path: ${quote(`terraform.${options.environment}.tfstate`)} });`,
    "",
    ...variables.filter(({ isSecret }) => !isSecret).map(variableText),
    "",
    "// The API key comes by the environment variable APPWRITE_API_KEY.",
    'new AppwriteProvider(stack, "appwrite", { endpoint: endpoint.stringValue, projectId: projectId.stringValue });',
    ...sorted.flatMap((block) => blockLines(block, names, variables, options)),
    "",
    "app.synth();",
  ];
  return new Map([["main.ts", `// ${GENERATED}\n${main.join("\n")}\n`]]);
}

function variableText({ name, type, description, value }: Variable): string {
  const members = [`type: ${quote(type)}`, `description: ${quote(description)}`, `default: ${literal(value, "  ")}`];
  return `const ${camelCase(name)} = new TerraformVariable(stack, ${quote(name)}, { ${members.join(", ")} });`;
}

/** The constructs take no text where a secret is expected, so that none can be in a program by mistake. */
function takesSecret({ definition }: Block, name: string): boolean {
  return definition.attributes[name]?.options.sensitive === true;
}

/** An argument as a secret: a variable of Terraform, or a value that is none. Null where it may be left out. */
function secretText(value: Expression, context: Context): string | null {
  const [only] = value.kind === "text" ? value.parts : [];
  const name = typeof only === "object" && only.kind === "variable" ? only.name : null;
  const variable = context.variables.find((one) => one.name === name && one.isSecret);
  if (!variable) return `Secret.plain(${expression(value, context, "  ")})`;
  if (variable.isOptional) return null;
  return `Secret.variable(${quote(variable.name)}, { stored: true, description: ${quote(variable.description)} })`;
}

function blockLines(
  block: Block,
  names: ReadonlyMap<Block, string>,
  variables: readonly Variable[],
  { withImports }: WriteOptions,
): readonly string[] {
  const context = { names, variables };
  const members = [
    ...block.arguments.flatMap(([name, value]) => {
      const text = takesSecret(block, name) ? secretText(value, context) : expression(value, context, "  ");
      return text === null ? [] : [`  ${camelCase(name)}: ${text},`];
    }),
    ...(block.dependsOn.length > 0
      ? [`  dependsOn: [${block.dependsOn.map((one) => names.get(one)).join(", ")}],`]
      : []),
    ...(block.ignored.length > 0 ? [`  lifecycle: { ignoreChanges: ${JSON.stringify(block.ignored)} },`] : []),
  ];
  const name = names.get(block) ?? "";
  const type = block.definition.type.replace(/^appwrite_/, "");
  const id = `${type}_${block.label}`;
  const config = members.length === 0 ? "{}" : `{\n${members.join("\n")}\n}`;
  return [
    "",
    `const ${name} = new l1.${pascalCase(type)}(stack, ${quote(id)}, ${config});`,
    ...(withImports ? [`${name}.importFrom(${quote(block.importId)});`] : []),
  ];
}

interface Context {
  readonly names: ReadonlyMap<Block, string>;
  readonly variables: readonly Variable[];
}

function expression(value: Expression, context: Context, indent: string): string {
  const deeper = `${indent}  `;
  switch (value.kind) {
    case "value":
      return literal(value.value, indent);
    case "text":
      return template(value.parts, context);
    case "json":
      return `JSON.stringify(${literal(value.value, indent)})`;
    case "list":
      return listText(
        value.items.map((item) => expression(item, context, deeper)),
        indent,
      );
    case "map":
    case "object": {
      const keyOf = (key: string): string => (value.kind === "object" ? camelCase(key) : keyText(key));
      const entries = value.entries.map(
        ([key, inner]) => `${deeper}${keyOf(key)}: ${expression(inner, context, deeper)},`,
      );
      return entries.length === 0 ? "{}" : `{\n${entries.join("\n")}\n${indent}}`;
    }
  }
}

function template(parts: readonly (string | Reference)[], context: Context): string {
  const [only] = parts;
  if (parts.length === 1 && typeof only === "object") return referenceText(only, context);
  const written = parts.map((part) =>
    typeof part === "string"
      ? terraformText(part).replace(/[\\`]|\$\{/g, (sign) => `\\${sign}`)
      : `\${${referenceText(part, context)}}`,
  );
  return `\`${written.join("").replaceAll("\n", "\\n")}\``;
}

function referenceText(reference: Reference, { names, variables }: Context): string {
  if (reference.kind === "attribute") return `${names.get(reference.block)}.${camelCase(reference.attribute)}`;
  const variable = variables.find(({ name }) => name === reference.name);
  return `${camelCase(reference.name)}.${VALUES[variable?.type ?? "string"]}`;
}

const VALUES = {
  string: "stringValue",
  number: "numberValue",
  bool: "booleanValue",
  "list(string)": "listValue",
  any: "value",
} as const;

function literal(value: Value, indent: string): string {
  const deeper = `${indent}  `;
  if (typeof value === "string") return quote(value);
  if (typeof value === "bigint") return `${value}n`;
  if (isList(value))
    return listText(
      value.map((item) => literal(item, deeper)),
      indent,
    );
  if (isRecord(value)) {
    const entries = Object.entries(value).map(([key, inner]) => `${deeper}${keyText(key)}: ${literal(inner, deeper)},`);
    return entries.length === 0 ? "{}" : `{\n${entries.join("\n")}\n${indent}}`;
  }
  return writeJson(value);
}

function listText(items: readonly string[], indent: string): string {
  const line = `[${items.join(", ")}]`;
  if (line.length <= 100 && !line.includes("\n")) return line;
  return `[\n${items.map((item) => `${indent}  ${item},`).join("\n")}\n${indent}]`;
}

function quote(text: string): string {
  return JSON.stringify(terraformText(text));
}

function keyText(key: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(key) ? key : JSON.stringify(key);
}

/** Names of constants: the label, with the kind where two labels meet. */
function namesOf(blocks: readonly Block[]): ReadonlyMap<Block, string> {
  return new Map(
    blocks.map((block) => [block, camelCase(`${block.definition.type.replace(/^appwrite_/, "")}_${block.label}`)]),
  );
}

/** Constants before they are used. */
function inOrder(blocks: readonly Block[]): readonly Block[] {
  const done = new Set<Block>();
  const used = (value: Expression): readonly Block[] => {
    switch (value.kind) {
      case "text":
        return value.parts.flatMap((part) =>
          typeof part === "object" && part.kind === "attribute" ? [part.block] : [],
        );
      case "list":
        return value.items.flatMap(used);
      case "map":
      case "object":
        return value.entries.flatMap(([, inner]) => used(inner));
      case "value":
      case "json":
        return [];
    }
  };
  const visit = (block: Block): void => {
    if (done.has(block)) return;
    for (const [, value] of block.arguments) for (const other of used(value)) visit(other);
    for (const other of block.dependsOn) visit(other);
    done.add(block);
  };
  for (const block of blocks) visit(block);
  return [...done];
}

function pascalCase(type: string): string {
  const camel = camelCase(type);
  return `${camel.charAt(0).toUpperCase()}${camel.slice(1)}`;
}
