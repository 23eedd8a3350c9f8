import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { createWorkspace, type Workspace } from "../support/terraform.ts";

/** Appwrite 1.9.0 through the real terraform, as the guide on self-hosted servers tells it. */

const configuration = `resource "appwrite_tablesdb" "shop" {
  id   = "shop"
  name = "Shop"
}

resource "appwrite_auth_methods" "this" {
  anonymous = false
}
`;

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ version: "1.9.0" });
});

afterAll(() => emulator.close());

async function within<T>(environment: { readonly [name: string]: string }, act: (workspace: Workspace) => Promise<T>) {
  const { endpoint, projectId, apiKey } = emulator;
  const workspace = createWorkspace({ endpoint, projectId, apiKey, environment, files: { "main.tf": configuration } });
  try {
    return await act(workspace);
  } finally {
    workspace.close();
  }
}

test("what an API key cannot do on an old server is an error of the plan, which says what would", async () => {
  const { code, output } = await within({}, (workspace) => workspace.run("plan", "-no-color", "-input=false"));
  expect([code, output.replace(/\s+/g, " ")]).toEqual([
    1,
    expect.stringContaining(
      "appwrite_auth_methods needs Appwrite 1.9.5 or later; this server is 1.9.0. Upgrade the server, or give the provider console_email and console_password",
    ),
  ]);
}, 60_000);

test("a console user does it there", async () => {
  const console = {
    APPWRITE_CONSOLE_EMAIL: emulator.consoleEmail,
    APPWRITE_CONSOLE_PASSWORD: emulator.consolePassword,
  };
  await within(console, async (workspace) => {
    await workspace.apply();
    expect(await workspace.plan()).toEqual({});
    expect(emulator.requests().map(({ route }) => route)).toContain("PATCH /v1/projects/:projectId/auth/:method");
  });
}, 60_000);
