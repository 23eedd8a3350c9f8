import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { createWorkspace, type Workspace } from "../support/terraform.ts";

/** What the guide on data loss promises, through the real terraform: a rename keeps values, and nothing is destroyed unsaid. */

let emulator: Emulator;
let workspace: Workspace;

beforeAll(async () => {
  emulator = await startEmulator();
  workspace = createWorkspace({
    ...emulator,
    provider: "data_loss = var.data_loss\n",
    files: {
      "variables.tf": 'variable "data_loss" {\n  default = null\n}\n',
      "main.tf": library('title = { type = "varchar", size = 100 }'),
    },
  });
  await workspace.apply();
  await request("POST", { rowId: "dune", data: { title: "Dune" } });
}, 60_000);

afterAll(async () => {
  workspace.close();
  await emulator.close();
});

test("a column that moves to another key says previous_key, and keeps its values", async () => {
  workspace.write("main.tf", library('name = { type = "varchar", size = 100, previous_key = "title" }'));
  expect(words((await workspace.apply()).output)).not.toContain("Data will be lost");
  expect(await rows()).toEqual([expect.objectContaining({ $id: "dune", name: "Dune" })]);
}, 60_000);

test("without it, the plan warns of each value, refuses when told to, and asks nothing when told so", async () => {
  workspace.write("main.tf", library('other = { type = "varchar", size = 100 }'));
  expect(await planWords()).toContain("Changing the table shop/books destroys 1 value of the column name.");

  const refused = await workspace.run("plan", "-no-color", "-input=false", "-var=data_loss=refuse");
  expect([refused.code, words(refused.output)]).toEqual([
    1,
    expect.stringContaining("Change refused: data would be lost with appwrite_tablesdb_table.books, on main.tf line"),
  ]);

  expect(await planWords("-var=data_loss=allow")).not.toContain("Data will be lost");
}, 60_000);

test("destroying a table counts its rows, and deletion_protection refuses it", async () => {
  workspace.write("main.tf", library(null));
  expect(await planWords()).toContain("Destroying the table shop/books destroys 1 row.");

  workspace.write("main.tf", library('name = { type = "varchar", size = 100 }', "deletion_protection = true"));
  await workspace.apply();
  const refused = await workspace.run("destroy", "-auto-approve", "-no-color", "-input=false");
  expect([refused.code, words(refused.output)]).toEqual([1, expect.stringContaining("Table is protected")]);
  expect(await rows()).toHaveLength(1);
}, 60_000);

test("a row that is imported with fewer keys than it has says which values go, and a key that is null is no loss", async () => {
  await request("POST", { rowId: "solaris", data: { name: "Solaris" } });
  const table = library('name = { type = "varchar", size = 100 }', "deletion_protection = true");
  const row = (data: string) => `${table}
import {
  to = appwrite_tablesdb_row.solaris
  id = "shop/books/solaris"
}
resource "appwrite_tablesdb_row" "solaris" {
  database_id = appwrite_tablesdb.shop.id
  table_id    = appwrite_tablesdb_table.books.id
  id          = "solaris"
  data        = ${data}
}
`;
  workspace.write("main.tf", row("jsonencode({})"));
  expect(await planWords()).toContain('destroys 1 value of the row: "name".');
  const refused = await workspace.run("plan", "-no-color", "-input=false", "-var=data_loss=refuse");
  expect([refused.code, words(refused.output)]).toEqual([1, expect.stringContaining("To keep it, name it in data.")]);

  workspace.write("main.tf", row("jsonencode({ name = null })"));
  await workspace.apply();
  workspace.write("main.tf", row("jsonencode({})"));
  expect(await planWords()).not.toContain("Data will be lost");
}, 60_000);

/** A database, with a table unless `columns` is null. */
function library(columns: string | null, more = ""): string {
  const table = `
resource "appwrite_tablesdb_table" "books" {
  database_id = appwrite_tablesdb.shop.id
  id          = "books"
  name        = "Books"
  ${more}
  columns     = { ${columns} }
}
`;
  return `resource "appwrite_tablesdb" "shop" {
  id   = "shop"
  name = "Shop"
}
${columns === null ? "" : table}`;
}

async function planWords(...args: readonly string[]): Promise<string> {
  const { code, output } = await workspace.run("plan", "-no-color", "-input=false", ...args);
  expect(code).toBe(0);
  return words(output);
}

/** Terraform's output as running text: it breaks lines where they are full. */
function words(output: string): string {
  return output.replace(/\s+/g, " ");
}

async function rows(): Promise<readonly unknown[]> {
  return ((await request("GET")) as { readonly rows: readonly unknown[] }).rows;
}

/** The application's own rows: they are in no configuration. */
async function request(method: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${emulator.endpoint}/tablesdb/shop/tables/books/rows`, {
    method,
    headers: {
      "content-type": "application/json",
      "x-appwrite-project": emulator.projectId,
      "x-appwrite-key": emulator.apiKey,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.ok).toBe(true);
  return answer.json();
}
