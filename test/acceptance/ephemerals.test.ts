import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { testWhereKnown } from "../support/features.ts";
import { createWorkspace, exampleFile } from "../support/terraform.ts";

/** Every ephemeral resource through the real terraform, from the example that its page shows. */

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(() => emulator.close());

const whereKnown = testWhereKnown("ephemeral values");

whereKnown.each(catalogue.ephemerals.map(({ type, attributes }) => [type, attributes] as const))(
  "%s opens and closes, and leaves nothing in the state",
  async (type, attributes) => {
    emulator.reset();
    const workspace = createWorkspace({
      ...emulator,
      files: { "main.tf": exampleFile(`ephemeral-resources/${type}/ephemeral-resource.tf`) },
    });
    try {
      await workspace.apply();
      expect(await workspace.plan()).toEqual({});
      const state = JSON.stringify(await workspace.state());
      expect(state).not.toContain(type);
      const secrets = Object.keys(attributes).filter((name) => attributes[name]?.options.sensitive);
      expect(secrets.filter((name) => state.includes(`"${name}"`))).toEqual([]);
      await workspace.destroy();
    } finally {
      workspace.close();
    }
  },
  60_000,
);
