import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type AppConfig, type TerraformStack, Testing } from "cdktf";

/** Makes a stack in an app. */
export type MakeStack = (app: App) => TerraformStack;

/** One resource of a synthesised stack. */
export interface SynthesisedResource {
  /** Its type in Terraform. */
  readonly type: string;
  /** Its name in Terraform. */
  readonly name: string;
  /** What it is, by Terraform's names. */
  readonly attributes: { readonly [attribute: string]: unknown };
}

/** A synthesised stack, as the matchers take it. */
export interface Synthesised {
  /** The stack itself. */
  readonly stack: TerraformStack;
  /** What `cdk.tf.json` holds, parsed. */
  readonly terraform: { readonly [block: string]: unknown };
  /** The same as text. */
  readonly json: string;
  /** What `cdk.tf` holds. */
  readonly hcl: string;
  /** All resources, or those of a type. */
  resources(type?: string): readonly SynthesisedResource[];
}

/**
 * Synthesises a stack as an app would, with all checks, and without a file: `synth((app) => new Shop(app, environments.staging))`. An
 * error of a check is thrown.
 */
export function synth(make: MakeStack, options: AppConfig = {}): Synthesised {
  const outdir = mkdtempSync(join(tmpdir(), "appwrite-iac-synth-"));
  try {
    const app = new App({ outdir, ...options });
    // Paths in the output are then those that an app writes, and the same on every machine.
    if (options.outdir === undefined) Object.assign(app, { outdir: "cdktf.out" });
    const stack = make(app);
    const json = Testing.synth(stack, true);
    const terraform = JSON.parse(json) as { readonly [block: string]: unknown };
    return {
      stack,
      terraform,
      json,
      get hcl() {
        return String(Testing.synthHcl(stack));
      },
      resources: (type) => resourcesOf(terraform).filter((resource) => type === undefined || resource.type === type),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function resourcesOf(terraform: { readonly [block: string]: unknown }): readonly SynthesisedResource[] {
  const byType = (terraform["resource"] ?? {}) as { readonly [type: string]: { readonly [name: string]: object } };
  return Object.entries(byType).flatMap(([type, byName]) =>
    Object.entries(byName).map(([name, body]) => {
      const attributes = Object.fromEntries(Object.entries(body).filter(([attribute]) => attribute !== "//"));
      return { type, name, attributes };
    }),
  );
}
