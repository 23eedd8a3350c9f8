import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { VERSION } from "../../provider/version.ts";
import { type Command, CommandError, textOf } from "../command.ts";

/** Registries that clients take for an address without a host. */
const HOSTS = ["registry.terraform.io", "registry.opentofu.org"];
const ADDRESS = /^[a-z0-9-]+\/[a-z0-9-]+$/;

/** Puts the provider where `terraform init` and `tofu init` find it. */
export const install: Command = {
  name: "install",
  summary: "Puts the provider where terraform and tofu find it, so that terraform init needs no registry.",
  usage: "[options]",
  positionals: [0, 0],
  options: {
    source: {
      type: "string",
      value: "ADDRESS",
      help: "Address under which configurations name it. Default: appwrite-iac/appwrite.",
    },
    mirror: {
      type: "string",
      value: "FOLDER",
      help: "Folder of the filesystem mirror. Default: the one that terraform looks into by itself.",
    },
  },
  notes: `With --source appwrite/appwrite, configurations written for Appwrite's own provider use this one without a change.`,
  run: async (input, terminal) => {
    const provider = join(__dirname, "terraform-provider-appwrite");
    if (!existsSync(provider)) throw new CommandError("The provider is not built. Run npm run build first.");
    if (process.platform === "win32") {
      throw new CommandError(
        "Terraform on Windows starts .exe files only, and the provider is a Node script. Use it in WSL.",
      );
    }
    const source = textOf(input, "source") ?? "appwrite-iac/appwrite";
    if (!ADDRESS.test(source)) {
      throw new CommandError(
        `--source must be namespace/name, such as appwrite-iac/appwrite, not ${JSON.stringify(source)}.`,
      );
    }
    const mirror = textOf(input, "mirror") ?? join(homedir(), ".terraform.d", "plugins");
    for (const host of HOSTS) {
      const folder = join(mirror, host, ...source.split("/"), VERSION, platform());
      mkdirSync(folder, { recursive: true });
      const target = join(folder, `terraform-provider-appwrite_v${VERSION}`);
      // A running terraform may hold the old file open, so it is replaced rather than written to.
      copyFileSync(provider, `${target}.new`);
      chmodSync(`${target}.new`, 0o755);
      renameSync(`${target}.new`, target);
      terminal.err(`Installed ${target}`);
    }
    terminal.out(configuration(source));
    return 0;
  },
};

function configuration(source: string): string {
  return `terraform {
  required_providers {
    appwrite = {
      source  = "${source}"
      version = "${VERSION}"
    }
  }
}`;
}

/** The platform in Terraform's words: `linux_amd64`. */
function platform(): string {
  const systems: { readonly [name: string]: string } = { win32: "windows" };
  const machines: { readonly [name: string]: string } = { x64: "amd64", ia32: "386" };
  return `${systems[process.platform] ?? process.platform}_${machines[process.arch] ?? process.arch}`;
}
