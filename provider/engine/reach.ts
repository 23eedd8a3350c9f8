import { ApiError, type Backend, ConnectionError } from "../schema/backend.ts";
import type { Diagnostic } from "../schema/diagnostics.ts";
import type { CallTemplate, Change, ResourceDefinition } from "../schema/resource.ts";
import type { Row } from "../schema/value.ts";
import { fillCall, fillListing, ownKey } from "./address.ts";
import { describeFailure } from "./failure.ts";

/**
 * What a plan that creates an object can learn of the server before anything is written: that it is reached, with a key that is
 * right and may read the kind, and that it takes an id as long as the chosen one. An object that is changed or deleted was read
 * before, which tells the same. Asked once for each kind, so that a plan of many objects is not slower.
 */
export async function reachFaults(
  definition: ResourceDefinition,
  { action, planned }: Change,
  backend: Backend,
  isExpected: (refusal: unknown) => Promise<boolean>,
): Promise<readonly Diagnostic[]> {
  if (action !== "create" || planned === null || !isRegular(definition)) return [];
  const refused = (await probe(definition, planned, backend)) ?? (await tryLongId(definition, planned, backend));
  return refused === null || (await isExpected(refused)) ? [] : describeFailure(definition, "planned", refused);
}

/** Kinds that are reached by an API key: others, by a console user, say for themselves what is wrong. */
function isRegular({ attributes, api, byConsole, singleton }: ResourceDefinition): boolean {
  return !singleton && !byConsole && api.list !== undefined && attributes["project_id"] !== undefined;
}

const PROBED = new WeakMap<Backend, Map<string, Promise<unknown>>>();

async function probe(definition: ResourceDefinition, planned: Row, backend: Backend): Promise<unknown> {
  const { list } = definition.api;
  if (!list || !isFilled(list.path, planned)) return null;
  const { path, queries } = fillListing(list, planned);
  const known = PROBED.get(backend) ?? new Map<string, Promise<unknown>>();
  PROBED.set(backend, known);
  const asked = known.get(definition.type) ?? refusalOf(backend, path, queries !== false);
  known.set(definition.type, asked);
  const refusal = await asked;
  return isTelling(refusal) ? refusal : null;
}

async function refusalOf(backend: Backend, path: string, takesQueries: boolean): Promise<unknown> {
  try {
    const one = { queries: [JSON.stringify({ method: "limit", values: [1] })], query: { total: "0" } };
    await backend.call({ method: "GET", path, ...(takesQueries ? one : {}) });
    return null;
  } catch (cause) {
    return cause;
  }
}

const TELLING: ReadonlySet<string> = new Set([
  "user_unauthorized",
  "general_unauthorized_scope",
  "project_not_found",
  "project_id_missing",
  "project_key_expired",
  "html",
]);

/** Says whether a refusal concerns the connection or the key: a parent that is not there yet may be made by the same apply. */
function isTelling(refusal: unknown): boolean {
  if (refusal instanceof ConnectionError) return true;
  return refusal instanceof ApiError && (TELLING.has(refusal.details.type) || isBadId(refusal));
}

/** How long ids are everywhere; some databases take up to 255 characters (API chapter A3). */
const CERTAIN_LENGTH = 36;

/** Reads an object of a long id: the server says whether it takes such an id before it looks for the object. */
async function tryLongId(definition: ResourceDefinition, planned: Row, backend: Backend): Promise<unknown> {
  const { read, list } = definition.api;
  const chosen = planned[ownKey(definition)];
  if (typeof chosen !== "string" || chosen.length <= CERTAIN_LENGTH) return null;
  const template = read ?? (list ? (`GET ${list.path}/{${ownKey(definition)}}` as CallTemplate) : undefined);
  if (template === undefined || !isFilled(template, planned)) return null;
  try {
    await backend.call(fillCall(template, planned));
    return null;
  } catch (cause) {
    return cause instanceof ApiError && isBadId(cause) ? cause : null;
  }
}

function isBadId({ details }: ApiError): boolean {
  return details.type === "general_argument_invalid" && /UID must|Parameter must contain at most/.test(details.message);
}

function isFilled(template: string, row: Row): boolean {
  return [...template.matchAll(/\{(\w+)\}/g)].every(([, name = ""]) => {
    const value = row[name];
    return typeof value === "string" && value !== "";
  });
}
