import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { catalogue } from "../../provider/resources/index.ts";
import type { Attribute } from "../../provider/schema/index.ts";
import { createWorkspace, exampleFile, exampleFiles, type StateResource, type Workspace } from "./terraform.ts";

/**
 * Every resource through the real terraform, from the example files that the documentation shows: apply, plan empty (which reads the
 * examples of its data sources, too), update, plan empty, import, plan empty, destroy.
 */

/** Kinds that a project key cannot manage. */
const BY_CONSOLE = ["appwrite_project"];

const examples = join(__dirname, "..", "..", "examples", "resources");

/** The types that have an example. */
export function typesWithExample(): readonly string[] {
  return readdirSync(examples).filter((type) => existsSync(join(examples, type, "resource.tf")));
}

/** Is it a type that holds data, or a part of one? */
export function isDataType(type: string): boolean {
  return /^appwrite_(tablesdb|database|collection|document|vectorsdb|storage)/.test(type);
}

/** Declares the tests of some types. They are spread over two files, which run beside each other. */
export function testExamples(types: readonly string[]): void {
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());

  describe.each(types)("%s", (type) => testExample(type, () => emulator));
}

function testExample(type: string, emulatorOf: () => Emulator): void {
  let workspace: Workspace;

  beforeAll(() => {
    const emulator = emulatorOf();
    emulator.reset();
    workspace = createWorkspace({
      ...emulator,
      files: { "main.tf": exampleFile(`resources/${type}/resource.tf`), ...exampleFiles(type) },
      ...(BY_CONSOLE.includes(type)
        ? {
            environment: {
              APPWRITE_CONSOLE_EMAIL: emulator.consoleEmail,
              APPWRITE_CONSOLE_PASSWORD: emulator.consolePassword,
            },
          }
        : {}),
    });
  });

  afterAll(() => workspace.close());

  test("applies, updates, imports and destroys, and every plan in between is empty", async () => {
    await workspace.apply();
    const sources = dataSourceFiles(type);
    for (const [name, text] of Object.entries(sources)) workspace.write(name, text);
    expect(await workspace.plan()).toEqual({});
    // The data sources found something, and the plural ones not nothing.
    const empty = Object.entries(workspace.plannedOutputs()).filter(([, value]) => value === null || isEmpty(value));
    expect(empty).toEqual([]);
    for (const name of Object.keys(sources)) workspace.remove(name);

    if (existsSync(join(examples, type, "update.tf"))) {
      workspace.write("main.tf", exampleFile(`resources/${type}/update.tf`));
      const changes = await workspace.plan();
      expect(Object.keys(changes)).not.toEqual([]);
      await workspace.apply();
      expect(await workspace.plan()).toEqual({});
    }

    const { values } = await workspace.state();
    for (const resource of (values?.root_module.resources ?? []).filter(
      (one) => one.type === type && one.mode === "managed",
    )) {
      await reimport(workspace, resource);
    }

    await workspace.destroy();
    expect((await workspace.state()).values?.root_module.resources ?? []).toEqual([]);
  }, 120_000);
}

/** Takes a resource out of state and imports it again: nothing may be left to do, but for what the server does not tell. */
async function reimport(workspace: Workspace, resource: StateResource): Promise<void> {
  const definition = catalogue.resources.find(({ type }) => type === resource.type);
  const id = (definition?.importId ?? []).map((name) => String(resource.values[name])).join("/");
  const removed = await workspace.run("state", "rm", resource.address);
  expect(removed.code).toBe(0);
  const imported = await workspace.run("import", "-no-color", "-input=false", resource.address, id);
  expect(imported.code === 0 ? "" : imported.output).toBe("");
  const changes = await workspace.plan();
  const isTellable = Object.entries(definition?.attributes ?? {}).every(([name, attribute]) =>
    isTold(attribute, resource.values[name]),
  );
  // What the server does not tell (a secret, a local path) is written once more; it never replaces the object.
  if (isTellable) expect(changes).toEqual({});
  else expect(Object.values(changes).flat()).not.toContain("delete");
  if (Object.keys(changes).length > 0) await workspace.apply();
}

/** Does the server tell what was written, all of it? */
function isTold({ type, options }: Attribute, value: unknown): boolean {
  if (value === null || value === undefined || value === false || options.fromProvider !== undefined) return true;
  const isUntold =
    options.unreadable ||
    options.writeOnly ||
    options.clone === "secret" ||
    (options.wire === false && (options.read === false || options.clone === "skip"));
  if (isUntold) return false;
  if (type.kind !== "map" || type.element.kind !== "object") return true;
  const { attributes } = type.element;
  return Object.values(value).every((element: { readonly [name: string]: unknown }) =>
    Object.entries(attributes).every(([name, nested]) => isTold(nested, element[name])),
  );
}

/** The examples of the data sources that look a resource up and list it. */
function dataSourceFiles(type: string): { readonly [name: string]: string } {
  const { lookup } = catalogue.resources.find((definition) => definition.type === type) ?? {};
  if (!lookup) return {};
  const sources = [type, ...(lookup.plural === null ? [] : [lookup.plural])];
  return Object.fromEntries(
    sources.map((source) => {
      const path = `data-sources/${source}/data-source.tf`;
      if (!existsSync(join(examples, "..", path)))
        throw new Error(`examples/${path} is missing: npm run generate makes it.`);
      return [`${source}.tf`, exampleFile(path)];
    }),
  );
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
