import { spawn } from "node:child_process";
import { accessSync, constants, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { EnvironmentError } from "./environment-error.ts";

type Variables = { readonly [name: string]: string | undefined };

/** The `terraform` or `tofu` to run: `TERRAFORM_BIN`, or the first on the path. Throws `EnvironmentError` when there is none. */
export function findTerraform(environment: Variables): string {
  const named = environment["TERRAFORM_BIN"];
  if (named) return named;
  const folders = (environment["PATH"] ?? "").split(delimiter);
  const found = ["terraform", "tofu"].flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
  if (found) return found;
  throw new EnvironmentError(
    "Neither terraform nor tofu is on the PATH. Install Terraform 1.5 or later (https://developer.hashicorp.com/terraform/install) or OpenTofu (https://opentofu.org/docs/intro/install), or name its file in TERRAFORM_BIN.",
  );
}

/** How terraform ended. */
export interface TerraformEnd {
  readonly code: number;
  readonly stdout: string;
  readonly output: string;
}

/** Runs terraform in a folder and waits for its end. */
export function runTerraform(
  args: readonly string[],
  folder: string,
  environment: Variables,
  signal: AbortSignal,
): Promise<TerraformEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(findTerraform(environment), args, {
      cwd: folder,
      env: { ...environment, TF_IN_AUTOMATION: "1", CHECKPOINT_DISABLE: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      signal,
      killSignal: "SIGTERM",
    });
    let stdout = "";
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString("utf8");
      output += chunk.toString("utf8");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, stdout, output }));
  });
}

/** What a plan does, as `terraform show -json` tells it. */
export interface TerraformPlan {
  readonly resource_changes?: readonly TerraformChange[];
  readonly resource_drift?: readonly TerraformChange[];
}

/** The change of one resource in a plan. */
export interface TerraformChange {
  readonly address: string;
  readonly type: string;
  readonly mode: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: { readonly [name: string]: unknown } | null;
    readonly after: { readonly [name: string]: unknown } | null;
    readonly after_unknown?: { readonly [name: string]: unknown };
    readonly before_sensitive?: unknown;
    readonly after_sensitive?: unknown;
    readonly importing?: { readonly id: string };
  };
}

/** Plans a folder of configuration and gives the plan. Throws `EnvironmentError` with terraform's words when it cannot. */
export async function terraformPlan(
  folder: string,
  environment: Variables,
  signal: AbortSignal,
  more: readonly string[] = [],
): Promise<TerraformPlan> {
  const scratch = mkdtempSync(join(tmpdir(), "appwrite-iac-plan-"));
  try {
    const file = join(scratch, "plan.bin");
    const planned = await runTerraform(
      ["plan", "-no-color", "-input=false", `-out=${file}`, ...more],
      folder,
      environment,
      signal,
    );
    if (planned.code !== 0) throw planError(planned.output);
    const shown = await runTerraform(["show", "-json", file], folder, environment, signal);
    if (shown.code !== 0) throw new EnvironmentError(`terraform show failed in ${folder}:\n${shown.output.trim()}`);
    return JSON.parse(shown.stdout) as TerraformPlan;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Terraform's own words, without what it planned before it gave up. */
function planError(output: string): EnvironmentError {
  const begin = output.search(/^(?:\S* )?Error: /m);
  return new EnvironmentError(`terraform plan failed:\n${output.slice(Math.max(0, begin)).trim()}`);
}

/** Changes of a plan that do something, imports apart. */
export function effects(plan: TerraformPlan): readonly TerraformChange[] {
  return (plan.resource_changes ?? []).filter(
    ({ mode, change }) => mode === "managed" && change.actions.join() !== "no-op",
  );
}

/**
 * Proves an export: the real terraform, with the provider that stands beside this program, must plan imports and nothing else. The folder
 * itself is not touched. Gives what it would change; nothing = proven.
 */
export async function proveExport(
  files: ReadonlyMap<string, string>,
  provider: { readonly path: string; readonly source: string },
  variables: { readonly [name: string]: string },
  environment: Variables,
  signal: AbortSignal,
): Promise<{ readonly imported: number; readonly changes: readonly TerraformChange[] }> {
  if (!existsSync(provider.path)) {
    throw new EnvironmentError(`The provider is not built: ${provider.path} is not there. Run npm run build first.`);
  }
  const scratch = mkdtempSync(join(tmpdir(), "appwrite-iac-verify-"));
  try {
    const folder = join(scratch, "configuration");
    for (const [name, text] of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const binaries = join(scratch, "provider");
    mkdirSync(binaries);
    cpSync(provider.path, join(binaries, "terraform-provider-appwrite"));
    const rc = join(scratch, "terraform.rc");
    writeFileSync(
      rc,
      `provider_installation {\n  dev_overrides {\n    ${JSON.stringify(provider.source)} = ${JSON.stringify(binaries)}\n  }\n  direct {}\n}\n`,
    );
    const plan = await terraformPlan(folder, { ...environment, TF_CLI_CONFIG_FILE: rc, ...variables }, signal);
    const imported = (plan.resource_changes ?? []).filter(({ change }) => change.importing).length;
    return { imported, changes: effects(plan) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
