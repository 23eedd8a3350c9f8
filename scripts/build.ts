import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";
import { buildLibrary } from "./build-library.ts";
import { buildProvider } from "./build-provider.ts";

/**
 * Builds `dist/`: the provider as one executable file that terraform starts, the command line, and what programs import. The encoded schema
 * response is built in, so that a launch for the schema alone computes nothing.
 */

const root = join(__dirname, "..");
const dist = join(root, "dist");

const common: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  legalComments: "none",
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: "warning",
};

async function main(): Promise<void> {
  mkdirSync(dist, { recursive: true });
  await buildProvider(root, common, join(dist, "terraform-provider-appwrite"));

  buildSync({
    ...common,
    entryPoints: [join(root, "cli/main.ts")],
    outfile: join(dist, "appwrite-iac.js"),
    banner: { js: "#!/usr/bin/env node" },
    // The store of the embedded Appwrite is native code, and found where the package is installed.
    external: ["libsql"],
  });
  chmodSync(join(dist, "appwrite-iac.js"), 0o755);

  // Editors check an environments file by it: "$schema": "./node_modules/appwrite-iac/dist/environments.schema.json".
  copyFileSync(join(root, "environments/environments.schema.json"), join(dist, "environments.schema.json"));

  buildLibrary(root, common);

  writeFileSync(join(dist, "BUILD"), "Built by npm run build; not kept in git.\n");
}

void main();
