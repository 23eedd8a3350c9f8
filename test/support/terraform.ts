import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { findTerraform } from "../../environments/terraform.ts";

/** The built provider. */
export const PROVIDER = join(__dirname, "..", "..", "dist", "terraform-provider-appwrite");

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, as a user sees them. */
  readonly output: string;
}

/** A folder with a configuration, in which terraform runs with the built provider. */
export interface Workspace {
  readonly folder: string;
  write(name: string, text: string): void;
  remove(name: string): void;
  run(...args: readonly string[]): Promise<Ended>;
  /** Starts a command without waiting for it. */
  start(...args: readonly string[]): ChildProcess;
  /** Applies and fails with terraform's words when that fails. */
  apply(...args: readonly string[]): Promise<Ended>;
  /** The changes of a plan: `{ address: ["update"] }`; empty when nothing is to be done. */
  plan(...args: readonly string[]): Promise<{ readonly [address: string]: readonly string[] }>;
  /** The outputs of the last plan, as far as they are known then. */
  plannedOutputs(): { readonly [name: string]: unknown };
  state(): Promise<TerraformState>;
  destroy(): Promise<Ended>;
  close(): void;
}

/** What `terraform show -json` tells of the state. */
export interface TerraformState {
  readonly values?: { readonly root_module: { readonly resources?: readonly StateResource[] } };
}

export interface StateResource {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly mode: string;
  readonly values: { readonly [attribute: string]: unknown };
}

/** Where the provider of a workspace finds Appwrite, and how it is called in the configuration. */
export interface WorkspaceOptions {
  readonly endpoint: string;
  readonly projectId: string;
  readonly apiKey: string;
  readonly files: { readonly [name: string]: string };
  /** Other environment variables. */
  readonly environment?: { readonly [name: string]: string };
  /** Attributes of the provider block beside the credentials, which come by environment. */
  readonly provider?: string;
  readonly address?: string;
}

/** Makes a workspace; `close` removes it. */
export function createWorkspace(options: WorkspaceOptions): Workspace {
  if (!existsSync(PROVIDER)) throw new Error("The provider is not built. Run npm run build first.");
  const folder = mkdtempSync(join(tmpdir(), "appwrite-iac-test-"));
  const address = options.address ?? "appwrite-iac/appwrite";
  const binaries = join(folder, ".provider");
  mkdirSync(binaries);
  // A copy of its own, so that a build in the middle of the tests changes nothing.
  cpSync(PROVIDER, join(binaries, "terraform-provider-appwrite"));
  const configuration = join(folder, ".terraformrc");
  writeFileSync(
    configuration,
    `provider_installation {\n  dev_overrides {\n    "${address}" = "${binaries}"\n  }\n  direct {}\n}\n`,
  );
  const write = (name: string, text: string): void => {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  write(
    "provider.tf",
    `terraform {\n  required_providers {\n    appwrite = {\n      source = "${address}"\n    }\n  }\n}\n\nprovider "appwrite" {\n${options.provider ?? ""}}\n`,
  );
  for (const [name, text] of Object.entries(options.files)) write(name, text);

  const { NODE_EXTRA_CA_CERTS: _, ...inherited } = process.env;
  const environment = {
    ...inherited,
    APPWRITE_ENDPOINT: options.endpoint,
    APPWRITE_PROJECT_ID: options.projectId,
    APPWRITE_API_KEY: options.apiKey,
    TF_CLI_CONFIG_FILE: configuration,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    ...options.environment,
  };
  const start = (...args: readonly string[]): ChildProcess =>
    spawn(findTerraform(process.env), [...args], { cwd: folder, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const run = (...args: readonly string[]): Promise<Ended> => ended(start(...args));
  const succeed = async (...args: readonly string[]): Promise<Ended> => {
    const end = await run(...args);
    if (end.code !== 0) throw new Error(`terraform ${args.join(" ")} failed:\n${end.output}`);
    return end;
  };
  let planned: PlanJson = {};
  return {
    folder,
    write,
    remove: (name) => rmSync(join(folder, name), { force: true }),
    run,
    start,
    apply: (...args) => succeed("apply", "-auto-approve", "-no-color", "-input=false", ...args),
    plan: async (...args) => {
      await succeed("plan", "-no-color", "-input=false", "-out=plan.bin", ...args);
      const { stdout } = await succeed("show", "-json", "plan.bin");
      planned = JSON.parse(stdout) as PlanJson;
      return changesOf(planned);
    },
    plannedOutputs: () =>
      Object.fromEntries(
        Object.entries(planned.planned_values?.outputs ?? {}).map(([name, { value }]) => [name, value ?? null]),
      ),
    state: async () => JSON.parse((await succeed("show", "-json")).stdout) as TerraformState,
    destroy: () => succeed("destroy", "-auto-approve", "-no-color", "-input=false"),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The files of an example folder, by name. */
export function exampleFile(path: string): string {
  return readFileSync(join(__dirname, "..", "..", "examples", path), "utf8");
}

/** Files that the example of a resource reads, such as what it uploads; those in folders, too. */
export function exampleFiles(type: string): { readonly [name: string]: string } {
  const folder = join(__dirname, "..", "..", "examples", "resources", type);
  const known = ["resource.tf", "update.tf", "import.sh"];
  const names = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((name) => !known.includes(name) && !name.endsWith(".md"));
  return Object.fromEntries(names.map((name) => [name, exampleFile(`resources/${type}/${name}`)]));
}

/** Waits for a command to end. */
export function ended(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      stdout += chunk.toString("utf8");
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      stderr += chunk.toString("utf8");
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, stdout, stderr, output: `${stdout}${stderr}` }));
  });
}

interface PlanJson {
  readonly planned_values?: { readonly outputs?: { readonly [name: string]: { readonly value?: unknown } } };
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly mode: string;
    readonly change: { readonly actions: readonly string[] };
  }[];
  readonly output_changes?: { readonly [name: string]: { readonly actions: readonly string[] } };
}

function changesOf(plan: PlanJson): { readonly [address: string]: readonly string[] } {
  const changes = (plan.resource_changes ?? []).filter(
    ({ change, mode }) => mode === "managed" && change.actions.join() !== "no-op",
  );
  return Object.fromEntries(changes.map(({ address, change }) => [address, change.actions]));
}
