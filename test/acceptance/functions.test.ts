import { catalogue } from "../../provider/resources/index.ts";
import { evaluateExample } from "../../scripts/docs/function-example.ts";
import { testWhereKnown } from "../support/features.ts";
import { createWorkspace, type Workspace } from "../support/terraform.ts";

/** The provider's functions as the real terraform calls them. They need no server. */

let workspace: Workspace;

beforeAll(() => {
  workspace = createWorkspace({ endpoint: "http://127.0.0.1:9/v1", projectId: "none", apiKey: "none", files: {} });
});

afterAll(() => workspace.close());

const whereKnown = testWhereKnown("provider functions");

whereKnown(
  "every example of the docs gives what its page says",
  async () => {
    const outputs = catalogue.functions.map(({ name, example }) => `output "${name}" {\n  value = ${example}\n}\n`);
    workspace.write("main.tf", outputs.join("\n"));
    await workspace.plan();
    expect(workspace.plannedOutputs()).toEqual(
      Object.fromEntries(
        catalogue.functions.map(({ name, example }) => [name, evaluateExample(catalogue.functions, example)]),
      ),
    );
  },
  60_000,
);

whereKnown.each([
  { call: 'read("everybody")', says: "everybody" },
  { call: 'role_users("verifyed")', says: "verifyed" },
  { call: 'role_team("editors", "owner", "admin")', says: "At most one role may be given" },
  { call: 'role_label("not one word")', says: "not one word" },
])(
  "$call is an error of the plan, at the argument",
  async ({ call, says }) => {
    workspace.write("main.tf", `output "wrong" {\n  value = provider::appwrite::${call}\n}\n`);
    const { code, output } = await workspace.run("plan", "-no-color", "-input=false");
    expect([code, output.replace(/\s+/g, " ")]).toEqual([1, expect.stringContaining(says)]);
    expect(output).toContain("on main.tf line 2");
  },
  60_000,
);
