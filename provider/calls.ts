import { createAppwriteProvider } from "./appwrite-provider.ts";
import type { Route } from "./protocol/grpc.ts";
import type { Logger } from "./protocol/logging.ts";
import { createRoutes } from "./protocol/server.ts";

/** The calls of the plugin protocol over the whole catalogue. */
export function createCalls(environment: { readonly [name: string]: string | undefined }, log: Logger): Route {
  const service = createAppwriteProvider(environment, log);
  return createRoutes(() => service, log);
}
