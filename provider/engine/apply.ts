import type { Attribute } from "../schema/attribute.ts";
import {
  ApiError,
  ConnectionError,
  isConflict,
  isNotFound,
  type JsonObject,
  mayBeDone,
  StoppedError,
} from "../schema/backend.ts";
import {
  attributePath,
  type Diagnostic,
  error,
  type Path,
  printPath,
  UserError,
  warning,
} from "../schema/diagnostics.ts";
import { writeJson } from "../schema/json.ts";
import type { AttributeCalls, Completion, ResourceDefinition } from "../schema/resource.ts";
import { isRecord, isUnknown, type Row, type Value } from "../schema/value.ts";
import { fillCall, fillListing, fillPath, importIdOf, objectCall, ownKey, splitTemplate } from "./address.ts";
import { listObjects, parentsOf } from "./data-source.ts";
import { keepWording, sameValue } from "./equal.ts";
import type { Operation } from "./operation.ts";
import { nameOf, observe, readBack } from "./read.ts";
import { capital } from "./sentence.ts";
import { changedAttributes, fromAnswer, readName, toWire, wireName } from "./wire.ts";

/**
 * Creates what was planned and waits until it is ready. The id is chosen before the request, so that an object whose answer
 * was lost is found again and adopted. What was reached is told as it is reached.
 */
export async function create(operation: Operation, planned: Row, config: Row): Promise<Row> {
  const { definition, session } = operation;
  const { row, generated } = chooseId(operation, planned);
  if (!isClaimable(operation, row)) throw twiceError(definition, row);
  const made = await queued(operation, row, async () => {
    // Nothing is begun when Terraform asks to stop, so that nothing has to be looked for.
    if (session.backend.signal.aborted) throw new StoppedError();
    try {
      return fromAnswer(definition, await send(operation, row, config), row);
    } catch (cause) {
      return fromAnswer(definition, await adopt(operation, row, config, cause, generated), row);
    }
  });
  const claim = claimOf(definition, made);
  // Found out only now where the server chooses the key, and where two were made at once.
  if (definition.singleton === undefined && operation.claims.has(claim)) throw twiceError(definition, made);
  operation.claims.add(claim);
  session.reached(made);
  const completed = await complete(operation, made, row, config);
  return finish(operation, { prior: null, planned: row, config, reached: completed });
}

/** Changes an object in place, step by step where the server has a route for each attribute. */
export async function update(operation: Operation, prior: Row, planned: Row, config: Row): Promise<Row> {
  const { definition, session } = operation;
  session.reached(prior);
  const answer = await queued(operation, planned, () => change(operation, prior, planned, config));
  if (answer === null) {
    const unchanged = settleComputed(definition, planned, prior);
    session.reached(unchanged);
    return unchanged;
  }
  const updated = fromAnswer(definition, answer, planned);
  session.reached(updated);
  return finish(operation, { prior, planned, config, reached: updated });
}

/** Deletes an object; that it is gone already is as good. Waits where the server deletes later. */
export async function remove(operation: Operation, state: Row): Promise<void> {
  const { definition, session } = operation;
  const { api, hooks, singleton } = definition;
  await queued(operation, state, async () => {
    try {
      if (hooks?.delete) await hooks.delete(session, state);
      else if (api.delete) await session.backend.call(fillCall(api.delete, state));
      const isChanged = hooks?.delete !== undefined || api.delete !== undefined;
      const summary = `${capital(definition.noun)} ${isChanged ? "reset" : "left as it is"}`;
      if (singleton) session.report(warning(summary, singleton.onDestroy));
    } catch (cause) {
      if (isNotFound(cause)) return;
      throw cause;
    }
  });
  if (api.deletesLater && api.list) await gone(operation, state);
}

/** Waits until the list no longer has the object. */
async function gone({ definition, session }: Operation, state: Row): Promise<void> {
  const { api } = definition;
  if (!api.list) return;
  const { ready } = api;
  try {
    await session.wait(fillListing(api.list, state), String(state[ownKey(definition)]), (object) => {
      if (object === null) return "done";
      if (ready?.failed.includes(String(object[ready.property]))) {
        return {
          failed: `Appwrite could not delete it: ${object[ready.error] || `it is "${object[ready.property]}"`}.`,
        };
      }
      return "wait";
    });
  } catch (cause) {
    // The parent went in the meantime, and the object with it.
    if (!isNotFound(cause)) throw cause;
  }
}

