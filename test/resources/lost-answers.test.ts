import { join } from "node:path";
import { type Emulator, type Fault, startEmulator } from "../../emulator/index.ts";
import { applyExample, clientOf } from "../support/project.ts";
import { exampleFile } from "../support/terraform.ts";

/**
 * A create whose answer was lost makes one object, not two: also where the server chooses the id, so that nothing tells a second one
 * from the first, and where an object is made by several calls.
 */

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ jobDelay: 0 });
});

afterAll(() => emulator.close());

const EXAMPLES = join(__dirname, "..", "..", "examples", "resources");

const CREATES: readonly (readonly [type: string, route: string, collection: string, count: number])[] = [
  ["appwrite_function", "^/v1/functions$", "functions", 2],
  ["appwrite_function", "/variables$", "variables", 2],
  ["appwrite_function_variable", "/variables$", "variables", 2],
  ["appwrite_function_deployment", "/deployments$", "deployments", 1],
  ["appwrite_site", "^/v1/sites$", "sites", 1],
  ["appwrite_site_deployment", "/deployments$", "deployments", 1],
  ["appwrite_storage_file_token", "^/v1/tokens/", "tokens", 1],
  ["appwrite_documentsdb", "^/v1/documentsdb$", "databases", 1],
];

const LOSSES: readonly (readonly [words: string, fault: Fault])[] = [
  ["the connection breaks after the write", { kind: "reset", when: "after" }],
  ["the answer is cut", { kind: "truncate" }],
  ["the connection breaks before the write", { kind: "reset", when: "before" }],
];

test.each(CREATES.flatMap((create) => LOSSES.map((loss) => [...create, ...loss] as const)))(
  "%s at %s leaves %s: %d, when %s",
  async (type, route, collection, count, _words, fault) => {
    emulator.reset();
    emulator.faults.add({ ...fault, method: "POST", route, count: 1 } as Fault);
    await applyExample(clientOf(emulator), exampleFile(`resources/${type}/resource.tf`), join(EXAMPLES, type), "");
    expect(emulator.dump(emulator.projectId)[collection]).toHaveLength(count);
    expect(emulator.faults.list()).toMatchObject([{ struck: 1 }]);
  },
);

test("a domain whose rule another project has is refused with what to do", async () => {
  emulator.reset();
  const other = { ...emulator, ...emulator.addProject({ id: "other" }) };
  const api = 'resource "appwrite_proxy_rule" "api" {\n  domain = "api.example.com"\n  type   = "api"\n}\n';
  await applyExample(clientOf(other), api, EXAMPLES, "");
  await expect(applyExample(clientOf(emulator), api, EXAMPLES, "")).rejects.toThrow(/Another project of this server/);
  // The same rule once more is that of a run that was cut off; one that leads elsewhere is somebody's.
  await applyExample(clientOf(other), api, EXAMPLES, "");
  const site =
    'resource "appwrite_site" "docs" {\n  id = "docs"\n  name = "Docs"\n  framework = "other"\n  build_runtime = "node-22"\n}\n';
  const elsewhere = `${site}${api.replace('"api"\n}', '"site"\n  resource_id = appwrite_site.docs.id\n}')}`;
  await expect(applyExample(clientOf(other), elsewhere, EXAMPLES, "")).rejects.toThrow(
    /terraform import ADDRESS [0-9a-f]{32}/,
  );
});
