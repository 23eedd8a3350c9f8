import { spawn } from "node:child_process";
import { join } from "node:path";
import { entityOf } from "../../environments/entity.ts";
import { unsayable } from "../../environments/unsayable.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { post, startTwoEnvironments, type TwoEnvironments } from "../support/environments.ts";
import { type ForwardProxy, startForwardProxy } from "../support/forward-proxy.ts";
import { ended } from "../support/terraform.ts";

/** Objects that a server keeps and the provider does not take: older servers took them, or another program wrote them. */

let two: TwoEnvironments;
let proxy: ForwardProxy;

beforeAll(async () => {
  two = await startTwoEnvironments();
  const client = two.stagingClient;
  await post(client, "/storage/buckets", { bucketId: "good", name: "Good" });
  await post(client, "/storage/buckets", { bucketId: "odd", name: "ODD-NAME" });
  await post(client, "/functions", { functionId: "f", name: "F", runtime: "node-22" });
  await post(client, "/functions/f/variables", { variableId: "v", key: "KEY", value: "hush-hush", secret: false });
  await post(client, "/tablesdb", { databaseId: "shop", name: "Shop" });
  await post(client, "/tablesdb/shop/tables", {
    tableId: "books",
    name: "Books",
    columns: [
      { key: "title", type: "string", size: 10 },
      { key: "pages", type: "integer", min: 7 },
    ],
    indexes: [{ key: "by_title", type: "key", attributes: ["title"] }],
  });
  proxy = await startForwardProxy(two.staging.endpoint, (text) =>
    text
      .replaceAll("ODD-NAME", "x".repeat(300))
      .replaceAll("hush-hush", "hush".repeat(3000))
      .replaceAll('"key":"by_title","type":"key"', '"key":"by_title","type":"magic"'),
  );
  two.configure({ staging: { endpoint: `${proxy.address}/v1` } });
}, 60_000);
afterAll(async () => {
  await proxy.close();
  await two.close();
});

test.each(["hcl", "json"])(
  "%s leaves them out, says why, and proves the rest",
  async (format) => {
    const words = ["export", "staging", "--format", format, "--out", format, "--verify", "--json"];
    const child = spawn(process.execPath, [join(__dirname, "..", "..", "dist", "appwrite-iac.js"), ...words], {
      cwd: two.folder,
      env: { ...process.env, STAGING_KEY: two.staging.apiKey },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { code, stdout, output } = await ended(child);
    expect(code === 0 ? "" : output).toBe("");
    const told = JSON.parse(stdout) as {
      readonly verified: boolean;
      readonly omitted: readonly { readonly address: string; readonly reason: string; readonly remedy: string }[];
    };
    expect(told.verified).toBe(true);
    const left = told.omitted.filter(({ remedy }) => remedy.startsWith("Change it in the console"));
    expect(left.map(({ address }) => address)).toEqual([
      "appwrite_function_variable.f/v",
      "appwrite_storage_bucket.odd",
      "appwrite_tablesdb_index.shop/books/by_title",
    ]);
    const main = two.read(`${format}/main.tf${format === "json" ? ".json" : ""}`);
    expect(main).toContain("appwrite_storage_bucket.odd: name must have from 1 to 128 characters");
    expect(main).toContain("appwrite_tablesdb_index.shop/books/by_title: type must be one of");
    expect(main).toContain("appwrite_function_variable.f/v: ");
    expect(stdout + main).not.toContain("hushhush");
    // What stood beside the refused index is there.
    const tables = two.read(`${format}/tablesdb.tf${format === "json" ? ".json" : ""}`);
    expect(tables).toContain("title");
    expect(tables).toContain("pages");
  },
  60_000,
);

test("no reason tells the value of a secret", () => {
  const webhook = catalogue.resources.find(({ type }) => type === "appwrite_webhook");
  if (!webhook) throw new Error("The catalogue has no webhooks.");
  const row = {
    id: "w",
    name: "W",
    events: ["users.*.create"],
    url: "https://example.com",
    auth_password: "hush".repeat(300),
  };
  expect(unsayable(entityOf(webhook, row))).toEqual(["The provider does not take the value of auth_password."]);
});

test("constructs leave them out too", async () => {
  const { code, err } = await two.run(["export", "staging", "--format", "constructs", "--out", "program"]);
  expect(code).toBe(0);
  expect(err).toContain("appwrite_storage_bucket.odd");
  expect(two.read("program/main.ts")).toContain("//   appwrite_storage_bucket.odd: name must have");
});
