import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { createWorkspace, type Workspace } from "../support/terraform.ts";

/** A project that a run makes, with its content in the same run: by a console user, and by a key that the run makes too. */

const byConsole = `
resource "appwrite_project" "staging" {
  id   = "staging"
  name = "Staging"
}

resource "appwrite_auth_user" "ada" {
  project_id = appwrite_project.staging.id
  email      = "ada@example.com"
}

resource "appwrite_project_variable" "level" {
  project_id = appwrite_project.staging.id
  key        = "LEVEL"
  value      = "debug"
}

resource "appwrite_auth_methods" "this" {
  project_id = appwrite_project.staging.id
  phone      = false
}

resource "appwrite_tablesdb" "main" {
  project_id = appwrite_project.staging.id
  name       = "Main"
}
`;

const byItsKey = `
resource "appwrite_project" "staging" {
  id   = "staging"
  name = "Staging"
}

resource "appwrite_project_key" "terraform" {
  project_id = appwrite_project.staging.id
  name       = "Terraform"
  scopes     = ["users.read", "users.write", "databases.read", "databases.write"]
}

provider "appwrite" {
  alias      = "staging"
  project_id = appwrite_project.staging.id
  api_key    = appwrite_project_key.terraform.secret
}

resource "appwrite_auth_user" "ada" {
  provider = appwrite.staging
  email    = "ada@example.com"
}

resource "appwrite_tablesdb" "main" {
  provider = appwrite.staging
  name     = "Main"
}
`;

let emulator: Emulator;
let workspace: Workspace;

afterEach(async () => {
  workspace.close();
  await emulator.close();
});

test.each([
  ["1.9.6", "the console user", byConsole],
  ["1.9.0", "the console user", byConsole],
  ["1.9.6", "its own key", byItsKey],
  ["1.9.0", "its own key", byItsKey],
] as const)("on %s, a new project is filled by %s", async (version, _, configuration) => {
  emulator = await startEmulator({ version });
  workspace = createWorkspace({
    ...emulator,
    files: { "main.tf": configuration },
    environment: {
      APPWRITE_CONSOLE_EMAIL: emulator.consoleEmail,
      APPWRITE_CONSOLE_PASSWORD: emulator.consolePassword,
    },
  });

  await workspace.apply();
  expect(await workspace.plan()).toEqual({});
  expect(emulator.dump("staging")).toMatchObject({ users: { length: 1 } });
  expect((await workspace.destroy()).code).toBe(0);
});

test("without a console user, the content of a project that is not there is refused by the plan", async () => {
  emulator = await startEmulator();
  const user = byConsole.slice(byConsole.indexOf('resource "appwrite_auth_user"')).split("\n\n")[0] ?? "";
  const text = user.replace("appwrite_project.staging.id", '"staging"');
  workspace = createWorkspace({ ...emulator, files: { "main.tf": text } });

  expect((await workspace.run("plan", "-no-color")).output).toContain("There is no such project on this server.");
});