async function send({ definition, session }: Operation, row: Row, config: Row): Promise<JsonObject> {
  const { api, hooks } = definition;
  if (hooks?.create) return (await hooks.create(session, row, config)) as JsonObject;
  if (!api.create) throw new Error(`${definition.type} says nowhere how it is created.`);
  return (await session.backend.call(
    objectCall(definition, api.create, row, toWire(definition, row, config, { phase: "create" })),
  )) as JsonObject;
}

/**
 * After a create that failed: is the object there all the same, and ours? A conflict after a lost answer is our own echo; one
 * on an id that we chose cannot be anybody else's; any other is adopted only when it is in all that is configured what we
 * were about to make, or had begun to make (a run that was killed before it saved its state), and said so. What is not finished is.
 * An object with an id of our own that is there, or may be, goes into state whatever failed: no later run would come upon it again.
 */
async function adopt(
  operation: Operation,
  row: Row,
  config: Row,
  cause: unknown,
  generated: boolean,
): Promise<JsonObject> {
  const { definition, session, progress } = operation;
  const lost = (cause instanceof ConnectionError || cause instanceof StoppedError) && cause.maybeSent;
  const echo = cause instanceof ApiError && cause.details.afterLostAnswer;
  const isTold = isConflict(cause) || lost || echo;
  // Once the object itself is made, the failure is that of a later step.
  if (progress.state !== undefined || (!isTold && !(generated && mayBeMade(definition, cause)))) throw cause;
  const found = await lookFor(operation, row, cause, generated);
  if (found === null) return adoptTwin(operation, row, config, cause);
  const actual = fromAnswer(definition, found, row);
  if (!isTold) {
    session.reached(actual);
    throw cause;
  }
  const differing = differences(definition, row, actual);
  const isOurs = generated || ((lost || echo) && isRecent(found));
  if (!isOurs && !isBegun(definition, row, actual, differing)) {
    throw conflictError(definition, actual, `it differs in ${differing.join(", ")}`, [ownKey(definition)]);
  }
  const hidden = isOurs ? [] : hiddenSecrets(definition, found, row, config);
  if (hidden.length > 0 && !isRecent(found)) throw hiddenError(definition, actual, hidden, [ownKey(definition)]);
  if (!isOurs) session.report(takenOver(definition, actual, differing.length === 0 ? "exactly" : "a part of"));
  const { hooks, api } = definition;
  if (differing.length === 0 && hidden.length === 0 && !isMadeInSteps(definition)) return found;
  if (!hooks?.update && api.update === undefined) throw cause;
  session.reached(actual);
  const known = without(actual, hidden);
  // Steps that show in no attribute, such as waiting for columns, are gone through as well.
  if (hooks?.update) return hooks.update(session, known, row, config);
  return (await change(operation, known, row, config)) ?? found;
}

/** The object of a create that failed with `cause`; null = it is not there. Throws `cause` where it cannot be seen. */
async function lookFor(operation: Operation, row: Row, cause: unknown, generated: boolean): Promise<JsonObject | null> {
  try {
    return await observe(operation, row);
  } catch {
    // Nobody else chose that id: with it in state, the next run reads the object, or that it was never made.
    if (generated) operation.session.reached(row);
    throw cause;
  }
}

/**
 * After a conflict with an object of another id, by what such objects are known by (the key of a variable): a run that was killed before it
 * saved its state has made it, when it is in all that the server tells what was to be made, and what is not told (a secret) is sent once
 * more. One that was made long ago may hold another secret, and is left alone.
 */
async function adoptTwin(operation: Operation, row: Row, config: Row, cause: unknown): Promise<JsonObject> {
  const { definition, session } = operation;
  const twin = isConflict(cause) ? await twinOf(operation, row) : null;
  if (twin === null) throw cause;
  const actual = fromAnswer(definition, twin, row);
  const known = definition.knownBy ?? [];
  const differing = differences(definition, row, actual).filter(
    (name) => !definition.attributes[name]?.options.generated || (config[name] ?? null) !== null,
  );
  if (differing.length > 0) throw conflictError(definition, actual, `it differs in ${differing.join(", ")}`, known);
  const hidden = hiddenSecrets(definition, twin, row, config);
  if (hidden.length > 0 && !isRecent(twin)) throw hiddenError(definition, actual, hidden, known);
  session.report(takenOver(definition, actual, "exactly"));
  session.reached(actual);
  if (hidden.length === 0) return twin;
  return (await change(operation, without(actual, hidden), { ...row, ...ownIdOf(definition, actual) }, config)) ?? twin;
}

