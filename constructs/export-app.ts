import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";
import { ClassicDatabase, Database } from "./database.ts";
import type { AnyEnvironment } from "./environments.ts";
import { isExported } from "./exported.ts";
import { type Base, baseType, rowTypes } from "./row-types.ts";
import type { Schema } from "./schema/index.ts";
import { Collection, Table } from "./table.ts";

/** Writes what an application needs to know of a stack, where it has changed. Ids that only Terraform knows are left out. */
export function writeApp(stack: TerraformStack, env: AnyEnvironment, path: string): void {
  const isEnvironmentFile = /\.env$|^\.env\./.test(basename(path));
  const text = isEnvironmentFile ? environmentFile(stack, env) : typeScriptFile(stack, env);
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Ids by name; a database has its own, and those of its tables. */
type Ids = { readonly [name: string]: string | Ids };

function typeScriptFile(stack: TerraformStack, env: AnyEnvironment): string {
  const environments = Object.fromEntries(
    Object.entries(env.all).map(([name, { endpoint, project }]) => [name, { endpoint, project }]),
  );
  return [
    "// Written by appwrite-iac at synth; do not edit.\n",
    `/** Where Appwrite is, by environment. */\nexport const environments = ${JSON.stringify(environments, null, 2)} as const;\n`,
    `/** Ids of what the stack makes, the same in every environment. */\nexport const appwrite = ${JSON.stringify(idsOf(stack), null, 2)} as const;\n`,
    ...typesOf(stack),
  ].join("\n");
}

function environmentFile(stack: TerraformStack, { endpoint, project }: AnyEnvironment): string {
  const lines = linesOf(idsOf(stack), "APPWRITE");
  return `APPWRITE_ENDPOINT=${endpoint}\nAPPWRITE_PROJECT_ID=${project}\n${lines.map((line) => `${line}\n`).join("")}`;
}

/** `APPWRITE_DATABASE_MAIN_ID` is `databases.main.id`, `APPWRITE_DATABASE_MAIN_TABLE_BOOKS_ID` is `databases.main.tables.books`. */
function linesOf(groups: Ids, before: string): readonly string[] {
  return Object.entries(groups).flatMap(([group, ids]) =>
    Object.entries(ids).flatMap(([name, entry]) => {
      const variable = `${before}_${group.replace(/s$/, "")}_${name}`.toUpperCase().replace(/\W/g, "_");
      const { id, ...inner } = typeof entry === "string" ? { id: entry } : entry;
      return [`${variable}_ID=${String(id)}`, ...linesOf(inner as Ids, variable)];
    }),
  );
}

/** The ids of a stack's constructs by what they are and how they are called. */
function idsOf(stack: TerraformStack): Ids {
  const inDatabases = new Set<Construct>(databasesOf(stack).flatMap(tablesOf));
  const exported = stack.node.findAll().filter(isExported);
  const known = exported.filter((one) => !Token.isUnresolved(one.id) && !inDatabases.has(one));
  const groups = [...new Set(known.map(({ exportedAs }) => exportedAs))].sort();
  return Object.fromEntries(
    groups.map((group) => {
      const members = known.filter(({ exportedAs }) => exportedAs === group);
      const entries = members.map((one) => [nameAmong(members, one), isDatabase(one) ? databaseIds(one) : one.id]);
      return [group, Object.fromEntries(entries)];
    }),
  );
}

/** The id of a construct; where another of its kind has the same, its path in the stack. */
function nameAmong(members: readonly Construct[], construct: Construct): string {
  const { id, scopes } = construct.node;
  const isAlone = members.every(({ node }) => node.id !== id || node === construct.node);
  const stack = scopes.findIndex((scope) => TerraformStack.isStack(scope));
  return isAlone
    ? id
    : scopes
        .slice(stack + 1)
        .map(({ node }) => node.id)
        .join("/");
}

function databaseIds(database: AnyDatabase): Ids {
  const group = database instanceof Database ? "tables" : "collections";
  const ids = Object.fromEntries(tablesOf(database).map(({ node, id }) => [node.id, id]));
  return { id: database.id, ...(Object.keys(ids).length > 0 ? { [group]: ids } : {}) };
}

/** Tables that are declared together. */
interface Source {
  readonly schema: Schema;
  readonly base: Base;
  /** Those that they may name. */
  readonly tables: readonly AnyTable[];
}

/** The rows of all tables, and what they have in common. Where several databases have tables, their names stand before those of the rows. */
function typesOf(stack: TerraformStack): readonly string[] {
  const databases = databasesOf(stack);
  const inDatabases = new Set<Construct>(databases.flatMap(tablesOf));
  const alone = stack.node.findAll().filter((one): one is AnyTable => isTable(one) && !inDatabases.has(one));
  const isOne = databases.filter(({ schema }) => schema !== undefined).length === 1;
  const names = new Names(["Row", "Document"]);
  const nameOf = new Map<Construct, string>(
    databases.flatMap((database) =>
      tablesOf(database).map((table) => {
        const { id } = table.node;
        return [table, names.give(isOne ? id : `${database.node.id}-${id}`)] as const;
      }),
    ),
  );
  for (const table of alone) nameOf.set(table, names.give(table.node.id));
  const sources: Source[] = databases.flatMap((database) => {
    const { schema } = database;
    return schema ? [{ schema, base: baseOf(database), tables: tablesOf(database) }] : [];
  });
  for (const table of alone) {
    const { schema, node } = table;
    // Its relationships may name others that are alone.
    const tables = [table, ...alone.filter((one) => one !== table)];
    if (schema) sources.push({ schema: { tables: { [node.id]: schema } }, base: baseOf(table), tables });
  }
  const bases = [...new Set(sources.map(({ base }) => base))];
  const types = sources.flatMap(({ schema, base, tables }) =>
    rowTypes(schema, base, (name) => {
      const table = tables.find(({ node, schema: own }) => node.id === name && own !== undefined);
      return (table && nameOf.get(table)) ?? base;
    }),
  );
  return [...bases.map(baseType), ...types];
}

type AnyDatabase = Database<Schema> | ClassicDatabase<Schema>;
type AnyTable = Table | Collection;

function databasesOf(stack: TerraformStack): readonly AnyDatabase[] {
  return stack.node.findAll().filter(isDatabase);
}

function isDatabase(construct: Construct | object): construct is AnyDatabase {
  return construct instanceof Database || construct instanceof ClassicDatabase;
}

function isTable(construct: Construct | object): construct is AnyTable {
  return construct instanceof Table || construct instanceof Collection;
}

function baseOf(construct: AnyDatabase | AnyTable): Base {
  return construct instanceof Database || construct instanceof Table ? "Row" : "Document";
}

/** The tables of a database's schema. */
function tablesOf(database: AnyDatabase): readonly AnyTable[] {
  const names = Object.keys(database.schema?.tables ?? {});
  return names.map((name) => (database instanceof Database ? database.table(name) : database.collection(name)));
}

/** Names of interfaces, each given once. */
class Names {
  readonly #given: Set<string>;

  constructor(taken: readonly string[]) {
    this.#given = new Set(taken);
  }

  give(table: string): string {
    const name = pascalCase(table);
    let free = name;
    for (let count = 2; this.#given.has(free); count += 1) free = `${name}${count}`;
    this.#given.add(free);
    return free;
  }
}

function pascalCase(name: string): string {
  const words = name.split(/[^a-zA-Z0-9]+/).filter(Boolean);
  const joined = words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join("");
  return /^[a-zA-Z]/.test(joined) ? joined : `T${joined}`;
}
