import {
  type Attribute,
  type Completion,
  type Diagnostic,
  error,
  isConflict,
  isRecord,
  type Json,
  type JsonObject,
  type Path,
  type Row,
  type Session,
  secret,
  t,
  type Value,
  warning,
} from "../../schema/index.ts";
import type { Compute } from "./compute.ts";

/** Characters of a variable's name. */
export const KEY_LENGTH = [1, 255] as const;

/** Appwrite takes any name (real-server, functions), but shells and most runtimes only tell some. */
const PORTABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A warning where a variable may not reach the code under its name. */
export function nameWarnings(key: Value, path: Path): readonly Diagnostic[] {
  if (typeof key !== "string" || key === "" || PORTABLE.test(key)) return [];
  const text = `Appwrite keeps a variable called ${JSON.stringify(key)}, but shells and some runtimes do not tell it to the code: a name that all of them tell has letters, digits and underscores, and begins with a letter or underscore.`;
  return [warning("Name that not every runtime tells", text, path)];
}

/** The value of a variable: in state, or write-only. */
export const variableValue = secret("value", "Value of the variable.", {
  length: [0, 8192],
  secretIf: "secret",
  mayHoldIds: true,
});

/** Where neither form of a value is written. */
export function valueMissing(path: string | Path): Diagnostic {
  const text = 'Either value or value_wo must be set. Write value = "" for an empty one.';
  return error("Attribute missing", text, path);
}

/** All variables of a function or site in one map. Not set = they are left alone, for resources of their own. */
export function variablesMap(compute: Compute): Attribute {
  const { noun } = compute;
  return t
    .map(
      t.object({
        ...variableValue,
        secret: t.bool.default(
          true,
          "Hide the value in the console and the API. A secret value cannot be read back, so its drift is not seen.",
        ),
      }),
    )
    .kept(
      `All variables of the ${noun}, by name: others are removed. When not set, variables are left alone, for resources of their own. A change takes effect with the next deployment.`,
      // Carried as objects of their own, with their ids.
      { wire: false, read: "vars", length: [0, 100], clone: "skip" },
    );
}

/** Faults of the names in `variables`, each at its own place. */
export function variableFaults(config: Row): readonly Diagnostic[] {
  const variables = config["variables"] ?? null;
  if (!isRecord(variables)) return [];
  const [least, most] = KEY_LENGTH;
  const names = Object.keys(variables);
  return names.flatMap((key, index): readonly Diagnostic[] => {
    const path: Path = [
      { kind: "attribute", name: "variables" },
      { kind: "key", key },
    ];
    const twin = names.slice(0, index).find((name) => name.toLowerCase() === key.toLowerCase());
    if (twin !== undefined) {
      const text = `The names of variables must differ in more than letter case: ${twin} and ${key} are one to Appwrite.`;
      return [error("Invalid value", text, path)];
    }
    if (key.length < least || key.length > most) {
      const text = `The name ${JSON.stringify(key)} must have from ${least} to ${most} characters.`;
      return [error("Invalid value", text, path)];
    }
    const variable = variables[key] ?? null;
    const isEmpty = isRecord(variable) && (variable["value"] ?? variable["value_wo"] ?? null) === null;
    const missing = isEmpty ? [valueMissing([...path, { kind: "attribute", name: "value" }])] : [];
    return [...nameWarnings(key, path), ...missing];
  });
}

/**
 * The variables of an answer by name. The value of a secret one is what was written, for the server does not tell it; one that was written
 * write-only is not told either.
 */
export function describeVariables(answer: JsonObject, previous: Row | null): JsonObject {
  const known = previous?.["variables"];
  const vars = Array.isArray(answer["vars"]) ? (answer["vars"] as readonly JsonObject[]) : [];
  const byKey = vars.map((variable): [string, Json] => {
    const key = String(variable["key"]);
    const isSecret = variable["secret"] === true;
    const before = entry(known, key);
    const written = before === null ? "" : ((before["value"] ?? null) as Json);
    return [key, { value: isSecret || written === null ? written : (variable["value"] ?? ""), secret: isSecret }];
  });
  return { ...answer, vars: Object.fromEntries(byKey) };
}

/**
 * Brings the variables to what is configured: those of other names are removed, and one that is to be secret no longer is made
 * anew, because the server refuses to unset it. Gives the function or site as it is then.
 */
export async function syncVariables(
  { root }: Compute,
  session: Session,
  { prior, planned, config, reached }: Completion,
): Promise<JsonObject | null> {
  const wanted = planned["variables"] ?? null;
  if ((config["variables"] ?? null) === null || !isRecord(wanted)) return null;
  const path = `${root}/${String(reached["id"])}`;
  const listing = { path: `${path}/variables`, items: "variables", key: "$id" } as const;
  const there = await session.backend.list(listing);
  const goalOf = (key: string): Variable | null => variableOf(entry(wanted, key), entry(config["variables"], key));
  for (const variable of there) {
    const goal = goalOf(String(variable["key"]));
    if (goal && !(variable["secret"] === true && goal.secret === false)) continue;
    await session.backend.call({ method: "DELETE", path: `${path}/variables/${String(variable["$id"])}` });
  }
  for (const key of Object.keys(wanted)) {
    const goal = goalOf(key);
    if (!goal) continue;
    const { value, secret: isSecret } = goal;
    const found = there.find((variable) => variable["key"] === key);
    const isGone = found === undefined || (found["secret"] === true && !isSecret);
    const body = { key, value, secret: isSecret };
    if (isGone) {
      await createVariable(session, `${path}/variables`, { variableId: session.uniqueId(), ...body });
    } else if (isChanged(found, goal, variableOf(entry(prior?.["variables"], key), null))) {
      await session.backend.call({ method: "PUT", path: `${path}/variables/${String(found["$id"])}`, body });
    }
  }
  return (await session.backend.call({ method: "GET", path })) as JsonObject;
}

/** A conflict after an answer that was lost is the echo of our own create. */
async function createVariable(session: Session, path: string, body: JsonObject): Promise<void> {
  try {
    await session.backend.call({ method: "POST", path, body });
  } catch (cause) {
    if (!isConflict(cause) || !cause.details.afterLostAnswer) throw cause;
  }
}

interface Variable {
  /** Null where it was written write-only, and is not known any more. */
  readonly value: string | null;
  /** Of a write-only value. */
  readonly version: string | null;
  readonly secret: boolean;
}

function entry(variables: Value | undefined, key: string): Row | null {
  const variable = isRecord(variables) && Object.hasOwn(variables, key) ? variables[key] : null;
  return isRecord(variable) ? variable : null;
}

/** A variable of the plan or the state, with its write-only value from the configuration. */
function variableOf(variable: Row | null, config: Row | null): Variable | null {
  if (variable === null) return null;
  const value = variable["value"] ?? config?.["value_wo"] ?? null;
  const version = variable["value_wo_version"] ?? null;
  return {
    value: value === null ? null : String(value),
    version: version === null ? null : String(version),
    secret: variable["secret"] !== false,
  };
}

/**
 * A write-only value is sent when its version is not the one that was sent before, a secret one when it is not itself, any other when the
 * server has another.
 */
function isChanged(found: JsonObject, goal: Variable, before: Variable | null): boolean {
  if ((found["secret"] === true) !== goal.secret) return true;
  if (goal.version !== null) return before?.version !== goal.version;
  return goal.secret ? before?.value !== goal.value : found["value"] !== goal.value;
}
