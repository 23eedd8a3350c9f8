import { spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { startEmulator } from "../emulator/index.ts";
import { findTerraform } from "../environments/terraform.ts";
import { createCertificate } from "../provider/protocol/certificate.ts";
import { COOKIE } from "../test/support/plugin.ts";
import { PROVIDER } from "../test/support/terraform.ts";

/**
 * What the provider costs, against a provider that does nothing over the same protocol code: its start, and plans of one and of 500 unchanged
 * buckets on the embedded Appwrite, with the requests made. The least of several runs, which take turns. Needs `npm run build` before.
 */

const SIZES = [1, 500];
const STARTS = 15;
const PLANS = 5;

interface Candidate {
  readonly name: string;
  readonly address: string;
  readonly file: string;
  readonly resource: string;
  readonly attributes: (index: number) => string;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "appwrite-iac-bench-"));
  const emulator = await startEmulator();
  const environment = {
    ...withoutCertificates(),
    APPWRITE_ENDPOINT: emulator.endpoint,
    APPWRITE_PROJECT_ID: emulator.projectId,
    APPWRITE_API_KEY: emulator.apiKey,
    CHECKPOINT_DISABLE: "1",
  };
  const candidates: readonly Candidate[] = [
    {
      name: "this provider",
      address: "appwrite-iac/appwrite",
      file: PROVIDER,
      resource: "appwrite_storage_bucket",
      attributes: (index) => `id = "b${index}"\n  name = "Bucket ${index}"`,
    },
    {
      name: "nothing done",
      address: "hashicorp/null",
      file: nullProvider(folder),
      resource: "null_resource",
      attributes: (index) => `triggers = { index = "${index}" }`,
    },
  ];
  try {
    for (const { name, file } of candidates) say(`${name}: start to handshake`, await least(STARTS, () => start(file)));
    for (const size of SIZES) {
      const places = candidates.map((candidate) => ({ candidate, place: prepare(folder, candidate, size) }));
      for (const { place } of places) await run(place, environment, "apply", "-auto-approve");
      const times = new Map<string, number[]>();
      for (let turn = 0; turn < PLANS; turn++) {
        for (const { candidate, place } of places) {
          emulator.clearRequests();
          times.set(candidate.name, [...(times.get(candidate.name) ?? []), await run(place, environment, "plan")]);
          if (candidate.file === PROVIDER && turn === 0)
            process.stdout.write(`${size} resources: ${emulator.requests().length} requests in a plan\n`);
        }
      }
      for (const [name, all] of times) say(`${name}: plan of ${size} unchanged`, Math.min(...all));
    }
  } finally {
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A provider of one resource that does nothing. */
function nullProvider(folder: string): string {
  const outfile = join(folder, "terraform-provider-null");
  const entry = join(__dirname, "..", "test", "support", "null-provider.ts");
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    minify: true,
    banner: { js: "#!/usr/bin/env node" },
  });
  chmodSync(outfile, 0o755);
  return outfile;
}

/** A folder with a configuration of so many resources, in which terraform finds the provider. */
function prepare(folder: string, { address, file, resource, attributes }: Candidate, size: number): string {
  const name = address.split("/").at(-1) ?? "";
  const place = join(folder, `${name}-${size}`);
  const binaries = join(place, ".provider");
  mkdirSync(binaries, { recursive: true });
  copyFileSync(file, join(binaries, `terraform-provider-${name}`));
  writeFileSync(
    join(place, ".terraformrc"),
    `provider_installation {\n  dev_overrides {\n    "${address}" = "${binaries}"\n  }\n  direct {}\n}\n`,
  );
  const resources = Array.from(
    { length: size },
    (_, index) => `resource "${resource}" "r${index}" {\n  ${attributes(index)}\n}\n`,
  );
  const required = `terraform {\n  required_providers {\n    ${name} = { source = "${address}" }\n  }\n}\n\n`;
  writeFileSync(join(place, "main.tf"), required + resources.join(""));
  return place;
}

/** Milliseconds of a terraform command. */
async function run(place: string, environment: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<number> {
  const started = performance.now();
  const child = spawn(findTerraform(process.env), [...args, "-no-color", "-input=false"], {
    cwd: place,
    env: { ...environment, TF_CLI_CONFIG_FILE: join(place, ".terraformrc") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`terraform ${args.join(" ")} failed:\n${errors}`);
  return performance.now() - started;
}

/** Milliseconds from the start of a provider to the line that says where it listens. */
async function start(file: string): Promise<number> {
  const { certificate } = createCertificate(new Date());
  const started = performance.now();
  const child = spawn(file, [], {
    env: { ...withoutCertificates(), ...COOKIE, PLUGIN_CLIENT_CERT: certificate },
    stdio: ["ignore", "pipe", "ignore"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const took = performance.now() - started;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
  return took;
}

async function least(times: number, measure: () => Promise<number>): Promise<number> {
  const all: number[] = [];
  for (let turn = 0; turn < times; turn++) all.push(await measure());
  return Math.min(...all);
}

/** Node 20 reads extra certificates at each start, for 50 ms, which is no cost of ours. */
function withoutCertificates(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;
  return environment;
}

function say(what: string, milliseconds: number): void {
  process.stdout.write(`${what.padEnd(44)} ${milliseconds.toFixed(0).padStart(6)} ms\n`);
}

const { stdout } = spawnSync(findTerraform(process.env), ["version"], { encoding: "utf8" });
process.stdout.write(`Node ${process.version}, ${stdout.split("\n")[0]}\n`);
void main();
