import type { Connect, Connection } from "./engine/provider.ts";
import { providerEnvironment } from "./resources/provider.ts";
import type { Backend } from "./schema/backend.ts";
import { type Diagnostic, error, hasErrors } from "./schema/diagnostics.ts";
import { isUnknown, type Row, type Value } from "./schema/value.ts";

/** What the client needs to reach Appwrite. */
export interface ConnectOptions {
  readonly endpoint: string;
  readonly projectId: string | null;
  readonly apiKey: string;
  readonly organizationId?: string;
  readonly organizationApiKey?: string;
  readonly selfSigned: boolean;
  readonly httpTimeoutSeconds: number;
  readonly maxRetries: number;
  readonly consoleEmail?: string;
  readonly consolePassword?: string;
  readonly consoleSession?: string;
  readonly terraformVersion: string;
  readonly signal: AbortSignal;
}

/** Judges an endpoint before anything is sent to it. */
export type CheckEndpoint = (text: string) => { readonly endpoint: string } | { readonly fault: string };

/**
 * Makes the `connect` of a provider: the configuration, filled up from the environment, becomes a backend. Nothing is contacted.
 * What is not known yet leaves the provider without a backend, so that a plan can still be made.
 */
export function createConnect(
  environment: { readonly [name: string]: string | undefined },
  checkEndpoint: CheckEndpoint,
  openBackend: (options: ConnectOptions) => Backend,
): Connect {
  return (config, { terraformVersion, signal }) => {
    const value = (name: string): Value => configured(config, name, environment);
    const text = (name: string): string | null => textOf(value(name));
    const diagnostics: Diagnostic[] = [];
    const open = ["endpoint", "api_key", "project_id"].filter((name) => isUnknown(config[name]));
    const waiting = open.some((name) => text(name) === null);

    const endpoint = text("endpoint");
    const checked = endpoint === null ? null : checkEndpoint(endpoint);
    if (checked !== null && "fault" in checked) diagnostics.push(error("Invalid endpoint", checked.fault, "endpoint"));
    if (endpoint === null && !isUnknown(config["endpoint"])) {
      diagnostics.push(missing("endpoint", "the API endpoint", "https://cloud.appwrite.io/v1"));
    }
    const key = text("api_key");
    const hasConsole =
      text("console_session") !== null || (text("console_email") !== null && text("console_password") !== null);
    if (key === null && !hasConsole && !isUnknown(config["api_key"])) {
      diagnostics.push(missing("api_key", "an API key of the project", "standard_…"));
    }
    if (hasErrors(diagnostics)) return { connection: null, diagnostics };

    const projectId = text("project_id");
    const dataLoss = (text("data_loss") ?? "warn") as Connection["dataLoss"];
    const facts = {
      projectId: isUnknown(config["project_id"]) && projectId === null ? (config["project_id"] as Value) : projectId,
      dataLoss,
      ...(open.length > 0 ? { isAssumed: true } : {}),
    };
    if (waiting || checked === null || !("endpoint" in checked))
      return { connection: { backend: null, ...facts }, diagnostics };

    const backend = openBackend({
      endpoint: checked.endpoint,
      projectId,
      apiKey: key ?? "",
      selfSigned: config["self_signed"] === true,
      httpTimeoutSeconds: numberOf(config["http_timeout_seconds"], 120),
      maxRetries: numberOf(config["max_retries"], 5),
      terraformVersion,
      signal,
      ...optional("organizationId", text("organization_id")),
      ...optional("organizationApiKey", text("organization_api_key")),
      ...optional("consoleEmail", text("console_email")),
      ...optional("consolePassword", text("console_password")),
      ...optional("consoleSession", text("console_session")),
    });
    return { connection: { backend, ...facts }, diagnostics };
  };
}

/** A known value that is written wins, even an empty one; an unknown one falls through to the environment, as with the peer. */
function configured(config: Row, name: string, environment: { readonly [name: string]: string | undefined }): Value {
  const written = config[name] ?? null;
  if (written !== null && !isUnknown(written)) return written;
  const variable = providerEnvironment[name];
  return (variable === undefined ? undefined : environment[variable]) ?? null;
}

function textOf(value: Value): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

function numberOf(value: Value | undefined, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}

function optional<K extends string>(name: K, value: string | null): { readonly [P in K]?: string } {
  return value === null ? {} : ({ [name]: value } as { readonly [P in K]: string });
}

function missing(name: string, what: string, example: string): Diagnostic {
  const text = `The provider needs ${what}. Set ${name} in the provider block, such as ${JSON.stringify(example)}, or the environment variable ${providerEnvironment[name]}.`;
  return error(`Missing Appwrite ${name === "endpoint" ? "Endpoint" : "API Key"}`, text, name);
}
