import { ApiError, type Backend, isNotFound } from "../schema/backend.ts";
import { type Diagnostic, error, UserError, warning } from "../schema/diagnostics.ts";
import type { Change, DataLoss, Hooks, ResourceDefinition } from "../schema/resource.ts";
import { isOlder } from "../schema/server-version.ts";
import type { Row, Value } from "../schema/value.ts";
import { describeFailure } from "./failure.ts";
import { reachFaults } from "./reach.ts";
import { nameOf } from "./read.ts";
import { capital } from "./sentence.ts";

/** What configuring gives: how Appwrite is reached, and the choices that concern every resource. */
export interface Connection {
  /** Null while the configuration has values that are not known yet. */
  readonly backend: Backend | null;
  /** The environment stands in for what is not known yet: what the server then says of a new object is no error of the plan. */
  readonly isAssumed?: boolean;
  readonly projectId: Value;
  readonly dataLoss: "warn" | "refuse" | "allow";
}

/**
 * What a plan must say beside what it changes: that the server cannot be reached or refuses the key, that the object is protected,
 * that the server is too old, that rows would be lost. Asks the server, where there is one to ask.
 */
export async function foretell(
  definition: ResourceDefinition,
  change: Change,
  connection: Connection | null,
  backend: Backend | null,
  changed: readonly string[],
): Promise<readonly Diagnostic[]> {
  const { action, prior } = change;
  const destroys = action === "delete" || action === "replace";
  if (destroys && prior) refuseProtected(definition, prior);
  if (!backend || (connection?.isAssumed === true && action === "create")) return [];
  const isExpected = (cause: unknown) => isProjectToCome(cause, connection, backend);
  const unreached = await reachFaults(definition, change, backend, isExpected);
  if (unreached.length > 0) return unreached;
  try {
    return [
      ...(destroys && action === "delete" ? [] : await versionFaults(definition, change, backend, changed)),
      ...((await definition.hooks?.check?.(backend, change)) ?? []),
      ...(await dataLosses(definition, change, connection?.dataLoss ?? "warn", backend)),
    ];
  } catch (cause) {
    return (await isExpected(cause)) ? [] : describeFailure(definition, "planned", cause);
  }
}

/** A project that is not there, and not the provider's own, may be made by the same run, and is then open to the console user. */
async function isProjectToCome(cause: unknown, connection: Connection | null, backend: Backend): Promise<boolean> {
  const isMissing = cause instanceof ApiError && cause.details.type === "project_not_found";
  return isMissing && connection?.projectId !== backend.projectId && (await backend.console()) !== null;
}

async function versionFaults(
  definition: ResourceDefinition,
  change: Change,
  backend: Backend,
  changed: readonly string[],
): Promise<readonly Diagnostic[]> {
  const needs = Object.entries(definition.attributes).filter(
    ([name, { options }]) =>
      options.since !== undefined && changed.includes(name) && (change.config?.[name] ?? null) !== null,
  );
  if (definition.since === undefined && needs.length === 0) return [];
  const version = await backend.version();
  if (version === null) return [];
  const found: Diagnostic[] = [];
  const isTooOld = definition.since !== undefined && isOlder(version, definition.since);
  if (isTooOld && !(definition.byConsole && (await backend.console()) !== null)) {
    const otherwise = definition.byConsole
      ? "Upgrade the server, or give the provider console_email and console_password, whose user may do it on this version"
      : "Upgrade the server, or remove the resource";
    const text = `${definition.type} needs Appwrite ${definition.since} or later; this server is ${version}. ${otherwise}.`;
    found.push(error("Server too old", text));
  }
  for (const [name, { options }] of needs) {
    if (options.since === undefined || !isOlder(version, options.since)) continue;
    const text = `${name} needs Appwrite ${options.since} or later; this server is ${version}. Upgrade the server, or leave the attribute out.`;
    found.push(error("Server too old", text, name));
  }
  return found;
}

/** Rows, documents, files and values that the change would destroy, as the provider's `data_loss` wants them told. */
async function dataLosses(
  definition: ResourceDefinition,
  change: Change,
  dataLoss: Connection["dataLoss"],
  backend: Backend,
): Promise<readonly Diagnostic[]> {
  if (dataLoss === "allow" || !definition.hooks?.atRisk || change.action === "create") return [];
  const losses = await countLosses(definition.hooks, backend, change);
  if ("uncounted" in losses) return [uncounted(definition, change, losses.uncounted, dataLoss)];
  const tell = dataLoss === "refuse" ? error : warning;
  return losses
    .filter(({ count }) => count > 0)
    .map((loss) => tell(lossSummary(dataLoss), lossDetail(definition, change, loss, dataLoss), loss.attribute));
}

async function countLosses(
  hooks: Hooks,
  backend: Backend,
  change: Change,
): Promise<readonly DataLoss[] | { readonly uncounted: ApiError }> {
  try {
    return (await hooks.atRisk?.(backend, change)) ?? [];
  } catch (cause) {
    // The object may be half gone, or the key may lack the scope to count: no reason to stop a plan.
    if (cause instanceof ApiError) return { uncounted: cause };
    throw cause;
  }
}

/** What is gone has nothing to lose; anything else leaves open whether there is something. */
function uncounted(
  definition: ResourceDefinition,
  change: Change,
  cause: ApiError,
  dataLoss: Connection["dataLoss"],
): Diagnostic {
  const subject = change.prior ? nameOf(definition, change.prior) : definition.noun;
  const text = `What the ${subject} holds could not be counted (${cause.message}), so it is not known whether this change destroys data.`;
  const { missingScopes, hint } = cause.details;
  const remedy =
    missingScopes.length > 0 ? `Add the scope ${missingScopes[0]} to the API key to have it counted.` : hint;
  const isRefused = dataLoss === "refuse" && !isNotFound(cause);
  return (isRefused ? error : warning)("Data at risk not counted", [text, remedy].filter(Boolean).join(" "));
}

function lossSummary(dataLoss: Connection["dataLoss"]): string {
  return dataLoss === "refuse" ? "Change refused: data would be lost" : "Data will be lost";
}

function lossDetail(
  definition: ResourceDefinition,
  change: Change,
  loss: DataLoss,
  dataLoss: Connection["dataLoss"],
): string {
  const count = loss.count >= 5000 ? "at least 5000" : String(loss.count);
  const verb = change.action === "delete" ? "Destroying" : change.action === "replace" ? "Replacing" : "Changing";
  const subject = change.prior ? nameOf(definition, change.prior) : definition.noun;
  const refused = dataLoss === "refuse" ? ' To allow it, set data_loss = "warn" on the provider.' : "";
  const what = loss.count === 1 ? loss.what.replace(/^(\w+)s\b/, "$1") : loss.what;
  return `${verb} the ${subject} destroys ${count} ${what}. ${loss.remedy}${refused}`;
}

/** Refuses to destroy what `deletion_protection` protects. */
export function refuseProtected(definition: ResourceDefinition, prior: Row): void {
  if (prior["deletion_protection"] !== true) return;
  throw new UserError(
    error(
      `${capital(definition.noun)} is protected`,
      `The ${nameOf(definition, prior)} has deletion_protection = true, so it is not destroyed${definition.holds ? `, nor the ${definition.holds} in it` : ""}. To destroy it on purpose, set deletion_protection = false, apply, then destroy.`,
      "deletion_protection",
    ),
  );
}
