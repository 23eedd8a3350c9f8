import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TerraformStack } from "cdktf";
import { LIBRARIES, type Library, load } from "../test/support/constructs.ts";

/**
 * What our constructs cost at synth: 1,000 flat resources with the same attributes (but for the grant) as bare resources of the library, as our generated classes, and as constructs
 * written by hand, in milliseconds of CPU; the least of several runs, which take turns so that a busy machine is unfair to none. Needs
 * `npm run build` before.
 */

const RESOURCES = 1000;
const RUNS = 15;
const CONFIG = {
  enabled: true,
  compression: "gzip",
  encryption: true,
  antivirus: false,
  allowedFileExtensions: ["png", "webp"],
} as const;

type Make = (stack: TerraformStack, name: string) => unknown;

function once(library: Library, make: Make): number {
  const { cdk, iac } = load(library);
  const outdir = mkdtempSync(join(tmpdir(), "appwrite-iac-bench-"));
  const stack = new cdk.TerraformStack(new cdk.App({ outdir }), "bench");
  new cdk.LocalBackend(stack, { path: "terraform.tfstate" });
  new iac.AppwriteProvider(stack, "appwrite");
  const start = process.cpuUsage();
  for (let index = 0; index < RESOURCES; index += 1) make(stack, `bucket-${index}`);
  cdk.App.of(stack).synth();
  const { user, system } = process.cpuUsage(start);
  rmSync(outdir, { recursive: true });
  return (user + system) / 1000;
}

function leastOf(library: Library, makers: { readonly [name: string]: Make }): ReadonlyMap<string, number> {
  const least = new Map<string, number>();
  for (let run = 0; run < RUNS; run += 1) {
    for (const [name, make] of Object.entries(makers)) {
      least.set(name, Math.min(once(library, make), least.get(name) ?? Number.POSITIVE_INFINITY));
    }
  }
  return least;
}

for (const library of LIBRARIES) {
  const { cdk, iac } = load(library);
  class Bare extends cdk.TerraformResource {
    readonly #name: string;

    constructor(stack: TerraformStack, name: string) {
      super(stack, name, {
        terraformResourceType: "appwrite_storage_bucket",
        terraformGeneratorMetadata: { providerName: "appwrite" },
      });
      this.#name = name;
    }

    protected override synthesizeAttributes(): { [name: string]: unknown } {
      const { enabled, compression, encryption, antivirus, allowedFileExtensions } = CONFIG;
      return {
        id: cdk.stringToTerraform(this.#name),
        name: cdk.stringToTerraform(this.#name),
        enabled: cdk.booleanToTerraform(enabled),
        compression: cdk.stringToTerraform(compression),
        encryption: cdk.booleanToTerraform(encryption),
        antivirus: cdk.booleanToTerraform(antivirus),
        allowed_file_extensions: cdk.listMapper(cdk.stringToTerraform, false)(allowedFileExtensions),
      };
    }
  }
  const least = leastOf(library, {
    "bare resources": (stack, name) => new Bare(stack, name),
    StorageBucket: (stack, name) => new iac.StorageBucket(stack, name, { id: name, name, ...CONFIG }),
    Bucket: (stack, name) => new iac.Bucket(stack, name, CONFIG),
    "Bucket with a grant": (stack, name) => new iac.Bucket(stack, name, CONFIG).grantRead(iac.Role.any()),
  });
  const bare = least.get("bare resources") ?? 0;
  const told = [...least].map(([name, time]) => `${name} ${time.toFixed(0)} ms (${(time / bare).toFixed(2)} of bare)`);
  process.stdout.write(`${library}, ${RESOURCES} each: ${told.join(", ")}\n`);
}
