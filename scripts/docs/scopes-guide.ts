import { dataSourcesOf } from "../../provider/engine/provider.ts";
import type { Catalogue } from "../../provider/schema/catalogue.ts";
import { serviceOf } from "./services.ts";

type Scopes = string | readonly string[];

/** The guide that says which scopes an API key needs, for each kind; made from what the definitions say. */
export function scopesGuide(catalogue: Catalogue): string {
  const resources = catalogue.resources.map(({ type, scopes }) => [type, scopes.read, scopes.write] as const);
  const services = [...new Set(resources.map(([type]) => serviceOf(type)))];
  const mirrored = new Set(catalogue.resources.flatMap(({ type, lookup }) => [type, lookup?.plural]));
  const sources = dataSourcesOf(catalogue).filter(({ type }) => !mirrored.has(type));
  const all = [...new Set(resources.flatMap(([, read, write]) => [first(read), first(write)]))].sort();
  return `---
# Made by npm run generate; do not edit.
page_title: "API-key scopes"
subcategory: ""
description: |-
  The scopes that an API key needs for each resource and data source.
---

# API-key scopes

An API key can do what its scopes allow. Give the key of a configuration the scopes of the kinds that are in it: **read** for plans, data
sources and imports, **read and write** to apply. Where two scopes are named, either suffices. When one is missing, the error names it:

\`\`\`text
The API key has no scope buckets.write.
\`\`\`

Counting what a plan would destroy (see [Data-loss protection](data-loss.md)) reads rows, documents or files, which needs \`rows.read\`,
\`documents.read\` or \`files.read\`.

A key for all of it has these scopes:

\`\`\`text
${wrap(all)}
\`\`\`

${services
  .map((service) => {
    const rows = resources.filter(([type]) => serviceOf(type) === service);
    return `## ${service}\n\n| resource and its data sources | read | write |\n| --- | --- | --- |\n${rows
      .map(
        ([type, read, write]) =>
          `| [\`${type}\`](../resources/${type.replace(/^appwrite_/, "")}.md) | ${cell(read)} | ${cell(write)} |`,
      )
      .join("\n")}`;
  })
  .join("\n\n")}
${others(
  "Other data sources",
  "read",
  sources.map(({ type, scopes }) => [type, scopes.read]),
)}${others(
  "Ephemeral resources",
  "write",
  catalogue.ephemerals.map(({ type, scopes }) => [type, scopes.write]),
)}`;
}

function others(title: string, verb: string, rows: readonly (readonly [string, Scopes])[]): string {
  if (rows.length === 0) return "";
  const lines = rows.map(([type, scopes]) => `| \`${type}\` | ${cell(scopes)} |`);
  return `\n## ${title}\n\n| type | ${verb} |\n| --- | --- |\n${lines.join("\n")}\n`;
}

function cell(scopes: Scopes): string {
  return [...new Set([scopes].flat())].map((scope) => `\`${scope}\``).join(" or ");
}

function first(scopes: Scopes): string {
  return typeof scopes === "string" ? scopes : (scopes[0] ?? "");
}

function wrap(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line !== undefined && `${line} ${word}`.length <= 100) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}
