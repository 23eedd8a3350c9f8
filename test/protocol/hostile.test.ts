import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { constants } from "node:http2";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { schemasOf } from "../../provider/engine/provider.ts";
import { resourceSchema } from "../../provider/engine/terraform-schema.ts";
import { decodeDynamicValue, encodeDynamicValue } from "../../provider/protocol/dynamic-value.ts";
import { CALLS } from "../../provider/protocol/messages.generated.ts";
import { encodeMessage, type Message } from "../../provider/protocol/protobuf.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { bucket } from "../../provider/resources/storage/bucket.ts";
import type { ResourceDefinition } from "../../provider/schema/resource.ts";
import { typeOfSchema } from "../../provider/schema/terraform-type.ts";
import { type Row, UNKNOWN } from "../../provider/schema/value.ts";
import { COOKIE, frame, type Plugin, startPlugin } from "../support/plugin.ts";
import { errorsOf } from "../support/provider-calls.ts";
import { createWorkspace, ended, exampleFile, PROVIDER } from "../support/terraform.ts";

/** What a process must bear that Terraform, a network or a user would do to it. */

const column = catalogue.resources.find(({ type }) => type === "appwrite_tablesdb_column") as ResourceDefinition;
const table = catalogue.resources.find(({ type }) => type === "appwrite_tablesdb_table") as ResourceDefinition;
let emulator: Emulator;
const running: Plugin[] = [];

beforeAll(async () => {
  emulator = await startEmulator();
});

beforeEach(() => emulator.reset());

afterEach(() => {
  for (const plugin of running.splice(0)) plugin.close();
});

afterAll(() => emulator.close());

async function start(
  environment: { readonly [name: string]: string } = {},
  options: { readonly isSecure?: boolean } = {},
): Promise<Plugin> {
  const plugin = await startPlugin(environment, options);
  running.push(plugin);
  return plugin;
}

/** A provider that is configured for the emulator. */
async function configured(environment: { readonly [name: string]: string } = {}): Promise<Plugin> {
  const plugin = await start({
    APPWRITE_ENDPOINT: emulator.endpoint,
    APPWRITE_PROJECT_ID: emulator.projectId,
    APPWRITE_API_KEY: emulator.apiKey,
    ...environment,
  });
  const config = encodeDynamicValue(typeOfSchema(schemasOf(catalogue).provider), {});
  expect(errorsOf(await plugin.call("ConfigureProvider", { config, terraform_version: "1.11.4" }))).toEqual([]);
  return plugin;
}

const metadata = (plugin: Plugin) => plugin.raw("/tfplugin6.Provider/GetMetadata", frame(new Uint8Array()));

function creation(definition: ResourceDefinition, config: Row): Message {
  const type = typeOfSchema(resourceSchema(definition));
  const planned = Object.fromEntries(
    Object.entries(definition.attributes).map(([name, { presence }]) => [
      name,
      config[name] ?? (presence === "computed" ? UNKNOWN : null),
    ]),
  );
  const timeouts = definition.timeouts ? { timeouts: config["timeouts"] ?? null } : {};
  return {
    type_name: definition.type,
    prior_state: encodeDynamicValue(type, null),
    planned_state: encodeDynamicValue(type, { ...planned, ...timeouts }),
    config: encodeDynamicValue(type, config),
  };
}

function stateOf(definition: ResourceDefinition, answer: Message): Row | null {
  return decodeDynamicValue(typeOfSchema(resourceSchema(definition)), answer["new_state"] as Message) as Row | null;
}

const photos = {
  id: "photos",
  name: "Photos",
  permissions: [],
  file_security: false,
  enabled: true,
  maximum_file_size: 1000,
  allowed_file_extensions: [],
  compression: "none",
  encryption: true,
  antivirus: true,
  transformations: false,
  deletion_protection: false,
  project_id: "emulator",
};

