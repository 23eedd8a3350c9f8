import { startEmulator } from "../../emulator/index.ts";
import { post, startTwoEnvironments, type TwoEnvironments } from "../support/environments.ts";

let two: TwoEnvironments;

beforeAll(async () => {
  two = await startTwoEnvironments();
  const client = two.stagingClient;
  await post(client, "/teams", { teamId: "editors", name: "Editors" });
  await post(client, "/tablesdb", { databaseId: "shop", name: "Shop" });
  await post(client, "/tablesdb/shop/tables", {
    tableId: "books",
    name: "Books",
    permissions: ['read("any")', 'create("team:editors/owner")'],
  });
  await post(client, "/storage/buckets", { bucketId: "covers", name: 'Covers of ${books} and %{tapes} "for all"' });
  await post(client, "/functions", {
    functionId: "report",
    name: "Report",
    runtime: "node-22",
    execute: ["team:editors"],
    events: ["databases.shop.tables.books.rows.*.create", "buckets.covers.files.*.create"],
  });
  // Other kinds share the id of what the rules lead to.
  for (const path of ["/teams", "/functions", "/sites", "/storage/buckets"]) {
    const kind = path.split("/").at(-1)?.slice(0, -1) ?? "";
    const site = { framework: "astro", buildRuntime: "node-22" };
    await post(client, path, {
      [`${kind}Id`]: "shared",
      name: kind,
      runtime: "node-22",
      ...(kind === "site" ? site : {}),
    });
  }
  await post(client, "/proxy/rules/function", { domain: "f.example.com", functionId: "shared" });
  await post(client, "/proxy/rules/redirect", {
    domain: "r.example.com",
    url: "https://example.com",
    statusCode: "301",
    resourceId: "shared",
    resourceType: "site",
  });
  const variables = { DATABASE_ID: "shop", PROJECT: `project=${two.staging.projectId}`, TITLE: "books" };
  for (const [key, value] of Object.entries(variables)) {
    await post(client, "/functions/report/variables", { variableId: key.toLowerCase(), key, value, secret: false });
  }
}, 60_000);
afterAll(() => two.close());

test("ids of exported objects are references, in permissions, roles, events and variables as well", async () => {
  await two.run(["export", "staging", "--out", "out"]);
  const [tables, functions, storage] = ["tablesdb", "functions", "storage"].map((name) => two.read(`out/${name}.tf`));
  expect(tables).toContain("database_id = appwrite_tablesdb.shop.id");
  expect(tables).toContain('"create(\\"team:${appwrite_auth_team.editors.id}/owner\\")"');
  expect(functions).toContain('"team:${appwrite_auth_team.editors.id}"');
  expect(functions).toContain(
    '"databases.${appwrite_tablesdb.shop.id}.tables.${appwrite_tablesdb_table.books.id}.rows.*.create"',
  );
  expect(functions).toContain('"buckets.${appwrite_storage_bucket.covers.id}.files.*.create"');
  expect(functions).toMatch(/value += appwrite_tablesdb\.shop\.id$/m);
  expect(functions).toContain('"project=${var.project_id}"');
  // A word that is an id by chance stays a word, and what looks like a template stays a text.
  expect(functions).toMatch(/value += "books"$/m);
  expect(storage).toContain('"Covers of $${books} and %%{tapes} \\"for all\\""');
});

test("a rule refers to the kind that its type names, where other kinds share the id", async () => {
  const rules = two.read("out/proxy.tf");
  expect(rules).toMatch(/resource_id += appwrite_function\.shared\.id$/m);
  expect(rules).toMatch(/resource_id += appwrite_site\.shared\.id$/m);
  const { out } = await two.run(["diff", "staging", "prod", "--only", "proxy_rule", "--json"]);
  const { changes } = JSON.parse(out) as { readonly changes: readonly { readonly address: string }[] };
  expect(changes.map(({ address }) => address.replace(/rule\..*/, "rule")).sort()).toEqual([
    "appwrite_function.shared",
    "appwrite_proxy_rule",
    "appwrite_proxy_rule",
    "appwrite_site.shared",
  ]);
});

test("secrets of one name in two places are two variables", async () => {
  const secret = { key: "TOKEN", value: "a", secret: true };
  await post(two.stagingClient, "/functions/report/variables", { ...secret, variableId: "my-token" });
  await post(two.stagingClient, "/project/variables", { ...secret, variableId: "my.token" });
  await two.run(["export", "staging", "--out", "secrets"]);
  const names = [...two.read("secrets/variables.tf").matchAll(/variable "(\w*token\w*)"/g)].map(([, name]) => name);
  expect(new Set(names)).toEqual(new Set(["function_variable_my_token_value", "project_variable_my_token_value"]));
});

test("a selection brings along what it needs", async () => {
  const { out } = await two.run(["diff", "staging", "prod", "--only", "function.report", "--json"]);
  const { changes } = JSON.parse(out) as { readonly changes: readonly { readonly address: string }[] };
  expect(changes.map(({ address }) => address).sort()).toEqual([
    "appwrite_auth_team.editors",
    "appwrite_function.report",
    "appwrite_storage_bucket.covers",
    "appwrite_tablesdb.shop",
    "appwrite_tablesdb_table.shop/books",
  ]);
});

test("ids in texts become those of the target, the project's own included", async () => {
  const { code, err } = await two.run(["clone", "staging", "prod", "--yes"]);
  expect(code === 0 ? "" : err).toBe("");
  expect((await two.run(["diff", "staging", "prod"])).code).toBe(0);
});

test("the environments file may be TypeScript", async () => {
  two.write(
    "where.ts",
    `const file: { environments: object } = ${two.read("environments.json")};\nexport default file;\n`,
  );
  expect(await two.run(["diff", "staging", "staging", "--environments", "where.ts"])).toMatchObject({
    code: 0,
    err: "",
  });
});

test("what an older server cannot do for an API key is told, and the rest compared", async () => {
  const old = await startEmulator({ version: "1.9.0" });
  try {
    two.configure({ prod: { endpoint: old.endpoint, project: old.projectId } });
    const { code, out } = await two.run(["diff", "staging", "prod", "--json"], {
      environment: { PROD_KEY: old.apiKey },
    });
    expect(code).toBe(2);
    const { changes, omitted } = JSON.parse(out) as {
      readonly changes: readonly { readonly address: string }[];
      readonly omitted: readonly { readonly address: string; readonly reason: string }[];
    };
    expect(changes.map(({ address }) => address)).toContain("appwrite_tablesdb_table.shop/books");
    expect(omitted.find(({ address }) => address === "appwrite_auth_policies")?.reason).toContain("1.9.0");
  } finally {
    await old.close();
  }
});
