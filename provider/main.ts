import type { Route } from "./protocol/grpc.ts";
import { createLogger } from "./protocol/logging.ts";
import { serve } from "./protocol/serve.ts";

/** Set by the build: what is not needed to start is packed at the end of this very file. */
declare const IS_PACKED: true | undefined;

let text: string | undefined;
const logger = createLogger(
  process.env,
  (line) => process.stderr.write(line),
  () => new Date(),
);

/** The process that terraform starts. Its calls are loaded with the first that needs them; a launch for the schema alone never does. */
serve({
  environment: process.env,
  arguments: process.argv.slice(2),
  logger,
  schemaResponse: () => (typeof IS_PACKED === "undefined" ? null : unpacked("schema")),
  load: () => calls().createCalls(process.env, logger),
});

type Calls = { readonly createCalls: (environment: NodeJS.ProcessEnv, log: typeof logger) => Route };

function calls(): Calls {
  if (typeof IS_PACKED === "undefined") return require("./calls.ts") as Calls;
  const { Script } = require("node:vm") as typeof import("node:vm");
  const code = unpacked("calls").toString("utf8");
  // What V8 made of it when it was built; another version of Node passes it over and compiles.
  const script = new Script(code, { filename: `${__filename}:calls`, cachedData: unpacked("compiled") });
  const exported = { exports: {} };
  (script.runInThisContext() as (...given: unknown[]) => void)(exported, exported.exports, require);
  return exported.exports as Calls;
}

/** A part from the comment at the end of this file, where it costs a launch that does not need it nothing to compile. */
function unpacked(name: "calls" | "compiled" | "schema"): Buffer {
  const { readFileSync } = require("node:fs") as typeof import("node:fs");
  const { gunzipSync } = require("node:zlib") as typeof import("node:zlib");
  text ??= readFileSync(__filename, "latin1");
  const start = text.lastIndexOf(`\n${name}:`) + name.length + 2;
  return gunzipSync(Buffer.from(text.slice(start, text.indexOf("\n", start)), "base64"));
}
