import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";
import { gzipSync } from "node:zlib";
import { type BuildOptions, buildSync } from "esbuild";
import { schemasOf } from "../provider/engine/provider.ts";
import type { Route } from "../provider/protocol/grpc.ts";
import { encodeSchemaResponse } from "../provider/protocol/index.ts";
import { encodeMessage } from "../provider/protocol/protobuf.ts";
import { catalogue } from "../provider/resources/index.ts";

/**
 * Builds the provider: one executable file with a shebang. Terraform starts it three to five times per command, and each start reads and compiles
 * the whole file; so the calls, what V8 makes of them, and the schema stand packed in a comment at its end.
 */
export function buildProvider(root: string, common: BuildOptions, file: string): void {
  const bundle = (entry: string, options: BuildOptions): string => {
    const { outputFiles } = buildSync({ ...common, ...options, entryPoints: [join(root, entry)], write: false });
    const [output] = outputFiles ?? [];
    if (!output) throw new Error(`${entry} gave no bundle.`);
    return output.text;
  };
  const main = bundle("provider/main.ts", { banner: { js: "#!/usr/bin/env node" }, define: { IS_PACKED: "true" } });
  const calls = `(function (module, exports, require) {${bundle("provider/calls.ts", {})}\n})`;
  const parts = {
    calls,
    compiled: compiled(calls),
    schema: encodeSchemaResponse(schemasOf(catalogue)),
  };
  const packed = Object.entries(parts).map(
    ([name, content]) => `${name}:${gzipSync(content, { level: 9 }).toString("base64")}\n`,
  );
  rmSync(file, { force: true });
  writeFileSync(file, `${main}/*\n${packed.join("")}*/\n`);
  chmodSync(file, 0o755);
}

/** V8's code of the calls, with that of the functions which every launch runs: it saves half of the time of loading them. */
function compiled(calls: string): Buffer {
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
