import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { Json } from "../../emulator/json.ts";
import { apiOf } from "../support/api.ts";
import { testWhereKnown } from "../support/features.ts";
import { createWorkspace, type Workspace } from "../support/terraform.ts";

/** What is special to sign-in providers: secrets that nobody can read, and attributes that are cleared when they are taken away. */

let emulator: Emulator;
let workspace: Workspace;

beforeAll(async () => {
  emulator = await startEmulator();
});

beforeEach(() => {
  emulator.reset();
  workspace = createWorkspace({
    ...emulator,
    files: {},
  });
});

afterEach(() => workspace.close());
afterAll(() => emulator.close());

testWhereKnown("write-only arguments")(
  "a write-only secret is in no state, and goes again when its version changes",
  async () => {
    workspace.write("main.tf", provider('client_secret_wo = "first-secret"', "client_secret_wo_version = 1"));
    await workspace.apply();
    expect(stored("okta")["secret"]).toContain("first-secret");
    expect(readFileSync(join(workspace.folder, "terraform.tfstate"), "utf8")).not.toContain("first-secret");

    workspace.write("main.tf", provider('client_secret_wo = "second-secret"', "client_secret_wo_version = 1"));
    expect(await workspace.plan()).toEqual({});
    workspace.write("main.tf", provider('client_secret_wo = "second-secret"', "client_secret_wo_version = 2"));
    expect(await workspace.plan()).toEqual({ "appwrite_auth_provider.okta": ["update"] });
    await workspace.apply();
    expect(stored("okta")["secret"]).toContain("second-secret");
  },
  60_000,
);

test("what is taken out of the configuration is cleared on the server", async () => {
  workspace.write("main.tf", provider('client_secret = "secret"', 'authorization_server_id = "custom"'));
  await workspace.apply();
  workspace.write("main.tf", provider('client_secret = "secret"'));
  await workspace.apply();
  expect(JSON.parse(String(stored("okta")["secret"]))).toEqual({
    clientSecret: "secret",
    oktaDomain: "id.okta.com",
    authorizationServerId: "",
  });
  expect(await workspace.plan()).toEqual({});
}, 60_000);

test("a change made elsewhere is drift, and destroying disables and clears", async () => {
  workspace.write("main.tf", provider('client_secret = "secret"'));
  await workspace.apply();
  await patch("/project/oauth2/okta", { clientId: "somebody-else", enabled: false });
  expect(await workspace.plan()).toEqual({ "appwrite_auth_provider.okta": ["update"] });
  await workspace.apply();
  expect(stored("okta")).toMatchObject({ appId: "client", enabled: true });

  await workspace.destroy();
  expect(stored("okta")).toMatchObject({ appId: "", enabled: false });
  expect(String(stored("okta")["secret"])).not.toContain('"secret"');
}, 60_000);

test("settings that are there already are taken over, and those that are not set left alone", async () => {
  await patch("/project/auth-methods/phone", { enabled: false });
  await patch("/project/auth-methods/jwt", { enabled: false });
  emulator.clearRequests();
  workspace.write("main.tf", 'resource "appwrite_auth_methods" "this" {\n  phone = false\n  invites = false\n}\n');
  await workspace.apply();
  const writes = emulator.requests().filter(({ method }) => method === "PATCH");
  expect(writes.map(({ path }) => path)).toEqual(["/v1/project/auth-methods/invites"]);

  await patch("/project/auth-methods/jwt", { enabled: true });
  expect(await workspace.plan()).toEqual({});
  expect((await workspace.destroy()).output).toContain("stay as they are");
  expect(project()["auths"]).toMatchObject({ "method:phone": false, "method:invites": false });
}, 60_000);

function provider(...lines: readonly string[]): string {
  return `resource "appwrite_auth_provider" "okta" {\n  type = "okta"\n  client_id = "client"\n  domain = "id.okta.com"\n  ${lines.join("\n  ")}\n}\n`;
}

function project(): { readonly [column: string]: unknown } {
  const all = emulator.dump("*")["projects"] as readonly { readonly [column: string]: unknown }[];
  return all.find(({ $id }) => $id === emulator.projectId) ?? {};
}

function stored(type: string): { readonly [field: string]: unknown } {
  const { oAuthProviders } = project();
  return (oAuthProviders as { readonly [type: string]: { readonly [field: string]: unknown } })[type] ?? {};
}

async function patch(path: string, body: Json): Promise<void> {
  expect((await apiOf(emulator)("PATCH", path, body)).status).toBe(200);
}
