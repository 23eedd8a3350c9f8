import type { ProviderService } from "../../provider/engine/service.ts";
import { createLogger, createRoutes, serve } from "../../provider/protocol/index.ts";

/** Serves another provider than ours over our own protocol code, for a program that terraform starts. */
export function serveStandIn(service: ProviderService): void {
  const logger = createLogger(
    process.env,
    (line) => process.stderr.write(line),
    () => new Date(),
  );

  serve({
    environment: process.env,
    arguments: process.argv.slice(2),
    logger,
    load: () => createRoutes(() => service, logger),
  });
}
