import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { type CdkCli, installCli, run, STOCK_COMPILER_OPTIONS } from "../support/cdk-cli.ts";
import { STORIES } from "../support/cdk-examples.ts";
import { createProject, LIBRARIES, type Library, load, placeExample } from "../support/constructs.ts";
import { IS_LONG } from "../support/runs.ts";

/**
 * The stock command lines of cdktf and cdktn: they make plain bindings of the provider, for those who want no constructs, and synthesise the
 * examples. `npm test` does so with cdktf's own; `npm run test:all` with both as they are installed, and every example.
 */

const root = join(__dirname, "..", "..");
const COMPILER = join(root, "node_modules", "typescript", "bin", "tsc");
const project = createProject();
let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

beforeEach(() => emulator.reset());

afterAll(async () => {
  project.close();
  await emulator.close();
});

describe.each(LIBRARIES.filter((library) => IS_LONG || library === "cdktf"))("the command line of %s", (library) => {
  const { kit } = load(library);
  let cli: CdkCli;

  beforeAll(() => {
    cli = installCli(library, { whole: IS_LONG });
  }, 600_000);

  test("makes plain bindings of the whole provider, which compile", () => {
    const folder = join(project.folder, "bindings");
    rmSync(folder, { recursive: true, force: true });
    // Puts the provider where terraform finds it; no server is asked.
    kit.openFolder(folder, folder, emulator);
    configure(folder, { app: "true", terraformProviders: ["appwrite-iac/appwrite@>= 0.1.0"] });
    cli(folder, ["get"], { TF_CLI_CONFIG_FILE: join(folder, "terraformrc") });
    const options = {
      compilerOptions: { ...STOCK_COMPILER_OPTIONS, types: ["node"], noEmit: true },
      include: ["main.ts", ".gen"],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(options));
    writeFileSync(join(folder, "main.ts"), programWithBindings(library));
    run(process.execPath, [COMPILER, "-p", folder], folder, process.env);
    const made = readdirSync(join(folder, ".gen", "providers", "appwrite"));
    expect(made).toEqual(expect.arrayContaining(Object.values(load(library).iac.l1).flatMap(bindingOf)));
  }, 300_000);

  const formats = IS_LONG ? (["json", "hcl"] as const) : (["hcl"] as const);
  const stories = IS_LONG ? STORIES : STORIES.slice(0, 1);

  test.each(formats.flatMap((format) => stories.map((story) => ({ ...story, format }))))(
    "synthesises $story in $format, which applies, and the second plan is empty",
    async ({ story, stack, addresses, prepare, format }) => {
      await prepare?.(emulator);
      const folder = placeExample(project.folder, story, library, {
        "https://staging.example.com/v1": emulator.endpoint,
        '"shop-staging"': JSON.stringify(emulator.projectId),
      });
      configure(folder, { app: "node main.js" });
      const variables = { sendgrid_key: "SG.a", github_secret: "b" };
      const stacks = join(folder, "cdktf.out", "stacks");
      const { TF_CLI_CONFIG_FILE: _, ...environment } = process.env;
      cli(folder, ["synth", ...(format === "hcl" ? ["--hcl"] : [])], environment);
      const deployment = kit.openFolder(join(stacks, stack), folder, emulator, { variables });
      await deployment.run("init", "-no-color", "-input=false");
      await deployment.run("validate", "-no-color");
      await deployment.apply();
      expect(await deployment.plan()).toEqual({});
      expect(Object.keys(await deployment.state()).sort()).toEqual(addresses);
      expect(readdirSync(join(stacks, stack))).toContain(format === "hcl" ? "cdk.tf" : "cdk.tf.json");
    },
    300_000,
  );
});

function configure(folder: string, options: object): void {
  const all = { language: "typescript", sendCrashReports: "false", projectId: "test", ...options };
  writeFileSync(join(folder, "cdktf.json"), JSON.stringify(all));
}

/** The folder that the bindings of a class are in, where it has some: cdktf knows no ephemeral resources. */
function bindingOf(made: unknown): readonly string[] {
  if (typeof made !== "function" || !("tfResourceType" in made)) return [];
  const kebab = String(made.tfResourceType)
    .replace(/^appwrite_/, "")
    .replaceAll("_", "-");
  if (/^Data[A-Z]/.test(made.name)) return [`data-appwrite-${kebab}`];
  // A word of TypeScript's own cannot be a folder's name.
  if (kebab === "function") return ["function-resource"];
  return made.name.startsWith("Ephemeral") || kebab === "appwrite" ? [] : [kebab];
}

/** A program with plain bindings, as one writes it who uses no constructs. */
function programWithBindings(library: Library): string {
  return `
import { App, TerraformStack } from "${library}";
import { AppwriteProvider } from "./.gen/providers/appwrite/provider";
import { StorageBucket } from "./.gen/providers/appwrite/storage-bucket";
import { TablesdbTable } from "./.gen/providers/appwrite/tablesdb-table";
const stack = new TerraformStack(new App(), "plain");
new AppwriteProvider(stack, "appwrite", { endpoint: "https://example.com/v1", projectId: "p" });
const bucket = new StorageBucket(stack, "covers", { name: "Covers", permissions: ['read("any")'] });
new TablesdbTable(stack, "books", {
  databaseId: "main",
  name: bucket.name,
  columns: { title: { type: "varchar", size: 200, required: true } },
  indexes: { by_title: { type: "key", columns: ["title"] } },
});
`;
}
