import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { startEmulator } from "../emulator/index.ts";
import { findTerraform } from "../environments/terraform.ts";
import { createWorkspace, type StateResource } from "../test/support/terraform.ts";
import { serviceOf } from "./docs/services.ts";

/**
 * The main job, end to end: an embedded Appwrite, the real terraform, the quickstart configuration, and a second plan that is empty.
 * Leaves nothing behind.
 */

const example = join(__dirname, "..", "examples", "terraform", "quickstart");

async function demo(): Promise<void> {
  const terraform = basename(findTerraform(process.env));
  const emulator = await step("Start an embedded Appwrite", () => startEmulator());
  const files = Object.fromEntries(
    readdirSync(example)
      .filter((name) => !name.startsWith("."))
      .map((name) => [name, readFileSync(join(example, name), "utf8")]),
  );
  const workspace = createWorkspace({
    endpoint: emulator.endpoint,
    projectId: emulator.projectId,
    apiKey: emulator.apiKey,
    // The example brings its own provider block.
    files: { ...files, "provider.tf": "" },
  });
  try {
    say(`   It answers at ${emulator.endpoint}.\n`);

    await step(`${terraform} apply, in examples/terraform/quickstart`, () => workspace.apply());
    const { values } = await workspace.state();
    say(`${table(values?.root_module.resources ?? [])}\n`);

    const changes = await step(`${terraform} plan, a second time`, () => workspace.plan());
    if (Object.keys(changes).length > 0) throw new Error(`The second plan is not empty: ${JSON.stringify(changes)}`);
    say("   No changes: what was written is what is there.\n");

    await step(`${terraform} destroy`, () => workspace.destroy());
    say("   What was made is gone, and nothing is left running.\n");
    say(HOW_TO_GO_ON);
  } finally {
    workspace.close();
    await emulator.close();
  }
}

const HOW_TO_GO_ON = `Go on:
   node dist/appwrite-iac.js install    puts the provider where terraform finds it
   node dist/appwrite-iac.js dev        starts an Appwrite of your own, and prints three variables to export
   cd examples/terraform/quickstart     then terraform init, terraform apply

   docs/guides/getting-started.md tells the rest.`;

let steps = 0;

/** Does one thing and says that it is done, with the time that it took. */
async function step<T>(title: string, act: () => Promise<T>): Promise<T> {
  const started = performance.now();
  steps += 1;
  const done = await act();
  say(`${steps}. ${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return done;
}

/** What was made, by the part of Appwrite that it belongs to. */
function table(resources: readonly StateResource[]): string {
  const managed = resources.filter(({ mode }) => mode === "managed");
  const services = [...new Set(managed.map(({ type }) => serviceOf(type)))];
  const width = Math.max(...services.map((service) => service.length));
  return services
    .flatMap((service) =>
      managed
        .filter(({ type }) => serviceOf(type) === service)
        .map(({ address }, index) => `   ${(index === 0 ? service : "").padEnd(width)}   ${address}`),
    )
    .join("\n");
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

demo().catch((cause: unknown) => {
  process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  process.exitCode = 1;
});
