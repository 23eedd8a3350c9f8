import { spawn } from "node:child_process";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { post, startTwoEnvironments, type TwoEnvironments } from "../support/environments.ts";
import { ended } from "../support/terraform.ts";

/** What servers take and tell in forms of their own: all of it can be said in configuration, and changes nothing when it is imported. */

let two: TwoEnvironments;
let old: Emulator;

beforeAll(async () => {
  [two, old] = await Promise.all([startTwoEnvironments(), startEmulator({ version: "1.9.0" })]);
}, 60_000);
afterAll(async () => {
  await two.close();
  await old.close();
});

/** Exports by a process of its own, proven by terraform. Gives the objects that were left out for what they are. */
async function proven(environment: { readonly [name: string]: string }): Promise<readonly string[]> {
  const words = ["export", "staging", "--out", "out", "--verify", "--json"];
  const child = spawn(process.execPath, [join(__dirname, "..", "..", "dist", "appwrite-iac.js"), ...words], {
    cwd: two.folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { code, stdout, output } = await ended(child);
  expect(code === 0 ? "" : output).toBe("");
  const told = JSON.parse(stdout) as {
    readonly verified: boolean;
    readonly omitted: readonly { readonly address: string; readonly remedy: string }[];
  };
  expect(told.verified).toBe(true);
  return told.omitted.filter(({ remedy }) => remedy.startsWith("Change it")).map(({ address }) => address);
}

test("of 1.9.6: names of variables, lengths and orders that nobody gave", async () => {
  const client = two.stagingClient;
  await post(client, "/functions", { functionId: "f", name: "F", runtime: "node-22" });
  for (const [at, key] of ["A b-c", "1ST", 'quo"te', "ünï", "${x}"].entries()) {
    await post(client, "/functions/f/variables", { variableId: `v${at}`, key, value: "v", secret: false });
  }
  await post(client, "/documentsdb", { databaseId: "docs", name: "Docs" });
  await post(client, "/documentsdb/docs/collections", { collectionId: "notes", name: "Notes" });
  const index = { key: "by_both", type: "key", attributes: ["title", "body"], lengths: [null, 20], orders: ["ASC"] };
  await post(client, "/documentsdb/docs/collections/notes/indexes", index);
  await post(client, "/tablesdb", { databaseId: "shop", name: "Shop" });
  await post(client, "/tablesdb/shop/tables", {
    tableId: "books",
    name: "Books",
    columns: ["title", "body"].map((key) => ({ key, type: "string", size: 100 })),
  });
  await post(client, "/tablesdb/shop/tables/books/indexes", {
    key: "by_both",
    type: "key",
    columns: ["title", "body"],
    lengths: [null, 20],
    orders: ["DESC"],
  });
  expect(await proven({ STAGING_KEY: two.staging.apiKey })).toEqual([]);
  expect(two.read("out/functions.tf")).toContain('key         = "A b-c"');
  expect(two.read("out/documentsdb.tf")).toMatch(/lengths += \[0, 20\]/);
  expect(two.read("out/tablesdb.tf")).toMatch(/lengths += \[0, 20\]/);
}, 60_000);

test("of 1.9.0: an index over a list, google's prompt, a platform for Unity", async () => {
  const place = { endpoint: old.endpoint, project: old.projectId, consoleEmail: old.consoleEmail };
  two.configure({ staging: { ...place, consolePassword: { env: "STAGING_PASSWORD" } } });
  const asConsole = async (method: string, path: string, body: object): Promise<void> => {
    const signedIn = await fetch(`${old.endpoint}/account/sessions/email`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-appwrite-project": "console" },
      body: JSON.stringify({ email: old.consoleEmail, password: old.consolePassword }),
    });
    const cookie = /a_session_console=[^;,]+/.exec(signedIn.headers.get("set-cookie") ?? "")?.[0] ?? "";
    const answer = await fetch(`${old.endpoint}/projects/${old.projectId}${path}`, {
      method,
      headers: { "content-type": "application/json", "x-appwrite-project": "console", cookie },
      body: JSON.stringify(body),
    });
    expect(answer.ok ? "" : await answer.text()).toBe("");
  };
  const headers = {
    "content-type": "application/json",
    "x-appwrite-project": old.projectId,
    "x-appwrite-key": old.apiKey,
  };
  const send = async (path: string, body: object): Promise<void> => {
    const answer = await fetch(old.endpoint + path, { method: "POST", headers, body: JSON.stringify(body) });
    expect(answer.ok ? "" : await answer.text()).toBe("");
  };
  await asConsole("PATCH", "/oauth2", { provider: "google", appId: "app", secret: "plain", enabled: true });
  await asConsole("POST", "/platforms", { type: "unity", name: "Game", key: "com.example.game" });
  await send("/tablesdb", { databaseId: "shop", name: "Shop" });
  await send("/tablesdb/shop/tables", {
    tableId: "books",
    name: "Books",
    columns: [
      { key: "title", type: "string", size: 100 },
      { key: "tags", type: "string", size: 20, array: true },
    ],
    indexes: [
      { key: "by_tags", type: "key", attributes: ["tags"] },
      { key: "by_both", type: "key", attributes: ["title", "tags"], orders: ["DESC", "ASC"] },
    ],
  });
  const environment = { STAGING_KEY: old.apiKey, STAGING_PASSWORD: old.consolePassword };
  expect(await proven(environment)).toEqual([]);
  expect(two.read("out/project.tf")).toContain('type     = "web"');
  const tables = two.read("out/tablesdb.tf");
  expect(tables).toMatch(/columns = \["title", "tags"\]\n +orders += \["DESC"\]/);
  expect(tables).not.toContain("255");
}, 60_000);
