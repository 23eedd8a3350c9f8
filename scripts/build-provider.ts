import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";
import { type BuildOptions, build } from "esbuild";
import { schemasOf } from "../provider/engine/provider.ts";
import type { Route } from "../provider/protocol/grpc.ts";
import { encodeSchemaResponse } from "../provider/protocol/index.ts";
import { encodeMessage } from "../provider/protocol/protobuf.ts";
import { catalogue } from "../provider/resources/index.ts";
import { launcher } from "./launcher.ts";
import { lazyDefinitions } from "./lazy-definitions.ts";

/**
 * Builds the provider: one executable file. Terraform starts it three to five times per command and waits for each start, so the file is a
 * launcher for the shell with the parts behind it as they are used: programs with what V8 made of them, and the encoded schema.
 */
export async function buildProvider(root: string, common: BuildOptions, file: string): Promise<void> {
  const bundle = async (entry: string): Promise<string> => {
    const { outputFiles } = await build({
      ...common,
      charset: "ascii",
      plugins: [lazyDefinitions(root)],
      entryPoints: [join(root, entry)],
      define: { IS_PACKED: "true" },
      // With a mirror Terraform hashes the file at every command, about 8 ms for each MB
      minifyIdentifiers: true,
      write: false,
    });
    const [output] = outputFiles ?? [];
    if (!output) throw new Error(`${entry} gave no bundle.`);
    return `(function (module, exports, require, packed) {${output.text}\n})`;
  };
  const main = await bundle("provider/main.ts");
  const calls = await bundle("provider/calls.ts");
  const parts = {
    main: Buffer.from(main, "latin1"),
    mainCode: new Script(main, { filename: "main" }).createCachedData(),
    calls: Buffer.from(calls, "latin1"),
    callsCode: codeOfCalls(calls),
    schema: Buffer.from(encodeSchemaResponse(schemasOf(catalogue))),
  };
  rmSync(file, { force: true });
  writeFileSync(file, launcher(parts));
  chmodSync(file, 0o755);
}

/** V8's code of the calls, with that of the functions which every launch runs: it saves half of the time of loading them. */
function codeOfCalls(calls: string): Buffer {
  const script = new Script(calls, { filename: "calls" });
  const exported = { exports: {} as { readonly createCalls?: (environment: object, log: () => void) => Route } };
  script.runInThisContext()(exported, exported.exports, require);
  const environment = { APPWRITE_ENDPOINT: "http://127.0.0.1/v1", APPWRITE_PROJECT_ID: "p", APPWRITE_API_KEY: "k" };
  const route = exported.exports.createCalls?.(environment, () => {});
  const type_name = catalogue.resources[0]?.type ?? "";
  for (const [name, request] of Object.entries({
    ValidateProviderConfig: {},
    ConfigureProvider: { terraform_version: "1.11.4" },
    ValidateResourceConfig: { type_name },
    UpgradeResourceState: { type_name, raw_state: { json: Buffer.from("{}") } },
    PlanResourceChange: { type_name },
  })) {
    void route?.(`/tfplugin6.Provider/${name}`)?.(
      encodeMessage(`${name}.Request`, request),
      new AbortController().signal,
    );
  }
  return script.createCachedData();
}
