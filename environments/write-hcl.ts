import { writeJson } from "../provider/schema/json.ts";
import { isList, isRecord, type Value } from "../provider/schema/value.ts";
import type { Block, Configuration, Expression, Reference, Variable } from "./export.ts";
import { GENERATED, leftOutLines, terraformText, type WriteOptions } from "./written.ts";

/** The configuration as HCL, by file name: one file for each service. Formatted as `terraform fmt` does. */
export function writeHcl(configuration: Configuration, options: WriteOptions): ReadonlyMap<string, string> {
  const { blocks, variables } = configuration;
  const left = leftOutLines(configuration).map((line) => `# ${line}`);
  const files = new Map<string, string>([
    ["main.tf", file([MAIN(options), ...(left.length > 0 ? [left.join("\n")] : [])])],
    ["variables.tf", file(variables.map(variableBlock))],
  ]);
  const told = variables.filter(({ isSecret }) => !isSecret);
  if (told.length > 0) {
    files.set(
      `${options.environment}.auto.tfvars`,
      file([
        body(
          told.map(({ name, value }) => [name, literal(value, "")]),
          "",
        ),
      ]),
    );
  }
  for (const service of [...new Set(blocks.map((block) => block.service))].sort()) {
    files.set(`${service}.tf`, file(blocks.filter((block) => block.service === service).map(resourceBlock)));
  }
  if (options.withImports && blocks.length > 0) files.set("imports.tf", file(blocks.map(importBlock)));
  return files;
}

/** A text in HCL's quotes. */
export function quote(text: string): string {
  return `"${escape(text)}"`;
}

const MAIN = ({ source }: WriteOptions): string => `terraform {
  required_version = ">= 1.5"

  required_providers {
    appwrite = {
      source = ${quote(source)}
    }
  }
}

# The API key comes by the environment variable APPWRITE_API_KEY.
provider "appwrite" {
  endpoint   = var.endpoint
  project_id = var.project_id
}`;

function file(parts: readonly string[]): string {
  return `# ${GENERATED}\n\n${parts.join("\n\n")}\n`;
}

function variableBlock({ name, type, description, isSecret, isOptional }: Variable): string {
  const lines: Line[] = [
    ["type", type],
    ["description", quote(description)],
    ...(isSecret ? ([["sensitive", "true"]] as const) : []),
    ...(isOptional ? ([["default", "null"]] as const) : []),
  ];
  return `variable ${quote(name)} {\n${body(lines, "  ")}\n}`;
}

function resourceBlock(block: Block): string {
  const lines = block.arguments.map(([name, value]): Line => [name, expression(value, "  ")]);
  const parts = [
    ...(lines.length > 0 ? [body(lines, "  ")] : []),
    ...(block.dependsOn.length > 0
      ? [
          body(
            [
              [
                "depends_on",
                listText(
                  block.dependsOn.map((one) => `${one.definition.type}.${one.label}`),
                  "  ",
                ),
              ],
            ],
            "  ",
          ),
        ]
      : []),
    ...(block.ignored.length > 0
      ? [
          `  # Appwrite does not tell it: a new value is sent with terraform apply -replace, or by appwrite-iac set.\n  lifecycle {\n    ignore_changes = [${block.ignored.join(", ")}]\n  }`,
        ]
      : []),
  ];
  return `resource ${quote(block.definition.type)} ${quote(block.label)} {\n${parts.join("\n\n")}\n}`;
}

function importBlock({ definition, label, importId }: Block): string {
  return `import {\n  to = ${definition.type}.${label}\n  id = ${quote(importId)}\n}`;
}

type Line = readonly [name: string, text: string];

/** Lines of `name = text`, the signs one below the other among lines that follow each other. */
function body(lines: readonly Line[], indent: string): string {
  return lines
    .map(([name, text], index) => {
      if (text.includes("\n")) return `${indent}${name} = ${text}`;
      const width = Math.max(...groupAround(lines, index).map(([other]) => other.length));
      return `${indent}${name.padEnd(width)} = ${text}`;
    })
    .join("\n");
}

/** The single-line neighbours of a line. */
function groupAround(lines: readonly Line[], index: number): readonly Line[] {
  const isSingle = (at: number): boolean => lines[at] !== undefined && !lines[at][1].includes("\n");
  let [first, last] = [index, index];
  while (isSingle(first - 1)) first -= 1;
  while (isSingle(last + 1)) last += 1;
  return lines.slice(first, last + 1);
}

function expression(value: Expression, indent: string): string {
  const deeper = `${indent}  `;
  switch (value.kind) {
    case "value":
      return literal(value.value, indent);
    case "text":
      return template(value.parts);
    case "json":
      return `jsonencode(${literal(value.value, indent)})`;
    case "list":
      return listText(
        value.items.map((item) => expression(item, deeper)),
        indent,
      );
    case "map":
    case "object":
      if (value.entries.length === 0) return "{}";
      return `{\n${body(
        value.entries.map(([key, inner]): Line => [keyText(key), expression(inner, deeper)]),
        deeper,
      )}\n${indent}}`;
  }
}

/** A constant in HCL. */
function literal(value: Value, indent: string): string {
  const deeper = `${indent}  `;
  if (typeof value === "string") return quote(value);
  if (isList(value))
    return listText(
      value.map((item) => literal(item, deeper)),
      indent,
    );
  if (isRecord(value)) {
    const entries = Object.entries(value);
    if (entries.length === 0) return "{}";
    return `{\n${body(
      entries.map(([key, inner]): Line => [keyText(key), literal(inner, deeper)]),
      deeper,
    )}\n${indent}}`;
  }
  return writeJson(value);
}

const WIDEST = 100;

function listText(items: readonly string[], indent: string): string {
  const line = `[${items.join(", ")}]`;
  if (items.length === 0 || (line.length <= WIDEST && !line.includes("\n"))) return line;
  return `[\n${items.map((item) => `${indent}  ${item},`).join("\n")}\n${indent}]`;
}

function template(parts: readonly (string | Reference)[]): string {
  const [only] = parts;
  if (parts.length === 1 && typeof only === "object") return referenceText(only);
  return `"${parts.map((part) => (typeof part === "string" ? escape(part) : `\${${referenceText(part)}}`)).join("")}"`;
}

/** A reference as HCL and Terraform JSON write it. */
export function referenceText(reference: Reference): string {
  return reference.kind === "variable"
    ? `var.${reference.name}`
    : `${reference.block.definition.type}.${reference.block.label}.${reference.attribute}`;
}

/** `for` at the head of an object begins an expression of its own. */
function keyText(key: string): string {
  return key !== "for" && /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) ? key : quote(key);
}

/** A text between HCL's quotes: JSON's escapes, but for two that HCL does not know. */
function escape(text: string): string {
  const escapes: { readonly [escape: string]: string } = { "\\b": "\\u0008", "\\f": "\\u000c" };
  return terraformText(
    JSON.stringify(text)
      .slice(1, -1)
      .replace(/\\./g, (all) => escapes[all] ?? all),
  );
}
