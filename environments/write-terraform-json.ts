import { writeJson } from "../provider/schema/json.ts";
import { isList, isRecord, type Row, type Value } from "../provider/schema/value.ts";
import type { Block, Configuration, Expression, Variable } from "./export.ts";
import { prettyJson } from "./snapshot-file.ts";
import { referenceText } from "./write-hcl.ts";
import { GENERATED, leftOutLines, terraformText, type WriteOptions } from "./written.ts";

/** The configuration as Terraform JSON, by file name: one file for each service. */
export function writeTerraformJson(configuration: Configuration, options: WriteOptions): ReadonlyMap<string, string> {
  const { blocks, variables } = configuration;
  const files = new Map<string, string>([
    [
      "main.tf.json",
      file(
        {
          terraform: { required_version: ">= 1.5", required_providers: { appwrite: { source: options.source } } },
          provider: { appwrite: { endpoint: "${var.endpoint}", project_id: "${var.project_id}" } },
        },
        leftOutLines(configuration),
      ),
    ],
    [
      "variables.tf.json",
      file({ variable: Object.fromEntries(variables.map((one) => [one.name, variableBlock(one)])) }),
    ],
  ]);
  for (const service of [...new Set(blocks.map((block) => block.service))].sort()) {
    const own = blocks.filter((block) => block.service === service);
    files.set(`${service}.tf.json`, file({ resource: byType(own) }));
  }
  if (options.withImports && blocks.length > 0) {
    const imports = blocks.map(({ definition, label, importId }) => ({
      to: `${definition.type}.${label}`,
      id: terraformText(importId),
    }));
    files.set("imports.tf.json", file({ import: imports }));
  }
  return files;
}

function file(content: Row, comment: readonly string[] = []): string {
  return `${prettyJson({ "//": comment.length === 0 ? GENERATED : [GENERATED, ...comment], ...content })}\n`;
}

/** In JSON, values of this environment are the variables' defaults: a `.tfvars.json` has no place to say who wrote it. */
function variableBlock({ type, description, isSecret, isOptional, value }: Variable): Row {
  return {
    type: type,
    description,
    ...(isSecret ? { sensitive: true } : { default: value }),
    ...(isOptional ? { default: null } : {}),
  };
}

function byType(blocks: readonly Block[]): Row {
  const types = [...new Set(blocks.map(({ definition }) => definition.type))];
  return Object.fromEntries(
    types.map((type) => [
      type,
      Object.fromEntries(
        blocks.filter(({ definition }) => definition.type === type).map((block) => [block.label, resource(block)]),
      ),
    ]),
  );
}

function resource(block: Block): Row {
  return {
    ...Object.fromEntries(block.arguments.map(([name, value]) => [name, expression(value)])),
    ...(block.dependsOn.length > 0
      ? { depends_on: block.dependsOn.map((one) => `${one.definition.type}.${one.label}`) }
      : {}),
    ...(block.ignored.length > 0 ? { lifecycle: { ignore_changes: [...block.ignored] } } : {}),
  };
}

function expression(value: Expression): Value {
  switch (value.kind) {
    case "value":
      return escaped(value.value);
    case "text":
      return value.parts
        .map((part) => (typeof part === "string" ? terraformText(part) : `\${${referenceText(part)}}`))
        .join("");
    case "json":
      return terraformText(writeJson(value.value));
    case "list":
      return value.items.map(expression);
    case "map":
    case "object":
      return Object.fromEntries(value.entries.map(([key, inner]) => [terraformText(key), expression(inner)]));
  }
}

function escaped(value: Value): Value {
  if (typeof value === "string") return terraformText(value);
  if (isList(value)) return value.map(escaped);
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [terraformText(key), escaped(inner)]))
    : value;
}