/** The object that a new one would be the second of. */
async function twinOf({ definition, session }: Operation, row: Row): Promise<JsonObject | null> {
  const { knownBy } = definition;
  if (knownBy === undefined) return null;
  const all = await listObjects(definition, session.backend, row);
  const isTwin = (object: JsonObject): boolean => {
    const one = fromAnswer(definition, object, placeOf(definition, row));
    return knownBy.every((name) =>
      sameValue(definition.attributes[name] as Attribute, row[name] ?? null, one[name] ?? null),
    );
  };
  return all.find(isTwin) ?? null;
}

/** Secrets that are configured and that the server does not tell, so that nobody knows whether the object has them. */
function hiddenSecrets(definition: ResourceDefinition, object: JsonObject, row: Row, config: Row): readonly string[] {
  const told = fromAnswer(definition, object, placeOf(definition, row));
  return Object.entries(definition.attributes)
    .filter(
      ([name, { options }]) => options.sensitive && (config[name] ?? null) !== null && (told[name] ?? null) === null,
    )
    .map(([name]) => name);
}

/** A row as if these secrets, and the versions of those that are write-only, had never been sent. */
function without(row: Row, hidden: readonly string[]): Row {
  const names = hidden.flatMap((name) => [name, `${name}_version`]).filter((name) => Object.hasOwn(row, name));
  return { ...row, ...Object.fromEntries(names.map((name) => [name, null])) };
}

/** What tells where an object lives, without the object. */
function placeOf(definition: ResourceDefinition, row: Row): Row {
  return Object.fromEntries([...parentsOf(definition), "project_id"].map((name) => [name, row[name] ?? null]));
}

function ownIdOf(definition: ResourceDefinition, row: Row): Row {
  const key = ownKey(definition);
  return { [key]: row[key] ?? null };
}

function takenOver(definition: ResourceDefinition, row: Row, how: string): Diagnostic {
  return warning(
    `${capital(definition.noun)} was there already`,
    `The ${nameOf(definition, row)} exists with ${how} this configuration, as after a run that was interrupted, so it is managed from now on. If somebody else manages it, remove it from this configuration with a removed block.`,
  );
}

/**
 * Can an object have been made by this run? One that somebody made long ago is not the echo of our create, although it has the id that the
 * user chose. Clocks may differ by some minutes.
 */
function isRecent(object: JsonObject): boolean {
  const made = Date.parse(String(object["$createdAt"] ?? ""));
  return Number.isNaN(made) || Date.now() - made < 60 * 60_000;
}

/** May a create that failed have made the object before? One that is a single call has not, when that was refused. */
function mayBeMade({ hooks }: ResourceDefinition, cause: unknown): boolean {
  return hooks?.create !== undefined || mayBeDone(cause);
}

/** Does the create take several calls, so that a run may end between them? An object that tells when it is ready is made by one. */
function isMadeInSteps({ hooks, api }: ResourceDefinition): boolean {
  const hasSteps =
    hooks?.complete !== undefined ||
    (hooks?.create !== undefined && hooks.update !== undefined) ||
    typeof api.update === "object";
  return hasSteps && api.ready === undefined;
}

/** Is what differs only not made yet? */
function isBegun(definition: ResourceDefinition, planned: Row, actual: Row, differing: readonly string[]): boolean {
  if (differing.length === 0) return true;
  return (
    isMadeInSteps(definition) &&
    differing.every((name) =>
      isPart(definition.attributes[name] as Attribute, planned[name] ?? null, actual[name] ?? null),
    )
  );
}

/** Is a value a part of what it is to become: not set yet, or a map that lacks entries? */
function isPart({ type, default: fallback, options }: Attribute, wanted: Value, got: Value): boolean {
  if (got === null || (fallback !== undefined && sameValue({ type, options }, fallback, got))) return true;
  if (Array.isArray(got)) return got.length === 0;
  if (type.kind !== "map" || !isRecord(got) || !isRecord(wanted)) return false;
  const element = { type: type.element, options: {} };
  return Object.entries(got).every(
    ([key, value]) => Object.hasOwn(wanted, key) && sameValue(element, wanted[key] ?? null, value),
  );
}

