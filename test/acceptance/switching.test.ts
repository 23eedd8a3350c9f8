import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { writeTar } from "../../provider/resources/functions/tar.ts";
import peer from "../resources/peer-schemas.json";
import { createWorkspace, type Workspace } from "../support/terraform.ts";

/**
 * The guide to switching from Appwrite's own provider, followed with a state as that one writes it: its address, its attributes
 * alone, schema version 0 and no identity. The plan after `state replace-provider` is empty.
 */

let emulator: Emulator;
let workspace: Workspace;

beforeAll(async () => {
  emulator = await startEmulator();
  workspace = createWorkspace({
    ...emulator,
    files: { "main.tf": readFileSync(join(__dirname, "peer-configuration.tf"), "utf8"), "hello.txt": "Hello!\n" },
  });
  writeCode("export default () => 1;");
});

afterAll(async () => {
  workspace.close();
  await emulator.close();
});

/** The code as the peer wants it: packed. */
function writeCode(text: string): void {
  const entry = { kind: "file", path: "index.js", executable: false, content: Buffer.from(text) } as const;
  writeFileSync(join(workspace.folder, "digest.tar.gz"), gzipSync(writeTar([entry])));
}

test("a configuration and a state of the peer's carry over with an empty plan", async () => {
  await workspace.apply();
  const state = JSON.parse(readFileSync(join(workspace.folder, "terraform.tfstate"), "utf8")) as StateFile;
  workspace.write("terraform.tfstate", JSON.stringify(asThePeerWritesIt(state)));

  const addresses = ["appwrite/appwrite", "appwrite-iac/appwrite"];
  const replaced = await workspace.run("state", "replace-provider", "-auto-approve", ...addresses);
  expect([replaced.code, replaced.stderr]).toEqual([0, ""]);
  expect(await workspace.plan()).toEqual({});

  // The way on is open: what the peer cannot change in place, and what it does not have.
  const changed = readFileSync(join(__dirname, "peer-configuration.tf"), "utf8").replaceAll(
    "size        = 120",
    "size        = 200",
  );
  workspace.write("main.tf", changed);
  expect(await workspace.plan()).toEqual({ "appwrite_tablesdb_column.title": ["update"] });
  await workspace.apply();
  expect(await workspace.plan()).toEqual({});

  // The peer keeps no hash of the code that it deployed; other code is seen by its size.
  writeCode("export default () => 'something quite different';");
  expect(await workspace.plan()).toEqual({ "appwrite_function_deployment.digest": ["delete", "create"] });
  await workspace.apply();
  expect(await workspace.plan()).toEqual({});
}, 120_000);

interface StateFile {
  readonly serial: number;
  readonly resources: readonly {
    readonly type: string;
    readonly provider: string;
    readonly instances: readonly { readonly attributes: { readonly [name: string]: unknown } }[];
  }[];
}

function asThePeerWritesIt(state: StateFile): unknown {
  const attributesOf: { readonly [type: string]: { readonly attributes: object } | undefined } = peer.resources;
  return {
    ...state,
    resources: state.resources.map((resource) => ({
      ...resource,
      provider: resource.provider.replace("appwrite-iac/appwrite", "appwrite/appwrite"),
      instances: resource.instances.map(({ attributes, ...instance }) => ({
        ...Object.fromEntries(Object.entries(instance).filter(([name]) => !name.startsWith("identity"))),
        schema_version: 0,
        attributes: Object.fromEntries(
          Object.entries(attributes).filter(
            ([name]) => name === "timeouts" || name in (attributesOf[resource.type]?.attributes ?? {}),
          ),
        ),
      })),
    })),
  };
}
