import type { Row } from "../../provider/schema/value.ts";
import { type Running, startRunning } from "../support/running.ts";

/**
 * Values that stand for "not set" and that a configuration may write all the same, such as `events = []`: an import cannot know
 * which of both is written, and plans nothing for either. What is made has them in state as an import does.
 */

let running: Running;

beforeAll(async () => {
  running = await startRunning({ jobDelay: 0 });
  await running.call("POST", "/tablesdb", { databaseId: "d", name: "D" });
  await running.call("POST", "/tablesdb/d/tables", {
    tableId: "t",
    name: "T",
    columns: [{ key: "a", type: "boolean" }],
  });
  await running.call("POST", "/tablesdb/d/tables", { tableId: "far", name: "F" });
});
afterAll(() => running.close());

const git = {
  installation_id: "",
  provider_repository_id: "",
  provider_branch: "",
  provider_root_directory: "",
  provider_silent_mode: false,
  provider_branches: [],
  provider_paths: [],
  deployment_retention: 0,
};
const place = { database_id: "d", table_id: "t" };

/** A kind with what it needs, with what may be written for "not set", and with values that are set. */
const kinds: readonly (readonly [type: string, importId: string, needed: Row, unset: Row, set: Row])[] = [
  [
    "appwrite_function",
    "f",
    { id: "f", name: "F", runtime: "node-22" },
    { ...git, commands: "", schedule: "", execute: [], events: [], scopes: [], entrypoint: "" },
    { commands: "npm i", schedule: "0 3 * * *", execute: ["any"], events: ["users.*.create"], scopes: ["users.read"] },
  ],
  [
    "appwrite_site",
    "s",
    { id: "s", name: "S", framework: "other", build_runtime: "node-22" },
    { ...git, install_command: "", build_command: "", start_command: "", output_directory: "", fallback_file: "" },
    { install_command: "npm i", output_directory: "./dist", deployment_retention: 3, provider_silent_mode: true },
  ],
  [
    "appwrite_messaging_provider",
    "smtp",
    { id: "smtp", name: "P", type: "smtp", host: "mail.example.com", from_email: "a@example.com" },
    { port: 587, encryption: "none", auto_tls: true },
    { port: 25, encryption: "tls", auto_tls: false },
  ],
  [
    "appwrite_messaging_provider",
    "resend",
    { id: "resend", name: "P", type: "resend", enabled: false },
    { from_name: "", reply_to_name: "" },
    {},
  ],
  [
    "appwrite_messaging_provider",
    "push",
    { id: "push", name: "P", type: "apns", enabled: false },
    { sandbox: false },
    { sandbox: true },
  ],
  ["appwrite_tablesdb_index", "d/t/i", { ...place, key: "i", type: "key", columns: ["a"] }, { orders: [] }, {}],
  [
    "appwrite_tablesdb_column",
    "d/t/link",
    { ...place, key: "link", type: "relationship", related_table_id: "far", relationship_type: "oneToOne" },
    { two_way: false },
    {},
  ],
];

describe.each(kinds)("%s %s", (type, importId, needed, unset, set) => {
  let created: Row;

  beforeAll(async () => {
    created = (await running.apply(type, null, needed)).state;
  });

  test("is imported as it was made", async () => {
    const core = running.core(type);
    // No variables of its own is another thing than none at all.
    const { variables: _, ...imported } = (await core.read(await core.import(importId))) ?? {};
    expect(await core.read(created)).toMatchObject(imported);
  });

  test.each([
    ["left out", {}],
    ["written", unset],
  ])("plans nothing after an import when they are %s", async (_, written) => {
    const core = running.core(type);
    const imported = await core.read(await core.import(importId));
    const { action, planned } = await core.plan(imported, { ...needed, ...written });
    expect({ action, planned }).toEqual({ action: "none", planned: imported });
  });

  test("plans nothing for what is left out where state has no value", async () => {
    const core = running.core(type);
    const imported = await core.read(await core.import(importId));
    const bare = { ...imported, ...Object.fromEntries(Object.keys(unset).map((name) => [name, null])) };
    const { action, planned } = await core.plan(await core.read(bare), needed);
    expect({ action, planned }).toEqual({ action: "none", planned: bare });
  });

  test("takes a value away that is no longer written", async () => {
    const imported = await running.core(type).import(importId);
    const changed = await running.apply(type, imported, { ...needed, ...set });
    expect(changed.state).toMatchObject(set);
    const { state } = await running.apply(type, changed.state, needed);
    expect(state).toMatchObject(unset);
    const read = await running.core(type).import(importId);
    expect(read).toMatchObject(unset);
  });
});

test("an entrypoint, which the server does not take away, is left alone by an empty one", async () => {
  const config = { id: "g", name: "G", runtime: "node-22" };
  const { state } = await running.apply("appwrite_function", null, { ...config, entrypoint: "main.js" });
  const { action, planned } = await running.core("appwrite_function").plan(state, { ...config, entrypoint: "" });
  expect([action, planned?.["entrypoint"]]).toEqual(["none", "main.js"]);
});