test("streams that are reset, left half open or sent in pieces do not hurt the others", async () => {
  const plugin = await start();
  const whole = frame(encodeMessage(CALLS["GetMetadata"]?.[0] ?? "", {}));
  const reset = plugin.open("/tfplugin6.Provider/GetProviderSchema");
  reset.on("error", () => {});
  reset.end(whole);
  reset.close(constants.NGHTTP2_CANCEL);
  const half = plugin.open("/tfplugin6.Provider/GetProviderSchema");
  half.on("error", () => {});
  half.write(whole.subarray(0, 2));
  const answers = await Promise.all(Array.from({ length: 60 }, () => metadata(plugin)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 0));
  const slow = plugin.open("/tfplugin6.Provider/GetMetadata");
  const status = new Promise((resolve) => slow.on("trailers", (told) => resolve(told["grpc-status"])));
  slow.resume();
  for (const byte of whole) slow.write(Uint8Array.of(byte));
  slow.end();
  expect(await status).toBe("0");
});

test("bytes that are no TLS, and a caller that hangs up in the middle, are let go", async () => {
  const plugin = await start();
  await new Promise<void>((resolve) => {
    const socket = createConnection(plugin.socket, () => socket.write("GET / HTTP/1.1\r\n\r\n"));
    socket.on("close", () => resolve());
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => {
    const socket = createConnection(plugin.socket, () => {
      socket.destroy();
      resolve();
    });
  });
  expect((await metadata(plugin)).status).toBe(0);
});

test.each([
  ["a content type that is not gRPC", { "content-type": "text/html" }],
  ["gRPC for browsers", { "content-type": "application/grpc-web" }],
  ["a GET", { ":method": "GET" }],
])("%s is refused, also as a request to end, and the provider lives on", async (_, headers) => {
  const plugin = await start();
  for (const path of ["/tfplugin6.Provider/GetMetadata", "/plugin.GRPCController/Shutdown"])
    expect((await plugin.raw(path, frame(new Uint8Array()), headers)).status).toBe(13);
  expect((await metadata(plugin)).status).toBe(0);
});

test("a value of some megabytes goes through", async () => {
  const plugin = await start();
  const config = encodeDynamicValue(typeOfSchema(resourceSchema(bucket)), { name: "x".repeat(4_000_000) });
  const answer = await plugin.call("ValidateResourceConfig", { type_name: bucket.type, config });
  expect(errorsOf(answer)).toEqual([expect.stringContaining("it has 4000000")]);
});

test("a word of some megabytes is told wrong at once", async () => {
  const plugin = await start();
  const [type_name, type] = ["appwrite_auth_provider", "x".repeat(16_000_000)];
  const provider = catalogue.resources.find((one) => one.type === type_name) as ResourceDefinition;
  const config = encodeDynamicValue(typeOfSchema(resourceSchema(provider)), { type });
  expect(errorsOf(await plugin.call("ValidateResourceConfig", { type_name, config }))).not.toEqual([]);
});

test("a message that says it is too large is refused before it comes", async () => {
  const plugin = await start();
  const header = Buffer.alloc(5);
  header.writeUInt32BE(0xffff_ffff, 1);
  for (const pieces of [[header], [header.subarray(0, 2), header.subarray(2)]]) {
    const stream = plugin.open("/tfplugin6.Provider/ValidateResourceConfig");
    const status = new Promise((resolve) => stream.on("response", (told) => resolve(told["grpc-status"])));
    stream.on("error", () => {});
    for (const piece of pieces) stream.write(piece);
    expect(await status).toBe("8");
  }
  expect((await metadata(plugin)).status).toBe(0);
});

test("fields that a newer Terraform sends are passed over", async () => {
  const plugin = await start();
  const known = encodeMessage(CALLS["ValidateResourceConfig"]?.[0] ?? "", { type_name: bucket.type });
  // Fields 150 (a text) and 151 (a number), which no version has.
  const unknown = Uint8Array.of(0xb2, 0x09, 0x03, 0x61, 0x62, 0x63, 0xb8, 0x09, 0x07);
  const answer = await plugin.raw("/tfplugin6.Provider/ValidateResourceConfig", frame(Buffer.concat([unknown, known])));
  expect(answer.status).toBe(0);
});

test("without a client certificate it serves in the clear, as TF_DISABLE_PLUGIN_TLS wants it", async () => {
  const plugin = await start({}, { isSecure: false });
  expect(plugin.line).toMatch(/^1\|6\|unix\|\/.+\|grpc\|\n$/);
  expect((await metadata(plugin)).status).toBe(0);
});

/** The creation of a column in a table whose columns stay at "processing". */
async function endlessColumn(): Promise<Message> {
  const call = (path: string, body: object) =>
    fetch(`${emulator.endpoint}${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-appwrite-project": emulator.projectId,
        "x-appwrite-key": emulator.apiKey,
      },
      body: JSON.stringify(body),
    });
  await call("/tablesdb", { databaseId: "shop", name: "Shop" });
  await call("/tablesdb/shop/tables", { tableId: "books", name: "Books" });
  emulator.faults.add({ kind: "life-cycle", target: "column", outcome: "processing" });
  return creation(column, {
    database_id: "shop",
    table_id: "books",
    key: "title",
    type: "varchar",
    size: 20,
    required: false,
    array: false,
    project_id: emulator.projectId,
  });
}

function columnsOf({ attributes }: ResourceDefinition): { readonly [name: string]: unknown } {
  const type = attributes["columns"]?.type;
  return type?.kind === "map" && type.element.kind === "object" ? type.element.attributes : {};
}

/** How often the columns of a table were asked for. */
const polls = (): number => emulator.requests().filter(({ path }) => path.endsWith("/columns")).length;

async function polled(times = 1): Promise<void> {
  while (polls() < times) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("an apply that is stopped in a wait answers with what was reached", async () => {
  const plugin = await configured();
  const applying = plugin.call("ApplyResourceChange", await endlessColumn());
  await polled();
  await plugin.call("StopProvider", {});
  const answer = await applying;
  expect(errorsOf(answer)).toEqual([expect.stringContaining("Terraform asked to stop")]);
  expect(stateOf(column, answer)).toMatchObject({ key: "title", type: "varchar" });
});

test("a relationship that is stopped while the server makes it is in state", async () => {
  const plugin = await configured();
  await endlessColumn();
  const config = {
    database_id: "shop",
    table_id: "books",
    key: "sequel",
    type: "relationship",
    related_table_id: "books",
    relationship_type: "oneToOne",
    two_way: false,
    two_way_key: "prequel",
    on_delete: "restrict",
    required: false,
    array: false,
    encrypt: false,
    project_id: emulator.projectId,
  };
  const applying = plugin.call("ApplyResourceChange", creation(column, config));
  await polled(2);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await plugin.call("StopProvider", {});
  const answer = await applying;
  expect(errorsOf(answer)).toEqual([expect.stringContaining("Terraform asked to stop")]);
  expect(stateOf(column, answer)).toMatchObject({ key: "sequel", type: "relationship" });
});

test("a table that is stopped while it waits for a column is in state", async () => {
  const plugin = await configured();
  await endlessColumn();
  const title = {
    ...Object.fromEntries(Object.keys(columnsOf(table)).map((name) => [name, null])),
    type: "varchar",
    size: 20,
    required: false,
    array: false,
    encrypt: false,
  };
  const config = { database_id: "shop", id: "authors", name: "Authors", columns: { title }, indexes: {} };
  const applying = plugin.call("ApplyResourceChange", creation(table, config));
  await polled();
  await plugin.call("StopProvider", {});
  const answer = await applying;
  expect(errorsOf(answer)).toEqual([expect.stringContaining("Terraform asked to stop")]);
  expect(stateOf(table, answer)).toMatchObject({ database_id: "shop", id: "authors" });
});

test("an apply that its caller gives up waits no longer, and what it began is taken up by the next one", async () => {
  const plugin = await configured();
  const request = await endlessColumn();
  const stream = plugin.open("/tfplugin6.Provider/ApplyResourceChange");
  stream.on("error", () => {});
  stream.end(frame(encodeMessage(CALLS["ApplyResourceChange"]?.[0] ?? "", request)));
  await polled(2);
  stream.close(constants.NGHTTP2_CANCEL);
  // Longer than the pause between two polls, so that one that was under way is over.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const before = polls();
  await new Promise((resolve) => setTimeout(resolve, 1100));
  expect(polls()).toBe(before);
  const applying = plugin.call("ApplyResourceChange", request);
  await polled(before + 2);
  await plugin.call("StopProvider", {});
  expect(errorsOf(await applying)).toEqual([expect.stringContaining("Terraform asked to stop")]);
});

test("a write that is under way when Terraform asks to stop is still told", async () => {
  const plugin = await configured();
  emulator.faults.add({ kind: "latency", milliseconds: 300, method: "POST" });
  const applying = plugin.call("ApplyResourceChange", creation(bucket, photos));
  await new Promise((resolve) => setTimeout(resolve, 150));
  await plugin.call("StopProvider", {});
  const answer = await applying;
  expect(errorsOf(answer)).toEqual([]);
  expect(stateOf(bucket, answer)).toMatchObject({ id: "photos" });
});

test("it can be stopped before it was configured, and twice", async () => {
  const plugin = await start();
  expect(await plugin.call("StopProvider", {})).toMatchObject({ Error: "" });
  expect(await plugin.call("StopProvider", {})).toMatchObject({ Error: "" });
});

test.each(["SIGTERM", "SIGHUP"] as const)("%s ends it, and its socket is gone", async (signal) => {
  const folder = mkdtempSync(join(tmpdir(), "appwrite-iac-sockets-"));
  const plugin = await start({ TMPDIR: folder });
  expect(dirname(dirname(plugin.socket))).toBe(folder);
  plugin.child.kill(signal);
  expect(await plugin.exited).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

test("it logs calls when asked to, in lines that Terraform reads, and never a secret", async () => {
  const plugin = await configured({ TF_LOG_PROVIDER: "TRACE" });
  await plugin.call("ApplyResourceChange", creation(bucket, photos));
  const lines = plugin
    .stderr()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly [field: string]: unknown });
  expect(lines.map((line) => line["@message"])).toEqual(
    expect.arrayContaining(["provider is listening", "called Appwrite", "served a call"]),
  );
  expect(lines.every((line) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(String(line["@timestamp"])))).toBe(true);
  expect(plugin.stderr()).not.toContain(emulator.apiKey);
});

test("who read its logs may go, and it works on", async () => {
  const plugin = await configured({ TF_LOG: "TRACE" });
  plugin.child.stderr?.destroy();
  for (let calls = 0; calls < 3; calls++) expect((await metadata(plugin)).status).toBe(0);
});

test.each([
  ["ERROR", 0],
  ["OFF", 0],
])("at TF_LOG=%s it is silent", async (level, lines) => {
  const plugin = await configured({ TF_LOG: level });
  expect(plugin.stderr().split("\n").filter(Boolean)).toHaveLength(lines);
});

test("in debug mode Terraform attaches to it, and it outlives the commands", async () => {
  const { PLUGIN_CLIENT_CERT: _, NODE_EXTRA_CA_CERTS: _certificates, ...inherited } = process.env;
  const credentials = {
    APPWRITE_ENDPOINT: emulator.endpoint,
    APPWRITE_PROJECT_ID: emulator.projectId,
    APPWRITE_API_KEY: emulator.apiKey,
  };
  const debugged = spawn(PROVIDER, ["--debug"], {
    env: { ...inherited, ...credentials },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const end = ended(debugged);
  const text = await new Promise<string>((resolve) =>
    debugged.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString())),
  );
  const workspace = createWorkspace({
    endpoint: "http://127.0.0.1:1/v1",
    projectId: emulator.projectId,
    apiKey: "none",
    files: { "main.tf": exampleFile("resources/appwrite_storage_bucket/resource.tf") },
    environment: { TF_REATTACH_PROVIDERS: /TF_REATTACH_PROVIDERS='(.*)'/.exec(text)?.[1] ?? "" },
  });
  try {
    await workspace.apply();
    expect(await workspace.plan()).toEqual({});
    expect(debugged.exitCode).toBeNull();
  } finally {
    workspace.close();
    debugged.kill("SIGINT");
  }
  expect((await end).code).toBe(0);
});

test("an orphan ends, also when its parent died before the handshake", async () => {
  const script = `const { spawn } = require("node:child_process"); const child = spawn(${JSON.stringify(PROVIDER)}, [], { stdio: ["ignore", "ignore", "ignore"] }); process.stdout.write(String(child.pid) + "\\n", () => process.kill(process.pid, "SIGKILL"));`;
  const parent = spawn(process.execPath, ["-e", script], {
    env: { ...process.env, ...COOKIE },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.once("data", (chunk: Buffer) => resolve(Number(chunk.toString()))),
  );
  expect(await isGone(pid)).toBe(true);
});

async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 300; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  process.kill(pid, "SIGKILL");
  return false;
}
