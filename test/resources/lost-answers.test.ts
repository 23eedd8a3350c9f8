import { join } from "node:path";
import { type Emulator, type Fault, startEmulator } from "../../emulator/index.ts";
import { catalogue } from "../../provider/resources/index.ts";
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

const KNOWN = catalogue.resources.filter(({ knownBy }) => knownBy !== undefined).map(({ type }) => type);

test.each(KNOWN)("an object of %s that a killed run made is taken over by the next", async (type) => {
  emulator.reset();
  const apply = () =>
    applyExample(clientOf(emulator), exampleFile(`resources/${type}/resource.tf`), join(EXAMPLES, type), "");
  await apply();
  const before = emulator.dump(emulator.projectId);
  await apply();
  const after = emulator.dump(emulator.projectId);
  const count = (dump: typeof before) =>
    Object.fromEntries(Object.entries(dump).map(([name, all]) => [name, (all as readonly unknown[]).length]));
  expect(count(after)).toEqual(count(before));
});

describe("a variable of the same key", () => {
  const owner = 'resource "appwrite_function" "f" {\n  id = "f"\n  name = "F"\n  runtime = "node-22"\n}\n';
  const variable = (value: string, secret: boolean) =>
    `${owner}resource "appwrite_function_variable" "v" {\n  function_id = appwrite_function.f.id\n  key = "A"\n  value = "${value}"\n  secret = ${secret}\n}\n`;
  const apply = (source: string) => applyExample(clientOf(emulator), source, EXAMPLES, "");
  const value = () => (emulator.dump(emulator.projectId)["variables"] as readonly { value: string }[])[0]?.value;

  beforeEach(() => emulator.reset());
  afterEach(() => jest.restoreAllMocks());

  test("is refused with its import id where it has another value", async () => {
    await apply(variable("one", false));
    await expect(apply(variable("two", false))).rejects.toThrow(
      /with the key "A", and it differs in value, .*terraform import ADDRESS f\/[0-9a-f]{20}\. .*another key/,
    );
    expect(value()).toBe("one");
  });

  test("is given the secret value once more where it is new, and left alone where it is old", async () => {
    await apply(variable("one", true));
    await apply(variable("two", true));
    expect(value()).toBe("two");
    jest.spyOn(Date, "now").mockReturnValue(Date.now() + 2 * 60 * 60_000);
    await expect(apply(variable("three", true))).rejects.toThrow(
      /the server does not tell its value, so it is left alone/,
    );
    expect(value()).toBe("two");
  });
});

test("a user who is there is given the configured password where new, and left alone where old", async () => {
  emulator.reset();
  const apply = (password: string) =>
    applyExample(
      clientOf(emulator),
      `resource "appwrite_auth_user" "ann" {\n  id = "ann"\n  email = "ann@example.com"\n  password = "${password}"\n}\n`,
      EXAMPLES,
      "",
    );
  const hash = () => (emulator.dump(emulator.projectId)["users"] as readonly { password: string }[])[0]?.password;
  await apply("first-password");
  const first = hash();
  await apply("second-password");
  const second = hash();
  expect(second).not.toBe(first);
  jest.spyOn(Date, "now").mockReturnValue(Date.now() + 2 * 60 * 60_000);
  await expect(apply("third-password")).rejects.toThrow(/the server does not tell its password, so it is left alone/);
  jest.restoreAllMocks();
  expect(hash()).toBe(second);
});

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
