import { isList, isObject, type Json, type JsonObject, parseJson, writeJson } from "../../emulator/json.ts";

/** One place where an answer differs from the recorded one. */
export interface Difference {
  readonly path: string;
  readonly recorded: Json;
  readonly got: Json;
}

/** Ids that the recorded server made, with those that stand for them here. */
export type Identities = Map<string, string>;

/** The server's time at the exchange, recorded and here, in milliseconds. */
export interface Now {
  readonly recorded: number;
  readonly got: number;
}

/**
 * Compares two answers, names, values and order of lists. Values that a server makes up are compared by form: ids (which must stand
 * for each other throughout a recording, and are remembered in `identities`), times within an hour of the request's, secrets, hashes
 * and the numbers in an index's internal id.
 */
export function compareBodies(recorded: Json, got: Json, identities: Identities, now: Now): Difference[] {
  return compareAt("", recorded, got, identities, now);
}

function compareAt(path: string, recorded: Json, got: Json, identities: Identities, now: Now): Difference[] {
  const differs = [{ path: path === "" ? "body" : path, recorded, got }];
  if (isObject(recorded) && isObject(got)) {
    const names = new Set([...Object.keys(recorded), ...Object.keys(got)]);
    return [...names].flatMap((name) => {
      const at = path === "" ? name : `${path}.${name}`;
      if (!Object.hasOwn(got, name)) return [{ path: at, recorded: recorded[name] ?? null, got: "(absent)" }];
      if (!Object.hasOwn(recorded, name)) return [{ path: at, recorded: "(absent)", got: got[name] ?? null }];
      return compareAt(at, recorded[name] ?? null, got[name] ?? null, identities, now);
    });
  }
  if (isList(recorded) && isList(got)) {
    if (recorded.length !== got.length) return differs;
    return recorded.flatMap((item, index) => compareAt(`${path}[${index}]`, item, got[index] ?? null, identities, now));
  }
  // How many milliseconds a service of the server took.
  if (path.endsWith(".ping") && typeof recorded === "number" && typeof got === "number") return [];
  if (typeof recorded === "string" && typeof got === "string") {
    const [one, other] = [objectIn(recorded), objectIn(got)];
    if (one && other) return compareAt(path, one, other, identities, now);
    return sameText(recorded, got, identities, now) ? [] : differs;
  }
  return writeJson(recorded) === writeJson(got) ? [] : differs;
}

/** The object that a text is the JSON of: the errors of a migration are such texts. */
function objectIn(text: string): JsonObject | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const GENERATED = /[0-9a-f]{20}/g;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)$/;
/** As the database writes it: test phone numbers and ephemeral keys have such times. */
const PLAIN_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/;
const INTERNAL_INDEX = /^\d+_\d+_/;
const PASSWORD_HASH = /^(\$argon2id\$v=19\$m=65536,t=4,p=3\$)[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;

/** A placeholder of a built-in e-mail: such texts are Appwrite's own work, and the emulator has other words for them. */
const BUILT_IN_TEXT = /\{\{(project|user)\}\}/;

function sameText(recorded: string, got: string, identities: Identities, now: Now): boolean {
  if (recorded === got) return true;
  if (BUILT_IN_TEXT.test(recorded)) return BUILT_IN_TEXT.test(got);
  if (recorded.includes("<")) {
    const visible = recorded.slice(0, recorded.indexOf("<"));
    if (/<[a-z-]+>$/.test(recorded)) return got.startsWith(visible) && got.length > visible.length;
  }
  if (TIME.test(recorded)) return TIME.test(got) && sameForm(recorded, got) && sameDistance(recorded, got, now);
  if (PLAIN_TIME.test(recorded))
    return PLAIN_TIME.test(got) && sameDistance(`${recorded.replace(" ", "T")}Z`, `${got.replace(" ", "T")}Z`, now);
  if (PASSWORD_HASH.test(recorded)) return PASSWORD_HASH.test(got);
  if (INTERNAL_INDEX.test(recorded)) return recorded.replace(INTERNAL_INDEX, "") === got.replace(INTERNAL_INDEX, "");
  if (/^([0-9a-f]{64}|[0-9a-f]{128}|[0-9a-f]{256})$/.test(recorded))
    return /^[0-9a-f]+$/.test(got) && recorded.length === got.length;
  return sameIds(recorded, got, identities);
}

/** Generated ids, alone or inside a text. */
function sameIds(recorded: string, got: string, identities: Identities): boolean {
  const ids = recorded.match(GENERATED) ?? [];
  const candidates = got.match(GENERATED) ?? [];
  if (ids.length === 0 || ids.length !== candidates.length) return false;
  if (recorded.replace(GENERATED, "") !== got.replace(GENERATED, "")) return false;
  return ids.every((id, index) => {
    const known = identities.get(id);
    if (known === undefined) identities.set(id, candidates[index] ?? "");
    return known === undefined || known === candidates[index];
  });
}

function sameForm(one: string, other: string): boolean {
  return one.length === other.length && one.slice(-1) === other.slice(-1);
}

function sameDistance(recorded: string, got: string, now: Now): boolean {
  const difference = Date.parse(recorded) - now.recorded - (Date.parse(got) - now.got);
  return Math.abs(difference) < 3_600_000;
}
