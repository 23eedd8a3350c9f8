import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TerraformStack } from "cdktf";
import { LIBRARIES, type Library, load } from "../test/support/constructs.ts";

/**
 * What our constructs cost at synth: 1,000 flat resources as bare resources of the library, as our generated classes, and as buckets
 * written by hand, in milliseconds of CPU; the least of several runs. Needs `npm run build` before.
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

function measure(library: Library, make: (stack: TerraformStack, name: string) => unknown): number {
  const { cdk, iac } = load(library);
  const times = Array.from({ length: RUNS }, () => {
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
  });
  return Math.min(...times);
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
        name: cdk.stringToTerraform(this.#name),
        enabled: cdk.booleanToTerraform(enabled),
        compression: cdk.stringToTerraform(compression),
        encryption: cdk.booleanToTerraform(encryption),
        antivirus: cdk.booleanToTerraform(antivirus),
        allowed_file_extensions: cdk.listMapper(cdk.stringToTerraform, false)(allowedFileExtensions),
      };
    }
  }
  const bare = measure(library, (stack, name) => new Bare(stack, name));
  const generated = measure(library, (stack, name) => new iac.StorageBucket(stack, name, { name, ...CONFIG }));
  const written = measure(library, (stack, name) => new iac.Bucket(stack, name, CONFIG));
  const ratio = (time: number): string => `${time.toFixed(0)} ms (${(time / bare).toFixed(2)} of bare)`;
  process.stdout.write(
    `${library}: ${RESOURCES} bare resources ${bare.toFixed(0)} ms, StorageBucket ${ratio(generated)}, Bucket ${ratio(written)}\n`,
  );
}
