import { createLogger, serve } from "./protocol/index.ts";

/** Set by the build: the encoded schema response, so that most launches need not make it. */
declare const SCHEMA_RESPONSE: string | undefined;

const logger = createLogger(
  process.env,
  (line) => process.stderr.write(line),
  () => new Date(),
);

/** The process that terraform starts. What it serves is loaded with the first call that needs it; a launch for the schema alone never does. */
serve({
  environment: process.env,
  arguments: process.argv.slice(2),
  logger,
  schemaResponse: () => (typeof SCHEMA_RESPONSE === "string" ? Buffer.from(SCHEMA_RESPONSE, "base64") : null),
  load: () =>
    (require("./appwrite-provider.ts") as typeof import("./appwrite-provider.ts")).createAppwriteProvider(
      process.env,
      logger,
    ),
});
