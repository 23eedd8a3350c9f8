import { checkEndpoint, createClient } from "./client/index.ts";
import { createConnect } from "./connect.ts";
import { createProvider } from "./engine/provider.ts";
import { createLogger, serve } from "./protocol/index.ts";
import { catalogue } from "./resources/index.ts";
import { VERSION } from "./version.ts";

/** Set by the build: the encoded schema response, so that most launches need not make it. */
declare const SCHEMA_RESPONSE: string | undefined;

const logger = createLogger(
  process.env,
  (line) => process.stderr.write(line),
  () => new Date(),
);

/** The process that terraform starts. */
serve({
  environment: process.env,
  arguments: process.argv.slice(2),
  logger,
  schemaResponse: () => (typeof SCHEMA_RESPONSE === "string" ? Buffer.from(SCHEMA_RESPONSE, "base64") : null),
  load: () =>
    createProvider(
      catalogue,
      createConnect(process.env, checkEndpoint, ({ terraformVersion, ...options }) =>
        createClient({
          ...options,
          version: VERSION,
          userAgent: [
            `Terraform/${terraformVersion} terraform-provider-appwrite/${VERSION}`,
            process.env["TF_APPEND_USER_AGENT"],
          ]
            .filter(Boolean)
            .join(" "),
          log: logger,
        }),
      ),
    ),
});
