import { spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch, platform, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { App, TerraformProvider } from "cdktf";
import type { MakeStack } from "./synth.ts";

/** An Appwrite to apply to: what `startEmulator` of `appwrite-iac/emulator` gives, or another. */
export interface Server {
  /** Where its API is. */
  readonly endpoint: string;
  /** Id of the project. */
  readonly projectId: string;
  /** A key of the project. */
  readonly apiKey: string;
}

/** How a stack is applied. */
export interface ApplyOptions {
  /** Write HCL rather than JSON. */
  readonly hcl?: boolean | undefined;
  /** Values of Terraform variables, such as those of secrets. */
  readonly variables?: { readonly [name: string]: string } | undefined;
  /** The terraform or tofu to use: `TERRAFORM_BIN`, or the first on the path, when not set. */
  readonly terraform?: string | undefined;
  /** Other providers that the stack needs, by address and version, as local files, where no registry is to be asked. */
  readonly providers?:
    | readonly { readonly address: string; readonly version: string; readonly file: string }[]
    | undefined;
}

/** A stack with the real terraform, in a folder of its own. */
export interface Deployment {
  /** The folder with the synthesised configuration. */
  readonly folder: string;
  /** Runs a command of terraform; gives what it printed, fails with it. */
  run(...args: readonly string[]): Promise<string>;
  /** Applies. */
  apply(): Promise<string>;
  /** What a plan would do, by address; empty when nothing is to be done. */
  plan(): Promise<{ readonly [address: string]: readonly string[] }>;
  /** The values of what is in state, by address. */
  state(): Promise<{ readonly [address: string]: { readonly [attribute: string]: unknown } }>;
  /** Destroys what was made. */
  destroy(): Promise<string>;
  /** Removes the folder. */
  close(): void;
}

/**
 * Synthesises a stack and prepares the real terraform for it, with the provider of this package, against a server. The stack's own
 * endpoint and project are replaced by the server's.
 */
export async function deploy(server: Server, make: MakeStack, options: ApplyOptions = {}): Promise<Deployment> {
  const root = mkdtempSync(join(tmpdir(), "appwrite-iac-deploy-"));
  try {
    const id = synthesise(join(root, "out"), make, server, options.hcl ?? false);
    const deployment = openFolder(join(root, "out", "stacks", id), root, server, options);
    await deployment.run("init", "-no-color", "-input=false");
    return deployment;
  } catch (cause) {
    // Who gets no deployment cannot close it.
    rmSync(root, { recursive: true, force: true });
    throw cause;
  }
}

function synthesise(outdir: string, make: MakeStack, server: Server, hcl: boolean): string {
  const before = process.env["SYNTH_HCL_OUTPUT"];
  // The library looks at it when an app and when a stack is made.
  if (hcl) process.env["SYNTH_HCL_OUTPUT"] = "true";
  else delete process.env["SYNTH_HCL_OUTPUT"];
  try {
    const app = new App({ outdir });
    const stack = make(app);
    for (const provider of stack.node.findAll().filter((one) => TerraformProvider.isTerraformProvider(one))) {
      if (provider.terraformResourceType !== "appwrite") continue;
      provider.addOverride("endpoint", server.endpoint);
      provider.addOverride("project_id", server.projectId);
    }
    app.synth();
    return stack.node.id;
  } finally {
    if (before === undefined) delete process.env["SYNTH_HCL_OUTPUT"];
    else process.env["SYNTH_HCL_OUTPUT"] = before;
  }
}

/** Prepares terraform for a folder that is synthesised already. */
export function openFolder(folder: string, root: string, server: Server, options: ApplyOptions = {}): Deployment {
  const terraform = options.terraform ?? findTerraform();
  const configuration = join(root, "terraformrc");
  writeFileSync(configuration, installation(join(root, "providers"), options.providers ?? []));
  const { NODE_EXTRA_CA_CERTS: _, ...inherited } = process.env;
  const environment = {
    ...inherited,
    APPWRITE_ENDPOINT: server.endpoint,
    APPWRITE_PROJECT_ID: server.projectId,
    APPWRITE_API_KEY: server.apiKey,
    TF_CLI_CONFIG_FILE: configuration,
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    ...Object.fromEntries(Object.entries(options.variables ?? {}).map(([name, value]) => [`TF_VAR_${name}`, value])),
  };
  const run = (...args: readonly string[]): Promise<string> => command(terraform, args, folder, environment);
  return {
    folder,
    run,
    apply: () => run("apply", "-auto-approve", "-no-color", "-input=false"),
    plan: async () => {
      await run("plan", "-no-color", "-input=false", "-out=plan.bin");
      return changesOf(await run("show", "-json", "plan.bin"));
    },
    state: async () => stateOf(await run("show", "-json")),
    destroy: () => run("destroy", "-auto-approve", "-no-color", "-input=false"),
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Lays the providers out as a mirror, and tells terraform of it. */
function installation(mirror: string, others: NonNullable<ApplyOptions["providers"]>): string {
  const root = packageRoot();
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const file = join(root, "dist", "terraform-provider-appwrite");
  if (!existsSync(file)) throw new Error(`The provider is not at ${file}. Build or install the package first.`);
  const providers = [{ address: "appwrite-iac/appwrite", version, file }, ...others];
  for (const provider of providers) {
    for (const host of ["registry.terraform.io", "registry.opentofu.org"]) place(mirror, host, provider);
  }
  const addresses = providers.map(
    ({ address }) => `"registry.terraform.io/${address}", "registry.opentofu.org/${address}"`,
  );
  const include = addresses.join(", ");
  return `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n    include = [${include}]\n  }\n  direct {\n    exclude = [${include}]\n  }\n}\n`;
}

function place(
  mirror: string,
  host: string,
  { address, version, file }: { address: string; version: string; file: string },
): void {
  const architecture = arch() === "x64" ? "amd64" : arch();
  const system = platform() === "win32" ? "windows" : platform();
  const folder = join(mirror, host, address, version, `${system}_${architecture}`);
  const target = join(folder, `terraform-provider-${address.split("/")[1]}_v${version}`);
  mkdirSync(folder, { recursive: true });
  cpSync(file, target);
  chmodSync(target, 0o755);
}

function packageRoot(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
  }
  throw new Error("The package of this file is not to be found.");
}

function findTerraform(): string {
  const named = process.env["TERRAFORM_BIN"];
  if (named) return named;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = ["terraform", "tofu"].flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
  if (found) return found;
  throw new Error("Neither terraform nor tofu is on the PATH. Install one of them, or name its file in TERRAFORM_BIN.");
}

function command(
  file: string,
  args: readonly string[],
  folder: string,
  environment: { readonly [name: string]: string | undefined },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...args], { cwd: folder, env: environment, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`terraform ${args.join(" ")} failed:\n${output}`));
    });
  });
}

interface PlanJson {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly mode: string;
    readonly change: { readonly actions: readonly string[] };
  }[];
}

function changesOf(json: string): { readonly [address: string]: readonly string[] } {
  const { resource_changes: changes = [] } = JSON.parse(json) as PlanJson;
  return Object.fromEntries(
    changes
      .filter(({ change, mode }) => mode === "managed" && change.actions.join() !== "no-op")
      .map(({ address, change }) => [address, change.actions]),
  );
}

interface StateJson {
  readonly values?: {
    readonly root_module: {
      readonly resources?: readonly {
        readonly address: string;
        readonly values: { readonly [attribute: string]: unknown };
      }[];
    };
  };
}

function stateOf(json: string): { readonly [address: string]: { readonly [attribute: string]: unknown } } {
  const { values } = JSON.parse(json) as StateJson;
  return Object.fromEntries((values?.root_module.resources ?? []).map(({ address, values: own }) => [address, own]));
}