async function change(operation: Operation, prior: Row, planned: Row, config: Row): Promise<JsonObject | null> {
  const { definition, session } = operation;
  const { api, hooks } = definition;
  const changed = changedAttributes(definition, prior, planned).filter((name) => isOnWire(definition, name));
  if (changed.length === 0) return null;
  if (hooks?.update) return hooks.update(session, prior, planned, config);
  if (api.update === undefined) {
    const text = `The ${nameOf(definition, prior)} cannot be changed in place in ${changed.join(", ")}. Plan again: it is replaced then.`;
    throw new UserError(error(`${capital(definition.noun)} not updated`, text, changed[0]));
  }
  if (typeof api.update === "string") {
    const phase = splitTemplate(api.update)[0] === "PATCH" ? "patch" : "update";
    const body = toWire(definition, planned, config, { phase, prior });
    return (await session.backend.call(objectCall(definition, api.update, prior, body))) as JsonObject;
  }
  return changeEach(operation, prior, planned, config, api.update);
}

/**
 * One call for each attribute. What one call undid of another (a new e-mail address is not verified) is sent once more; what the
 * server keeps otherwise even then is told as a difference.
 */
async function changeEach(
  operation: Operation,
  prior: Row,
  planned: Row,
  config: Row,
  calls: AttributeCalls,
): Promise<JsonObject | null> {
  await sendEach(operation, prior, planned, config, calls, changedAttributes(operation.definition, prior, planned));
  const answer = await readBack(operation, prior);
  if (answer === null) return null;
  const reached = fromAnswer(operation.definition, answer, planned);
  const undone = differing(operation.definition, planned, reached);
  const isSent = await sendEach(operation, reached, planned, config, calls, undone);
  return isSent ? readBack(operation, prior) : answer;
}

/**
 * What a new object is told to be other than planned is sent once more: what its create call does not carry, where each attribute
 * has a call of its own; what the server passed over (a messaging provider that it left disabled), which a PATCH does, or
 * explains.
 */
async function complete(operation: Operation, made: Row, planned: Row, config: Row): Promise<Row> {
  const { definition, session } = operation;
  const names = differing(definition, planned, made);
  const answer = names.length === 0 ? null : await sendAgain(operation, made, planned, config, names);
  if (answer === null) return made;
  const completed = fromAnswer(definition, answer, planned);
  session.reached(completed);
  return completed;
}

async function sendAgain(
  operation: Operation,
  made: Row,
  planned: Row,
  config: Row,
  names: readonly string[],
): Promise<JsonObject | null> {
  const { definition, session } = operation;
  const { update } = definition.api;
  if (typeof update === "object") {
    const isSent = await sendEach(operation, made, planned, config, update, names);
    return isSent ? readBack(operation, made) : null;
  }
  if (!update?.startsWith("PATCH ") || definition.hooks?.update || definition.api.ready) return null;
  const body = toWire(definition, planned, config, { phase: "patch", prior: made });
  if (Object.keys(body).length === 0) return null;
  return (await session.backend.call(objectCall(definition, update, made, body))) as JsonObject;
}

/** The calls of the named attributes. After each, state has what was reached, so that half an update is not lost. */
async function sendEach(
  { definition, session }: Operation,
  from: Row,
  planned: Row,
  config: Row,
  calls: AttributeCalls,
  names: readonly string[],
): Promise<boolean> {
  const body = toWire(definition, planned, config, { phase: "patch", prior: from });
  let reached = from;
  for (const [name, one] of Object.entries(calls)) {
    const attribute = definition.attributes[name];
    if (!attribute || !names.includes(name) || !isTold(attribute, planned[name] ?? null)) continue;
    const wire = wireName(name, attribute);
    if (!Object.hasOwn(body, wire)) continue;
    const { call, field } = typeof one === "object" ? one : { call: one, field: wire };
    await session.backend.call(fillCall(call, from, { [field]: body[wire] ?? null }));
    reached = { ...reached, [name]: planned[name] ?? null, ...versionOf(name, planned) };
    session.reached(reached);
  }
  return reached !== from;
}

/** Has an attribute something to say to the server? Unset, only when it says what clears it. */
function isTold({ options }: Attribute, value: Value): boolean {
  return value !== null || options.writeOnly === true || options.clear !== undefined;
}

/** Attributes that are told otherwise than planned, where the plan knows them. */
function differing(definition: ResourceDefinition, planned: Row, actual: Row): readonly string[] {
  return Object.entries(definition.attributes)
    .filter(([name, attribute]) => {
      const wanted = planned[name] ?? null;
      if (hasUnknown(wanted) || attribute.options.writeOnly || readName(name, attribute) === null) return false;
      return !sameValue(attribute, wanted, actual[name] ?? null);
    })
    .map(([name]) => name);
}

