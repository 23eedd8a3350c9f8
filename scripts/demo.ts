import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startEmulator } from "../emulator/index.ts";
import { createWorkspace, findTerraform, type StateResource } from "../test/support/terraform.ts";

/**
 * The main job, end to end: an embedded Appwrite, the real terraform, the quickstart configuration, and a second plan that is empty.
 * Leaves nothing behind.
 */

const example = join(__dirname, "..", "examples", "terraform", "quickstart");

async function demo(): Promise<void> {
  const terraform = findTerraform();
  const started = Date.now();
  const emulator = await startEmulator();
  const files = Object.fromEntries(
    readdirSync(example).map((name) => [name, readFileSync(join(example, name), "utf8")]),
  );
  const workspace = createWorkspace({
    endpoint: emulator.endpoint,
    projectId: emulator.projectId,
    apiKey: emulator.apiKey,
    // The example brings its own provider block.
    files: { ...files, "provider.tf": "" },
  });
  try {
    say(`An embedded Appwrite answers at ${emulator.endpoint} (project ${emulator.projectId}).`);
    say(`${terraform} apply examples/terraform/quickstart\n`);
    await workspace.apply();
    const { values } = await workspace.state();
    for (const resource of values?.root_module.resources ?? []) say(`  made ${resource.address}${nameOf(resource)}`);
    const changes = await workspace.plan();
    if (Object.keys(changes).length > 0) throw new Error(`The second plan is not empty: ${JSON.stringify(changes)}`);
    say("\nThe second plan is empty: what was applied is what is there.");
    say(`${emulator.requests().length} requests to Appwrite, ${((Date.now() - started) / 1000).toFixed(1)} s in all.`);
    await workspace.destroy();
    say("Destroyed again; nothing is left running.\n");
    say(HOW_TO_GO_ON);
  } finally {
    workspace.close();
    await emulator.close();
  }
}

const HOW_TO_GO_ON = `How to go on:
  node dist/appwrite-iac.js dev          an Appwrite of your own on this machine; prints what to export
  node dist/appwrite-iac.js install      puts the provider where terraform finds it
  then, in examples/terraform/quickstart: terraform init, terraform apply`;

function nameOf({ values }: StateResource): string {
  return typeof values["name"] === "string" ? `  (${values["name"]})` : "";
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

demo().catch((cause: unknown) => {
  process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  process.exitCode = 1;
});
