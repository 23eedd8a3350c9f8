import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import { ClassicDatabase, Database } from "./database.ts";
import type { AnyEnvironment } from "./environments.ts";
import { isExported } from "./exported.ts";
import { ROW, rowTypes } from "./row-types.ts";
import type { Schema } from "./schema/index.ts";

/** Writes what an application needs to know of a stack, where it has changed. Ids that only Terraform knows are left out. */
export function writeApp(stack: TerraformStack, env: AnyEnvironment, path: string): void {
  const text = path.endsWith(".env") ? environmentFile(stack, env) : typeScriptFile(stack, env);
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

type Ids = { readonly [name: string]: string | { readonly id: string; readonly [tables: string]: string | Ids } };

function typeScriptFile(stack: TerraformStack, env: AnyEnvironment): string {
  const environments = Object.fromEntries(
    Object.entries(env.all).map(([name, { endpoint, project }]) => [name, { endpoint, project }]),
  );
  const schemas = [...databases(stack)].flatMap(({ schema, node }) => (schema ? [{ schema, name: node.id }] : []));
  const types = schemas.flatMap(({ schema, name }) =>
    rowTypes(schema, (table) => pascalCase(schemas.length > 1 ? `${name}-${table}` : table)),
  );
  return [
    "// Written by appwrite-iac at synth; do not edit.\n",
    `/** Where Appwrite is, by environment. */\nexport const environments = ${JSON.stringify(environments, null, 2)} as const;\n`,
    `/** Ids of what the stack makes, the same in every environment. */\nexport const appwrite = ${JSON.stringify(idsOf(stack), null, 2)} as const;\n`,
    ...(types.length > 0 ? [ROW, ...types] : []),
  ].join("\n");
}

function environmentFile(stack: TerraformStack, { endpoint, project }: AnyEnvironment): string {
  const lines = Object.entries(idsOf(stack)).flatMap(([group, ids]) =>
    Object.entries(ids).flatMap(([name, entry]) => [
      [group.replace(/s$/, ""), name, "id"].join("_") + `=${typeof entry === "string" ? entry : entry.id}`,
    ]),
  );
  const ids = lines.map(
    (line) => `APPWRITE_${line.replace(/^[^=]*/, (name) => name.toUpperCase().replace(/\W/g, "_"))}`,
  );
  return `APPWRITE_ENDPOINT=${endpoint}\nAPPWRITE_PROJECT_ID=${project}\n${ids.map((line) => `${line}\n`).join("")}`;
}

/** The ids of a stack's constructs by what they are and how they are called. */
function idsOf(stack: TerraformStack): { readonly [group: string]: Ids } {
  const groups: { [group: string]: { [name: string]: Ids[string] } } = {};
  for (const construct of stack.node.findAll()) {
    if (!isExported(construct) || Token.isUnresolved(construct.id)) continue;
    const { exportedAs: group, id } = construct;
    groups[group] ??= {};
    groups[group][construct.node.id] = isDatabase(construct) ? { id, ...tablesOf(construct) } : id;
  }
  return Object.fromEntries(Object.entries(groups).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function tablesOf(database: AnyDatabase): { readonly [group: string]: Ids } {
  const group = database instanceof Database ? "tables" : "collections";
  const ids = Object.keys(database.schema?.tables ?? {}).map((name) => [
    name,
    (database instanceof Database ? database.table(name) : database.collection(name)).id,
  ]);
  return ids.length > 0 ? { [group]: Object.fromEntries(ids) } : {};
}

type AnyDatabase = Database<Schema> | ClassicDatabase<Schema>;

function databases(stack: TerraformStack): readonly AnyDatabase[] {
  return stack.node.findAll().filter(isDatabase);
}

function isDatabase(construct: Construct | object): construct is AnyDatabase {
  return construct instanceof Database || construct instanceof ClassicDatabase;
}

function pascalCase(name: string): string {
  const words = name.split(/[^a-zA-Z0-9]+/).filter(Boolean);
  const joined = words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join("");
  return /^[a-zA-Z]/.test(joined) ? joined : `T${joined}`;
}