function versionOf(name: string, planned: Row): Row {
  const version = `${name}_version`;
  return Object.hasOwn(planned, version) ? { [version]: planned[version] ?? null } : {};
}

/** Waits until the object is ready, reads it back where the answer is not to be trusted, and compares it with the plan. */
async function finish(operation: Operation, step: Completion): Promise<Row> {
  const { definition, session } = operation;
  const { planned, config, reached } = step;
  const ready = await waitReady(operation, reached);
  const completed = (await definition.hooks?.complete?.(session, step)) ?? ready;
  const told = completed ?? (definition.api.readAfterWrite ? await readBack(operation, reached) : null);
  const final = told === null ? reached : fromAnswer(definition, told, planned);
  const state = conform(operation, planned, config, final);
  session.reached(state);
  return state;
}

async function waitReady({ definition, session }: Operation, reached: Row): Promise<JsonObject | null> {
  const { ready, list } = definition.api;
  if (!ready || !list) return null;
  return session.wait(fillListing(list, reached), String(reached[ownKey(definition)]), (object) => {
    if (object === null) return "wait";
    const status = String(object[ready.property]);
    if (ready.done.includes(status)) return "done";
    if (!ready.failed.includes(status)) return "wait";
    const reason = object[ready.error] ? `: ${object[ready.error]}` : "; it gives no reason";
    return {
      failed: `Appwrite reports the ${nameOf(definition, reached)} as "${status}"${reason}. Once the cause is removed, apply again: it is replaced then.`,
    };
  });
}

/**
 * The state that Terraform accepts: planned wording where the server means the same. Where the server kept something else
 * than what the user decided, that is an error at the attribute, and state tells the truth.
 */
function conform({ definition, session }: Operation, planned: Row, config: Row, actual: Row): Row {
  return Object.fromEntries(
    Object.entries(definition.attributes).map(([name, attribute]) => {
      const wanted = planned[name] ?? null;
      const got = actual[name] ?? null;
      if (isUnknown(wanted) || sameValue(attribute, wanted, got)) return [name, keepWording(attribute, wanted, got)];
      // An id of ours that an old server did not take (variables and platforms of 1.9.0) is not the object's.
      if (attribute.options.generated && (config[name] ?? null) === null) return [name, got];
      const isLeftAlone = ["computed", "serverDefault", "kept"].includes(attribute.presence);
      if (isLeftAlone && (config[name] ?? null) === null) return [name, wanted];
      // Part of it was unknown when it was planned; what came of it is core's to compare.
      if (hasUnknown(wanted)) return [name, got];
      session.report(
        differenceError(definition, planned, difference(attribute, wanted, got, attributePath(name)), attribute),
      );
      return [name, got];
    }),
  );
}

/** Where two values of an attribute first differ, as deep inside as can be told. */
function difference(attribute: Pick<Attribute, "type" | "options">, wanted: Value, got: Value, path: Path): Difference {
  const { type } = attribute;
  if (type.kind === "map" && isRecord(wanted) && isRecord(got)) {
    const element = { type: type.element, options: {} };
    const key = [...new Set([...Object.keys(wanted), ...Object.keys(got)])].find(
      (one) => !sameValue(element, wanted[one] ?? null, got[one] ?? null),
    );
    if (key !== undefined)
      return difference(element, wanted[key] ?? null, got[key] ?? null, [...path, { kind: "key", key }]);
  }
  if (type.kind === "object" && isRecord(wanted) && isRecord(got)) {
    const found = Object.entries(type.attributes).find(
      ([name, nested]) => !sameValue(nested, wanted[name] ?? null, got[name] ?? null),
    );
    if (found)
      return difference(found[1], wanted[found[0]] ?? null, got[found[0]] ?? null, [
        ...path,
        { kind: "attribute", name: found[0] },
      ]);
  }
  return { path, wanted, got };
}

interface Difference {
  readonly path: Path;
  readonly wanted: Value;
  readonly got: Value;
}

