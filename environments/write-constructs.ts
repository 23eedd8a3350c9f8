import { camelCase } from "../provider/schema/attribute.ts";
import { writeJson } from "../provider/schema/json.ts";
import { isList, isRecord, type Value } from "../provider/schema/value.ts";
import type { Block, Configuration, Expression, Reference, Variable } from "./export.ts";
import { GENERATED, leftOutLines, terraformText, type WriteOptions } from "./written.ts";

/**
 * The configuration as generated constructs in TypeScript, by file name: `stack.ts` with the variables, one file for each service, and `main.ts`
 * that runs them all. Services whose objects refer to each other both ways share a file.
 */
export function writeConstructs(configuration: Configuration, options: WriteOptions): ReadonlyMap<string, string> {
  const { blocks, variables } = configuration;
  const names = namesOf(blocks, variables);
  const modules = modulesOf(blocks);
  const files = new Map<string, string>([["stack.ts", file(stackLines(variables, options))]]);
  for (const module of [...new Set(modules.values())].sort()) {
    const own = inOrder(blocks.filter((block) => modules.get(block) === module)).filter(
      (block) => modules.get(block) === module,
    );
    const body = own.flatMap((block) => blockLines(block, names, variables, options));
    const usesSecrets = body.some((line) => line.includes("Secret."));
    const text = body.join("\n");
    const shared = ["stack", ...variables.filter(({ isSecret }) => !isSecret).map(({ name }) => camelCase(name))];
    const others = new Map<string, Set<string>>();
    for (const block of own) {
      for (const other of usedBy(block)) {
        const place = modules.get(other) ?? module;
        if (place !== module) others.set(place, (others.get(place) ?? new Set()).add(names.get(other) ?? ""));
      }
    }
    files.set(
      `${module}.ts`,
      file([
        `import { l1${usesSecrets ? ", Secret" : ""} } from "appwrite-iac";`,
        ...[...others.entries()]
          .sort(([left], [right]) => (left < right ? -1 : 1))
          .map(([place, imported]) => importLine([...imported].sort(), place)),
        importLine(shared.filter((name) => new RegExp(`\\b${name}\\b`).test(text)).sort(), "stack"),
        text,
      ]),
    );
  }
  const imports = [...new Set(modules.values())].sort().map((module) => `import "./${module}";`);
  const left = leftOutLines(configuration).map((line) => `// ${line}`);
  files.set("main.ts", file([...left, 'import { app } from "./stack";', ...imports, "", "app.synth();"]));
  return files;
}

function file(lines: readonly string[]): string {
  return `// ${GENERATED}\n${lines.join("\n")}\n`;
}

function importLine(names: readonly string[], module: string): string {
  return `import { ${names.join(", ")} } from "./${module}";`;
}

function stackLines(variables: readonly Variable[], options: WriteOptions): readonly string[] {
  return [
    'import { AppwriteProvider } from "appwrite-iac";',
    'import { App, LocalBackend, TerraformStack, TerraformVariable } from "cdktf";',
    "",
    "export const app = new App();",
    `export const stack = new TerraformStack(app, ${quote(options.environment)});`,
    `new LocalBackend(stack, { path: ${quote(`terraform.${options.environment}.tfstate`)} });`,
    "",
    ...variables.filter(({ isSecret }) => !isSecret).map(variableText),
    "",
    "// The API key comes by the environment variable APPWRITE_API_KEY.",
    'new AppwriteProvider(stack, "appwrite", { endpoint: endpoint.stringValue, projectId: projectId.stringValue });',
  ];
}

/** The file of each block: its service, together with all services that need it as it needs them. */
function modulesOf(blocks: readonly Block[]): ReadonlyMap<Block, string> {
  const needs = new Map<string, Set<string>>();
  for (const block of blocks) {
    const own = needs.get(block.service) ?? new Set();
    for (const other of usedBy(block)) own.add(other.service);
    needs.set(block.service, own);
  }
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (seen.has(from)) return false;
    seen.add(from);
    return [...(needs.get(from) ?? [])].some((next) => next === to || reaches(next, to, seen));
  };
  const together = (service: string): string =>
    [...needs.keys()]
      .filter((other) => other === service || (reaches(service, other) && reaches(other, service)))
      .sort()
      .join("-");
  return new Map(blocks.map((block) => [block, together(block.service)]));
}

