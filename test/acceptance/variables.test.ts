import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { testWhereKnown } from "../support/features.ts";
import { createWorkspace, type Workspace } from "../support/terraform.ts";

/** The map of all variables of a function or site: values that are in the state, and those that are in none. */

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

const OWNERS = {
  appwrite_function: 'name = "Job"\n  runtime = "node-22"',
  appwrite_site: 'name = "Shop"\n  framework = "other"\n  build_runtime = "node-22"',
} as const;

describe.each(Object.entries(OWNERS))("variables of %s", (type, own) => {
  const address = `${type}.it`;

  const write = (variables: { readonly [name: string]: string }): void => {
    const entries = Object.entries(variables).map(([name, value]) => `    ${name} = { ${value} }`);
    workspace.write(
      "main.tf",
      `resource "${type}" "it" {\n  ${own}\n  variables = {\n${entries.join("\n")}\n  }\n}\ndata "${type}" "it" {\n  id = ${address}.id\n}\n`,
    );
  };
  const applied = async (variables: { readonly [name: string]: string }): Promise<object> => {
    write(variables);
    expect(Object.keys(await workspace.plan())).toContain(address);
    await workspace.apply();
    expect(await workspace.plan()).toEqual({});
    return stored();
  };
  /** What the state has of the resource. (A data source tells what everybody may read.) */
  const state = (): string => {
    const { resources } = JSON.parse(readFileSync(join(workspace.folder, "terraform.tfstate"), "utf8")) as {
      readonly resources: readonly { readonly mode: string }[];
    };
    return JSON.stringify(resources.filter(({ mode }) => mode === "managed"));
  };

  testWhereKnown("write-only arguments")(
    "are written without being in the state, and again when their version changes",
    async () => {
      expect(
        await applied({
          PLAIN: 'value = "1", secret = false',
          KEPT: 'value = "kept"',
          TOKEN: 'value_wo = "first", value_wo_version = 1',
          OPEN: 'value_wo = "seen", value_wo_version = 1, secret = false',
        }),
      ).toEqual({ PLAIN: ["1", false], KEPT: ["kept", true], TOKEN: ["first", true], OPEN: ["seen", false] });
      expect(state()).toContain('"kept"');
      for (const value of ["first", "seen"]) expect(state()).not.toContain(`"${value}"`);

      write({
        PLAIN: 'value = "1", secret = false',
        KEPT: 'value = "kept"',
        TOKEN: 'value_wo = "second", value_wo_version = 1',
        OPEN: 'value_wo = "other", value_wo_version = 1, secret = false',
      });
      expect(await workspace.plan()).toEqual({});

      // One goes again, the other does not; what was kept is so no longer, and the other way about.
      expect(
        await applied({
          PLAIN: 'value_wo = "2", value_wo_version = 1, secret = false',
          KEPT: 'value_wo = "hidden", value_wo_version = 1',
          TOKEN: 'value_wo = "second", value_wo_version = 2',
          OPEN: 'value_wo = "other", value_wo_version = 1, secret = false',
        }),
      ).toEqual({ PLAIN: ["2", false], KEPT: ["hidden", true], TOKEN: ["second", true], OPEN: ["seen", false] });
      for (const value of ["kept", "hidden", "second"]) expect(state()).not.toContain(`"${value}"`);

      expect(await applied({ TOKEN: 'value = "third"', OPEN: 'value = "open", secret = false' })).toEqual({
        TOKEN: ["third", true],
        OPEN: ["open", false],
      });

      await workspace.destroy();
      expect(stored()).toEqual({});
    },
    120_000,
  );
});

/** Value and secrecy of all variables by name, as the server has them. */
function stored(): { readonly [key: string]: readonly unknown[] } {
  const variables = (emulator.dump(emulator.projectId)["variables"] ?? []) as readonly {
    readonly [n: string]: unknown;
  }[];
  return Object.fromEntries(variables.map(({ key, value, secret }) => [key, [value, secret]]));
}