function differenceError(
  definition: ResourceDefinition,
  row: Row,
  { path, wanted, got }: Difference,
  { options }: Attribute,
): Diagnostic {
  const shown = options.sensitive ? "" : ` It is ${writeJson(got)} now, where ${writeJson(wanted)} was asked for.`;
  return error(
    `${capital(definition.noun)} differs from its configuration`,
    `Appwrite accepted the request but kept another value for ${printPath(path)} of the ${nameOf(definition, row)}.${shown} Write the value that Appwrite keeps, or leave the attribute out.`,
    path,
  );
}

/** Computed values that an update was thought to change, where it turned out that nothing was to be sent. */
function settleComputed(definition: ResourceDefinition, planned: Row, prior: Row): Row {
  return Object.fromEntries(
    Object.keys(definition.attributes).map((name) => {
      const value = planned[name] ?? null;
      return [name, isUnknown(value) ? (prior[name] ?? null) : value];
    }),
  );
}

function chooseId(
  { definition, session }: Operation,
  planned: Row,
): { readonly row: Row; readonly generated: boolean } {
  const missing = Object.entries(definition.attributes).filter(
    ([name, { options }]) => options.generated && (isUnknown(planned[name]) || (planned[name] ?? null) === null),
  );
  const ids = Object.fromEntries(missing.map(([name]) => [name, session.uniqueId()]));
  return { row: { ...planned, ...ids }, generated: missing.length > 0 };
}

function queued<T>({ definition, session }: Operation, row: Row, work: () => Promise<T>): Promise<T> {
  const { queue } = definition.api;
  return queue === undefined ? work() : session.backend.exclusive(fillPath(queue, row), work);
}

/** An object whose key the server chooses is not known before it is made, so nothing else can claim it. */
function isClaimable({ definition, claims }: Operation, row: Row): boolean {
  const isChosenLater = typeof row[ownKey(definition)] !== "string";
  return definition.singleton !== undefined || isChosenLater || !claims.has(claimOf(definition, row));
}

/** How an object is known in this process. */
export function claimOf(definition: ResourceDefinition, row: Row): string {
  // Ids that differ in letter case only are one object on MariaDB (real-server F9), which the server then says itself.
  return `${definition.type} ${String(row["project_id"] ?? "")} ${importIdOf(definition, row)}`;
}

/** Does the server know the attribute? Others, such as a local path, live in state alone. */
function isOnWire(definition: ResourceDefinition, name: string): boolean {
  const attribute = definition.attributes[name];
  if (!attribute || attribute.presence === "computed") return false;
  const { wire, read } = attribute.options;
  return wire !== false || typeof read === "string";
}

/** Configured attributes in which an object differs from the plan. */
function differences(definition: ResourceDefinition, planned: Row, actual: Row): readonly string[] {
  return Object.entries(definition.attributes)
    .filter(([name, attribute]) => {
      const wanted = planned[name] ?? null;
      if (isUnknown(wanted) || attribute.presence === "computed" || attribute.options.writeOnly) return false;
      if (wanted === null && attribute.presence !== "optional") return false;
      return !sameValue(attribute, wanted, actual[name] ?? null);
    })
    .map(([name]) => name);
}

function hiddenError(
  definition: ResourceDefinition,
  row: Row,
  [hidden = ""]: readonly string[],
  keys: readonly string[],
): UserError {
  const secret = definition.attributes[hidden]?.options.twinOf ?? hidden;
  return conflictError(definition, row, `the server does not tell its ${secret}`, keys);
}

/** `reason` says why the object that is there is not taken over; `keys`, what another one must have otherwise. */
function conflictError(definition: ResourceDefinition, row: Row, reason: string, keys: readonly string[]): UserError {
  const shown = keys.map((name) => `${name} ${writeJson(row[name] ?? null)}`).join(" and ");
  const which = keys.includes(ownKey(definition)) ? "" : ` with the ${shown}`;
  return new UserError(
    error(
      `${capital(definition.noun)} exists already`,
      `There is already a ${nameOf(definition, row)}${which}, and ${reason}, so it is left alone. To manage it, import it: terraform import ADDRESS ${importIdOf(definition, row)}. To make a new one, choose another ${keys.join(" and ")}.`,
      keys[0],
    ),
  );
}

function twiceError(definition: ResourceDefinition, row: Row): UserError {
  const key = ownKey(definition);
  return new UserError(
    error(
      `${capital(definition.noun)} declared twice`,
      `Another resource of this configuration already manages the ${nameOf(definition, row)}. Give this one another ${key}, or remove one of the two.`,
      key,
    ),
  );
}

function hasUnknown(value: Value): boolean {
  if (isUnknown(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value as Row).some(hasUnknown);
}
