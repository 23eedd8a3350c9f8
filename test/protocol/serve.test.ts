import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { resourceSchema } from "../../provider/engine/terraform-schema.ts";
import { encodeDynamicValue } from "../../provider/protocol/dynamic-value.ts";
import { CALLS } from "../../provider/protocol/messages.generated.ts";
import type { Message } from "../../provider/protocol/protobuf.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { bucket } from "../../provider/resources/storage/bucket.ts";
import { typeOfSchema } from "../../provider/schema/terraform-type.ts";
import { UNKNOWN } from "../../provider/schema/value.ts";
import { COOKIE, frame, type Plugin, startPlugin } from "../support/plugin.ts";
import { ended, PROVIDER } from "../support/terraform.ts";

let plugin: Plugin;

beforeAll(async () => {
  plugin = await startPlugin();
});

afterAll(() => plugin.close());

const bucketType = typeOfSchema(resourceSchema(bucket));
const texts = (message: Message): readonly string[] =>
  ((message["diagnostics"] ?? []) as readonly Message[]).map((one) => `${one["summary"]}: ${one["detail"]}`);

test("it says where it listens in one line", () => {
  expect(plugin.line).toMatch(/^1\|6\|unix\|\/.+\|grpc\|[A-Za-z0-9+/]{200,}\n$/);
});

test("it tells the schemas of all that it has", async () => {
  const {
    resource_schemas: resources,
    provider,
    server_capabilities: capabilities,
  } = await plugin.call("GetProviderSchema", {});
  expect(Object.keys(resources as object).sort()).toEqual(catalogue.resources.map(({ type }) => type).sort());
  expect(provider).not.toBeNull();
  expect(capabilities).toMatchObject({ plan_destroy: true, get_provider_schema_optional: true });
});

test("it names its identities, functions and types", async () => {
  const { identity_schemas: identities } = await plugin.call("GetResourceIdentitySchemas", {});
  expect(Object.keys(identities as object)).toHaveLength(catalogue.resources.length);
  const { functions } = await plugin.call("GetFunctions", {});
  expect(Object.keys(functions as object)).toContain("role_team");
  const { resources } = await plugin.call("GetMetadata", {});
  expect(resources).toHaveLength(catalogue.resources.length);
});

test("a configuration with unknown values is valid, and a wrong one is told at its attribute", async () => {
  const config = {
    name: "x".repeat(200),
    compression: "rar",
    permissions: ['read("nobody")'],
    maximum_file_size: UNKNOWN,
  };
  const answer = await plugin.call("ValidateResourceConfig", {
    type_name: bucket.type,
    config: encodeDynamicValue(bucketType, config),
  });
  expect(texts(answer)).toEqual([
    expect.stringContaining("name must have from 1 to 128 characters; it has 200."),
    expect.stringContaining("the role must be any, guests, users"),
    expect.stringContaining('compression must be one of none, gzip or zstd, not "rar".'),
  ]);
  const [, second] = answer["diagnostics"] as readonly Message[];
  expect(second?.["attribute"]).toMatchObject({ steps: [{ attribute_name: "permissions" }, { element_key_int: 0n }] });
});

test("functions give their values, and say which argument is wrong", async () => {
  const text = (value: string) => encodeDynamicValue({ kind: "string" }, value);
  const good = await plugin.call("CallFunction", { name: "role_team", arguments: [text("editors"), text("owner")] });
  expect(Buffer.from((good["result"] as Message)["msgpack"] as Uint8Array).toString()).toContain("team:editors/owner");
  const bad = await plugin.call("CallFunction", { name: "read", arguments: [text("everyone")] });
  expect(bad["error"]).toMatchObject({ text: expect.stringContaining('not "everyone"'), function_argument: 0n });
});

test.each(Object.keys(CALLS).filter((name) => !["StopProvider"].includes(name)))(
  "an empty %s is answered",
  async (name) => {
    const answer = await plugin.raw(`/tfplugin6.Provider/${name}`, frame(new Uint8Array()));
    expect([0, 12]).toContain(answer.status);
    expect(plugin.child.exitCode).toBeNull();
  },
);

test.each([
  ["an unknown method", "/tfplugin6.Provider/Dance", frame(new Uint8Array()), 12],
  ["an unknown service", "/x.Y/Z", frame(new Uint8Array()), 12],
  ["no message at all", "/tfplugin6.Provider/GetMetadata", new Uint8Array(), 13],
  ["half a frame", "/tfplugin6.Provider/GetMetadata", Uint8Array.of(0, 0, 0), 13],
  ["a frame that is longer than what comes", "/tfplugin6.Provider/ReadResource", Uint8Array.of(0, 0, 0, 0, 9, 10), 13],
  ["a compressed message", "/tfplugin6.Provider/GetMetadata", frame(new Uint8Array(), 1), 12],
  ["bytes that are no message", "/tfplugin6.Provider/ReadResource", frame(Uint8Array.of(0xff, 0xff, 0xff)), 13],
])("%s ends in a status, and the provider lives on", async (_, path, body, status) => {
  expect((await plugin.raw(path, body)).status).toBe(status);
  expect((await plugin.raw("/tfplugin6.Provider/GetMetadata", frame(new Uint8Array()))).status).toBe(0);
});

