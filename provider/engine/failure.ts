import { ApiError, ConnectionError, StoppedError } from "../schema/backend.ts";
import { type Diagnostic, error, type Path, UserError } from "../schema/diagnostics.ts";
import type { ResourceDefinition } from "../schema/resource.ts";
import { capital } from "./sentence.ts";
import { WaitError } from "./wait.ts";
import { wireName } from "./wire.ts";

/**
 * What went wrong, as diagnostics: what happened, to which object, at which attribute where the server named one, and what to
 * do. `deed` is what was being done: "created".
 */
export function describeFailure(
  definition: ResourceDefinition,
  deed: "created" | "read" | "updated" | "deleted" | "imported" | "listed" | "planned",
  cause: unknown,
): readonly Diagnostic[] {
  if (cause instanceof UserError) return cause.diagnostics;
  const summary = `${capital(definition.noun)} not ${deed}`;
  if (cause instanceof ApiError) {
    const { method, path, status, type, message, missingScopes } = cause.details;
    const said = `${method} ${path}: ${status} ${type}: ${message}`;
    const hint = missingScopes.length > 0 ? scopeHint(definition, method, missingScopes) : cause.details.hint;
    return [error(summary, [said, hint].filter(Boolean).join("\n"), blamedAttribute(definition, type, message))];
  }
  if (cause instanceof ConnectionError) return [error(summary, [cause.message, cause.hint].filter(Boolean).join("\n"))];
  if (cause instanceof WaitError) return [error(summary, waitDetail(definition, deed, cause))];
  if (cause instanceof StoppedError) {
    return [
      error(
        summary,
        "Terraform asked to stop before it was finished. What was reached is in state; apply again to go on.",
      ),
    ];
  }
  return [defect(cause)];
}

/** What is said of an error that should not be. */
export function defect(cause: unknown): Diagnostic {
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return error(
    "Defect in the provider",
    `This should not happen, and is not your fault. Please report it with these lines:\n${text}`,
  );
}

function waitDetail({ noun }: ResourceDefinition, deed: string, { reason, message, last }: WaitError): string {
  if (reason === "failed") return message;
  const status = typeof last?.["status"] === "string" ? last["status"] : "unknown";
  // Terraform marks what it could not finish creating as tainted.
  const next =
    deed === "created"
      ? "Apply again to make it anew, or keep it with terraform untaint ADDRESS once it is ready; to wait longer,"
      : "Apply again to go on waiting; to wait longer at once,";
  return `The ${noun} was still "${status}" when its time was over. The server may be busy, or its worker may not be running. ${next} raise the limit in the timeouts block.`;
}

function scopeHint(definition: ResourceDefinition, method: string, missing: readonly string[]): string {
  const own = [definition.scopes[method === "GET" ? "read" : "write"]].flat();
  const scope = missing.find((name) => own.includes(name)) ?? missing[0] ?? own[0];
  return `The API key has no scope ${scope}. Add it to the key in the console (Overview, Integrations, API keys), or use a key that has it.`;
}

/** The attribute that the server's text names ("Invalid `databaseId` param: …"), or that its error is about by its type. */
function blamedAttribute(definition: ResourceDefinition, type: string, message: string): Path | undefined {
  const param = /(?:Invalid `|Param ")(\w+)(?:` param|" is not optional)/.exec(message)?.[1];
  const named = Object.entries(definition.attributes).find(([name, attribute]) => wireName(name, attribute) === param);
  const name = named?.[0] ?? definition.blames?.[type];
  return name === undefined ? undefined : [{ kind: "attribute", name }];
}
