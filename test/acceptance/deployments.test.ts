import { utimesSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { createWorkspace, type Workspace } from "../support/terraform.ts";

/** The code of a function, as its author works on it: changes, files that are only touched, builds that fail. */

let emulator: Emulator;
let workspace: Workspace;

const configuration = (more = "") => `
resource "appwrite_function" "greet" {
  id         = "greet"
  name       = "Greet"
  runtime    = "node-22"
  entrypoint = "main.js"
}

resource "appwrite_function_deployment" "greet" {
  function_id = appwrite_function.greet.id
  source_type = "code"
  code_path   = "\${path.module}/code"
  activate    = true
  ${more}

  lifecycle {
    create_before_destroy = true
  }
}
`;

beforeAll(async () => {
  emulator = await startEmulator();
  workspace = createWorkspace({
    ...emulator,
    files: { "main.tf": configuration(), "code/main.js": "one", "code/node_modules/a/index.js": "one" },
  });
  await workspace.apply();
}, 60_000);

afterAll(async () => {
  workspace.close();
  await emulator.close();
});

/** The deployment that the function has in service, and those that there are. */
function deployed(): { readonly active: unknown; readonly count: number } {
  const { functions, deployments } = emulator.dump(emulator.projectId) as unknown as {
    readonly functions: readonly { readonly deploymentId: string }[];
    readonly deployments: readonly unknown[];
  };
  return { active: functions[0]?.deploymentId, count: deployments.length };
}

const ADDRESS = "appwrite_function_deployment.greet";

test("only a changed content makes a new deployment, and it takes the place of the old one", async () => {
  const before = deployed();
  utimesSync(join(workspace.folder, "code", "main.js"), new Date(0), new Date(0));
  workspace.write("code/node_modules/a/index.js", "two");
  expect(await workspace.plan()).toEqual({});

  workspace.write("code/main.js", "two");
  expect(await workspace.plan()).toEqual({ [ADDRESS]: ["create", "delete"] });
  await workspace.apply();
  expect(deployed()).toEqual({ active: expect.not.stringMatching(String(before.active)), count: 1 });
  expect(await workspace.plan()).toEqual({});
}, 60_000);

test("a build that fails says why, leaves the old one in service, and is made anew with the next apply", async () => {
  const before = deployed();
  const fault = emulator.faults.add({
    kind: "life-cycle",
    target: "deployment",
    outcome: "failed",
    error: "npm ERR! Missing script: build",
  });
  workspace.write("code/main.js", "three");
  const failed = await workspace.run("apply", "-auto-approve", "-no-color", "-input=false");
  expect([failed.code, failed.output.includes("npm ERR! Missing script: build")]).toEqual([1, true]);
  expect(deployed().active).toBe(before.active);

  emulator.faults.remove(fault);
  await workspace.apply();
  expect(deployed()).toEqual({ active: expect.not.stringMatching(String(before.active)), count: 1 });
  expect(await workspace.plan()).toEqual({});
}, 60_000);

test("a build that does not end is given up after the time of the timeouts block", async () => {
  emulator.faults.add({ kind: "life-cycle", target: "deployment", outcome: "processing", count: 1 });
  workspace.write("main.tf", configuration('timeouts {\n    create = "1s"\n  }'));
  workspace.write("code/main.js", "four");
  const ended = await workspace.run("apply", "-auto-approve", "-no-color", "-input=false");
  expect([ended.code, ended.output.includes('was still "processing" when its time was over')]).toEqual([1, true]);
  await workspace.apply();
  expect(await workspace.plan()).toEqual({});
}, 60_000);

test("an imported deployment is taken over without being made anew", async () => {
  const { active } = deployed();
  await workspace.run("state", "rm", ADDRESS);
  const imported = await workspace.run("import", "-no-color", "-input=false", ADDRESS, `greet/${String(active)}`);
  expect(imported.code).toBe(0);
  expect(await workspace.plan()).toEqual({ [ADDRESS]: ["update"] });
  await workspace.apply();
  expect([deployed().active, await workspace.plan()]).toEqual([active, {}]);
}, 60_000);
