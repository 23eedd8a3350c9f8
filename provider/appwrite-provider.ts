import { checkEndpoint, createClient } from "./client/index.ts";
import { createConnect } from "./connect.ts";
import { createProvider } from "./engine/provider.ts";
import type { ProviderService } from "./engine/service.ts";
import type { Logger } from "./protocol/logging.ts";
import { catalogue } from "./resources/index.ts";
import { VERSION } from "./version.ts";

/** The provider over the whole catalogue, connected as its configuration and the environment say. */
export function createAppwriteProvider(
  environment: { readonly [name: string]: string | undefined },
  log: Logger,
): ProviderService {
  const connect = createConnect(environment, checkEndpoint, ({ terraformVersion, ...options }) =>
    createClient({
      ...options,
      version: VERSION,
      userAgent: [
        `Terraform/${terraformVersion} terraform-provider-appwrite/${VERSION}`,
        environment["TF_APPEND_USER_AGENT"],
      ]
        .filter(Boolean)
        .join(" "),
      log,
      environment,
    }),
  );
  return createProvider(catalogue, connect);
}