/** The blocks that a block refers to. */
function usedBy(block: Block): readonly Block[] {
  return [...block.arguments.flatMap(([, value]) => usedIn(value)), ...block.dependsOn];
}

function usedIn(value: Expression): readonly Block[] {
  switch (value.kind) {
    case "text":
      return value.parts.flatMap((part) => (typeof part === "object" && part.kind === "attribute" ? [part.block] : []));
    case "list":
      return value.items.flatMap(usedIn);
    case "map":
    case "object":
      return value.entries.flatMap(([, inner]) => usedIn(inner));
    case "value":
    case "json":
      return [];
  }
}

function variableText({ name, type, description, value }: Variable): string {
  const members = [
    `type: ${quote(type)}`,
    `description: ${quoteTemplate(description)}`,
    `default: ${literal(value, "  ", quoteTemplate)}`,
  ];
  return `export const ${camelCase(name)} = new TerraformVariable(stack, ${quote(name)}, { ${members.join(", ")} });`;
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
  return `Secret.variable(${quote(variable.name)}, { stored: true, description: ${quoteTemplate(variable.description)} })`;
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
    `export const ${name} = new l1.${pascalCase(type)}(stack, ${quote(id)}, ${config});`,
    ...(withImports ? [`${name}.importFrom(${quoteTemplate(block.importId)});`] : []),
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
      ? part.replace(/[\\`]|\$\{/g, (sign) => `\\${sign}`)
      : `\${${referenceText(part, context)}}`,
  );
  return `\`${written.join("").replaceAll("\n", "\\n").replaceAll("\r", "\\r")}\``;
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

function literal(value: Value, indent: string, quoted = quote): string {
  const deeper = `${indent}  `;
  if (typeof value === "string") return quoted(value);
  if (typeof value === "bigint") return `${value}n`;
  if (isList(value))
    return listText(
      value.map((item) => literal(item, deeper, quoted)),
      indent,
    );
  if (isRecord(value)) {
    const entries = Object.entries(value).map(
      ([key, inner]) => `${deeper}${keyText(key)}: ${literal(inner, deeper, quoted)},`,
    );
    return entries.length === 0 ? "{}" : `{\n${entries.join("\n")}\n${indent}}`;
  }
  return writeJson(value);
}

function listText(items: readonly string[], indent: string): string {
  const line = `[${items.join(", ")}]`;
  if (line.length <= 100 && !line.includes("\n")) return line;
  return `[\n${items.map((item) => `${indent}  ${item},`).join("\n")}\n${indent}]`;
}

/** A text as it is: the constructs themselves see to it that Terraform takes it so. */
function quote(text: string): string {
  return JSON.stringify(text);
}

/** A text that goes to Terraform past the constructs: to variables and imports. */
function quoteTemplate(text: string): string {
  return JSON.stringify(terraformText(text));
}

function keyText(key: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(key) ? key : JSON.stringify(key);
}

/** Names of constants: the kind and the label, with a number where two would be the same. */
function namesOf(blocks: readonly Block[], variables: readonly Variable[]): ReadonlyMap<Block, string> {
  const taken = new Set(["app", "stack", "l1", ...variables.map(({ name }) => camelCase(name))]);
  return new Map(
    blocks.map((block) => {
      const plain = camelCase(`${block.definition.type.replace(/^appwrite_/, "")}_${block.label}`);
      let name = plain;
      for (let number = 2; taken.has(name); number += 1) name = `${plain}_${number}`;
      taken.add(name);
      return [block, name];
    }),
  );
}

/** Constants before they are used. */
function inOrder(blocks: readonly Block[]): readonly Block[] {
  const done = new Set<Block>();
  const visit = (block: Block): void => {
    if (done.has(block)) return;
    for (const other of usedBy(block)) visit(other);
    done.add(block);
  };
  for (const block of blocks) visit(block);
  return [...done];
}

function pascalCase(type: string): string {
  const camel = camelCase(type);
  return `${camel.charAt(0).toUpperCase()}${camel.slice(1)}`;
}
