import { setMaxListeners } from "node:events";
import { checkEndpoint, createClient } from "../provider/client/index.ts";
import type { Backend } from "../provider/schema/backend.ts";
import { VERSION } from "../provider/version.ts";
import { EnvironmentError } from "./environment-error.ts";
import type { Environment } from "./environments-file.ts";

/** An environment that can be asked. */
export interface OpenEnvironment {
  readonly environment: Environment;
  readonly backend: Backend;
}

/**
 * Makes the client of an environment. Nothing is sent. `variables` name a proxy, as they do for the provider. Throws `EnvironmentError` when
 * the endpoint is none.
 */
export function openEnvironment(
  environment: Environment,
  variables: { readonly [name: string]: string | undefined },
  signal: AbortSignal,
): OpenEnvironment {
  const checked = checkEndpoint(environment.endpoint);
  if ("fault" in checked) {
    throw new EnvironmentError(`The endpoint of the environment ${environment.name} is not right: ${checked.fault}`);
  }
  // Each wait listens for the stop; many wait at once.
  setMaxListeners(0, signal);
  const backend = createClient({
    endpoint: checked.endpoint,
    projectId: environment.project,
    apiKey: environment.key,
    ...environment.console,
    selfSigned: environment.selfSigned,
    environment: variables,
    userAgent: `appwrite-iac/${VERSION}`,
    version: VERSION,
    signal,
  });
  return { environment, backend };
}

/**
 * Are they two projects of one server? By host and port; a server under two names is taken for two. A project under two names is one
 * project: nothing in it is in its own way.
 */
export function areProjectsOfOneServer(left: Environment, right: Environment): boolean {
  return left.project !== right.project && new URL(left.endpoint).host === new URL(right.endpoint).host;
}
