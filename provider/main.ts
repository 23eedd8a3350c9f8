import type { Route } from "./protocol/grpc.ts";
import { createLogger } from "./protocol/logging.ts";
import { serve } from "./protocol/serve.ts";

/** Given by the launcher of the built provider (`scripts/launcher.ts`). */
declare const packed: {
  /** The bytes of a part of the provider's file. */
  readonly part: (name: "schema") => Uint8Array;
  /** Runs a part that is a program, and gives what it exports. */
  readonly run: (name: "calls") => unknown;
};
/** Set by the build. */
declare const IS_PACKED: true | undefined;

const logger = createLogger(process.env, writeLog, () => new Date());

/** Who reads the log may be gone before the work is done. */
function writeLog(line: string): void {
  if (process.stderr.listenerCount("error") === 0) process.stderr.on("error", () => {});
  process.stderr.write(line);
}

/** The process that terraform starts. Its calls are loaded with the first that needs them; a launch for the schema alone never does. */
serve({
  environment: process.env,
  arguments: process.argv.slice(2),
  logger,
  schemaResponse: () => (typeof IS_PACKED === "undefined" ? null : packed.part("schema")),
  load: () => calls().createCalls(process.env, logger),
});

type Calls = { readonly createCalls: (environment: NodeJS.ProcessEnv, log: typeof logger) => Route };

function calls(): Calls {
  return (typeof IS_PACKED === "undefined" ? require("./calls.ts") : packed.run("calls")) as Calls;
}