test.each(["ReadResource", "PlanResourceChange", "ApplyResourceChange"])(
  "a malformed value in %s is a diagnostic, and state stays",
  async (name) => {
    const broken = { msgpack: Uint8Array.of(0x81, 0xa1) };
    const request = {
      type_name: bucket.type,
      current_state: broken,
      prior_state: broken,
      planned_state: broken,
      config: broken,
      proposed_new_state: broken,
    };
    const answer = await plugin.call(name, request);
    expect(texts(answer)[0]).toContain("Value not understood");
    expect(answer["new_state"] ?? answer["planned_state"]).toMatchObject({ msgpack: new Uint8Array(broken.msgpack) });
  },
);

test("an unknown type is a diagnostic", async () => {
  const answer = await plugin.call("ReadResource", { type_name: "appwrite_teapot" });
  expect(texts(answer)).toEqual(["Unknown type: The provider has no resource appwrite_teapot."]);
});

test.each(["stranger", "nameless", "in the clear"] as const)(
  "nobody is let in but the Terraform that started it: %s",
  async (how) => {
    expect(await plugin.intrude(how)).toBe(false);
    expect((await plugin.raw("/tfplugin6.Provider/GetMetadata", frame(new Uint8Array()))).status).toBe(0);
  },
);

test("it says nothing on standard error unless asked to", () => {
  expect(plugin.stderr()).toBe("");
});

test("it ends at once when asked to, and takes its socket away", async () => {
  const other = await startPlugin();
  const socket = other.line.split("|")[3] ?? "";
  expect(existsSync(dirname(socket))).toBe(true);
  expect(await other.raw("/plugin.GRPCController/Shutdown", frame(new Uint8Array()))).toMatchObject({ status: 0 });
  expect(await other.exited).toBe(0);
  expect(existsSync(dirname(socket))).toBe(false);
});

test("it ignores an interrupt, which goes to terraform's whole group", async () => {
  const other = await startPlugin();
  other.child.kill("SIGINT");
  expect((await other.raw("/tfplugin6.Provider/GetMetadata", frame(new Uint8Array()))).status).toBe(0);
  other.close();
});

test("it ends when its parent is killed", async () => {
  const script = `const { spawn } = require("node:child_process"); const child = spawn(${JSON.stringify(PROVIDER)}, [], { stdio: ["ignore", "pipe", "inherit"] }); child.stdout.once("data", () => process.stdout.write(String(child.pid) + "\\n"));`;
  const parent = spawn(process.execPath, ["-e", script], {
    env: { ...process.env, ...COOKIE },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.once("data", (chunk: Buffer) => resolve(Number(chunk.toString()))),
  );
  parent.kill("SIGKILL");
  await expect(gone(pid)).resolves.toBe(true);
});

test("a person who starts it is told what it is", async () => {
  const { TF_PLUGIN_MAGIC_COOKIE: _, ...environment } = process.env;
  const end = await ended(spawn(PROVIDER, [], { env: environment }));
  expect(end.code).toBe(1);
  expect(end.stderr).toContain("terraform starts it");
});

test("a Terraform that is too old is told so", async () => {
  const end = await ended(spawn(PROVIDER, [], { env: { ...process.env, ...COOKIE, PLUGIN_PROTOCOL_VERSIONS: "4,5" } }));
  expect(end.code).toBe(1);
  expect(end.stderr).toContain("plugin protocol 6");
});

/** What the launcher hands over to a Node that only tells its environment. */
async function handedOver(environment: { readonly [name: string]: string }): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "launcher-"));
  const node = join(folder, "node");
  writeFileSync(node, "#!/bin/sh\nenv\n", { mode: 0o755 });
  const end = await ended(spawn(PROVIDER, [], { env: { PATH: `${folder}:/usr/bin:/bin`, ...environment } }));
  rmSync(folder, { recursive: true });
  return end.stdout.split("\n").filter((line) => /CA_CERTS/.test(line));
}

test("Node does not read the bundle of NODE_EXTRA_CA_CERTS at every launch: the client does when it needs it", async () => {
  expect(await handedOver({ NODE_EXTRA_CA_CERTS: "/a b/ca.pem" })).toEqual(["APPWRITE_EXTRA_CA_CERTS=/a b/ca.pem"]);
  expect(await handedOver({ NODE_EXTRA_CA_CERTS: "/ca.pem", NODE_OPTIONS: "--use-openssl-ca" })).toEqual([
    "NODE_EXTRA_CA_CERTS=/ca.pem",
  ]);
  expect(await handedOver({})).toEqual([]);
});

test("who has no Node is told to install it", async () => {
  const end = await ended(spawn(PROVIDER, [], { env: { ...COOKIE, PATH: "/nowhere" } }));
  expect(end.code).toBe(1);
  expect(end.stderr).toContain("runs on Node.js 20 or later, and there is no node on PATH");
});

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
