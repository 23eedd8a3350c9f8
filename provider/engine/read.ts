import { isNotFound, type JsonObject } from "../schema/backend.ts";
import { warning } from "../schema/diagnostics.ts";
import type { ResourceDefinition } from "../schema/resource.ts";
import type { Row } from "../schema/value.ts";
import { fillListing, importIdOf, objectCall, ownKey } from "./address.ts";
import type { Operation } from "./operation.ts";
import { fromAnswer } from "./wire.ts";

/**
 * Reads one object. Null = it is gone, which the caller tells as a warning; a missing project or route is an error, not
 * "gone". Reads of one refresh share list requests. An import has no state to go by but what its id tells.
 */
export async function read(operation: Operation, state: Row, isImport = false): Promise<Row | null> {
  const { definition, session } = operation;
  const answer = await observe(operation, state);
  if (answer === null) return null;
  const { ready } = definition.api;
  if (ready?.failed.includes(String(answer[ready.property]))) {
    session.report(
      warning(
        `${definition.noun} ${String(answer[ready.property])}`,
        `Appwrite reports the ${definition.noun} ${importIdOf(definition, state)} as "${answer[ready.property]}": ${answer[ready.error] || "it gives no reason"}. Replace it with terraform apply -replace=ADDRESS.`,
      ),
    );
  }
  return fromAnswer(definition, answer, state, isImport);
}

/** What the server tells of an object; null = gone, also when its parent is. */
export async function observe({ definition, session }: Operation, state: Row): Promise<JsonObject | null> {
  const { api, hooks } = definition;
  try {
    if (hooks?.read) return await hooks.read(session, state);
    if (api.list && ownKey(definition) in state) {
      return await session.backend.find(fillListing(api.list, state), String(state[ownKey(definition)]));
    }
    if (api.read) return (await session.backend.call(objectCall(definition, api.read, state))) as JsonObject | null;
  } catch (cause) {
    if (isNotFound(cause)) return null;
    throw cause;
  }
  throw new Error(`${definition.type} says neither where it is read nor where it is listed.`);
}

/** The object straight from its own route, for the moment after a write. */
export async function readBack(operation: Operation, state: Row): Promise<JsonObject | null> {
  const { api, hooks } = operation.definition;
  if (hooks?.read || !api.read || api.readFrom === "list") return observe(operation, state);
  try {
    return (await operation.session.backend.call(objectCall(operation.definition, api.read, state))) as JsonObject;
  } catch (cause) {
    if (isNotFound(cause)) return null;
    throw cause;
  }
}

/** How an object is called in messages: "bucket photos". */
export function nameOf(definition: ResourceDefinition, row: Row): string {
  return `${definition.noun} ${importIdOf(definition, row)}`;
}
