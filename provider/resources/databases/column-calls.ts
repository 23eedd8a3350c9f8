import {
  ApiError,
  type Backend,
  type Call,
  error,
  isEcho,
  isNotFound,
  isUnknown,
  type Json,
  type JsonObject,
  type Listing,
  type Row,
  type Session,
  UNKNOWN,
  UserError,
  type Value,
  warning,
} from "../../schema/index.ts";
import {
  encodeDefault,
  LEAST_FLOAT,
  LEAST_INTEGER,
  MOST_FLOAT,
  MOST_INTEGER,
  SPATIAL_TYPES,
} from "./column-attributes.ts";
import type { Dialect } from "./dialect.ts";

/** Where the columns of a table are listed: the only place that tells their status truly (real-server F1). */
export function columnListing(dialect: Dialect, table: string): Listing {
  return { path: `${table}/${dialect.columns}`, items: dialect.columns, key: "key" };
}

/**
 * Asks the server to make a column; it is ready only later. Relationships are made one at a time in a database, and not at all
 * where the far side has a column of that key: the server would refuse it but leave a column behind whose deletion takes the
 * innocent one with it (F3). `begun` is called as soon as a relationship is there, which is waited for.
 */
export async function createColumn(
  session: Session,
  dialect: Dialect,
  table: string,
  column: Row,
  begun: () => void = () => {},
): Promise<JsonObject> {
  const call = () =>
    makeOnce(session.backend, columnListing(dialect, table), String(column["key"]), {
      method: "POST",
      path: `${table}/${dialect.columns}/${column["type"]}`,
      body: columnBody(dialect, column),
    });
  if (column["type"] !== "relationship") return call();
  const database = table.split("/").slice(0, 3).join("/");
  return session.backend.exclusive(`relationships ${database}`, async () => {
    await refuseMissingTable(session.backend, dialect, table, column);
    await refuseTakenKey(session.backend, dialect, table, column);
    const made = await call();
    begun();
    await waitForColumn(session, dialect, table, String(column["key"]));
    return made;
  });
}

/** Makes a column or an index. A conflict that is the echo of our own try, whose answer was lost, gives what is there. */
export async function makeOnce(backend: Backend, listing: Listing, key: string, call: Call): Promise<JsonObject> {
  try {
    return (await backend.call(call)) as JsonObject;
  } catch (cause) {
    if (!isEcho(cause)) throw cause;
    const query = JSON.stringify({ method: "equal", attribute: "key", values: [key] });
    const [found] = await backend.list(listing, [query]);
    if (!found) throw cause;
    return found;
  }
}

/**
 * Changes a column in place, and renames it when its key differs. One change at a time in a table: the server loses parts of
 * changes made at once (F5).
 */
export function updateColumn(
  session: Session,
  dialect: Dialect,
  table: string,
  prior: Row,
  planned: Row,
): Promise<void> {
  return session.backend.exclusive(`columns ${table}`, async () => {
    const renamed = prior["key"] !== planned["key"] ? { newKey: planned["key"] as string } : {};
    const key = String(prior["key"]);
    if (planned["type"] === "relationship") {
      await updateRelationship(session, dialect, table, prior, planned, renamed);
      return;
    }
    const path = `${table}/${dialect.columns}/${planned["type"]}/${key}`;
    const patch = (body: JsonObject) => session.backend.call({ method: "PATCH", path, body });
    const body = changeBody(planned);
    // A default is cleared for good only on the way through `required` (F6).
    const clearsDefault = (prior["default"] ?? null) !== null && (planned["default"] ?? null) === null;
    if (clearsDefault && planned["required"] !== true) {
      try {
        await patch({ ...body, required: true, default: null });
      } catch (cause) {
        if (!isRefusedForRows(dialect, planned, cause)) throw cause;
        session.report(warning("Default may live on", keptDefaultText(dialect, planned), "default"));
      }
    }
    await patch({ ...body, ...renamed });
  });
}

/** A geometry cannot be `required`, not even in passing, while there are rows without a value (F24). */
function isRefusedForRows(dialect: Dialect, { type }: Row, cause: unknown): boolean {
  return (
    cause instanceof ApiError &&
    cause.details.type === `${dialect.columnNoun}_invalid_resize` &&
    SPATIAL_TYPES.includes(String(type))
  );
}

function keptDefaultText(dialect: Dialect, { key }: Row): string {
  return `Appwrite takes the default of the ${dialect.columnNoun} ${String(key)} away for good only where every one of the ${dialect.records} has a value. Some have none, so that new ${dialect.records} may still get the former default. Give them a value, then set the default and remove it again.`;
}

/** Deletes a column; that it is gone already is as good. `gone` waits until the list no longer has it. */
export async function deleteColumn(session: Session, dialect: Dialect, table: string, key: string): Promise<void> {
  try {
    await session.backend.call({ method: "DELETE", path: `${table}/${dialect.columns}/${key}` });
    await session.wait(columnListing(dialect, table), key, (column) => {
      if (column === null) return "done";
      if (column["status"] !== "stuck" && column["status"] !== "failed") return "wait";
      const reason = column["error"] || "a unique index of several columns may use it: delete that index first";
      return { failed: `Appwrite could not delete the ${dialect.columnNoun} ${key}: ${reason}.` };
    });
  } catch (cause) {
    if (!isNotFound(cause)) throw cause;
  }
}

/** Waits until a column is available. Its failure is told in the server's words. */
export function waitForColumn(
  session: Session,
  dialect: Dialect,
  table: string,
  key: string,
): Promise<JsonObject | null> {
  return session.wait(columnListing(dialect, table), key, (column) => {
    switch (column?.["status"]) {
      case "available":
        return "done";
      case "failed":
      case "stuck":
        return { failed: failureText(dialect, key, column) };
      default:
        return "wait";
    }
  });
}

/** What is to be said of a column that the server could not make. */
export function failureText(dialect: Dialect, key: string, column: JsonObject): string {
  return `Appwrite reports the ${dialect.columnNoun} ${key} as "${column["status"]}": ${column["error"] || "it gives no reason"}. Once the cause is removed, apply again: it is made anew then.`;
}

/** The body of a column's create call. */
export function columnBody(dialect: Dialect, column: Row): JsonObject {
  if (column["type"] === "relationship") {
    return present({
      [dialect.relatedParameter]: column[dialect.relatedId] ?? null,
      type: column["relationship_type"] ?? null,
      twoWay: column["two_way"] ?? false,
      key: column["key"] ?? null,
      twoWayKey: farKey(column),
      // Always sent: without it the server would report another rule than the one in force (F7).
      onDelete: known(column["on_delete"]) ?? "restrict",
    });
  }
  return present({
    key: column["key"] ?? null,
    required: column["required"] ?? false,
    default: encodeDefault(column["type"] ?? null, column["default"] ?? null),
    array: column["array"] === true ? true : null,
    encrypt: column["encrypt"] === true ? true : null,
    size: column["size"] ?? null,
    min: column["min"] ?? column["float_min"] ?? null,
    max: column["max"] ?? column["float_max"] ?? null,
    elements: column["elements"] ?? null,
  });
}

/**
 * A column as its table's plan or the column's own plan leaves it, with what the server would choose settled, so that little of it
 * is unknown. What is written in `config` stays, unknown values included. `tableId` is what the far side of a relationship is
 * called by default.
 */
export function settleColumn(planned: Row, config: Row | null, tableId: Value): Row {
  const { type } = planned;
  const unset = (name: "two_way" | "two_way_key" | "on_delete"): boolean => (config?.[name] ?? null) === null;
  if (isUnknown(type)) return unset("two_way") ? { ...planned, two_way: UNKNOWN } : planned;
  const isRelationship = type === "relationship";
  const twoWay = isRelationship || !unset("two_way") ? planned["two_way"] : null;
  const farKey = isUnknown(twoWay) ? UNKNOWN : twoWay === true ? chosen(planned["two_way_key"], tableId) : null;
  return {
    ...planned,
    two_way: twoWay ?? null,
    ...(unset("on_delete") ? { on_delete: isRelationship ? chosen(planned["on_delete"], "restrict") : null } : {}),
    ...(unset("two_way_key") ? { two_way_key: isRelationship ? farKey : null } : {}),
  };
}

/** What was there before, or what the server will choose. */
function chosen(value: Value | undefined, fallback: Value): Value {
  return isUnknown(value) || value === null || value === undefined ? fallback : value;
}

function changeBody(column: Row): JsonObject {
  const { type, required } = column;
  return {
    required: required === true,
    default: encodeDefault(type ?? null, column["default"] ?? null),
    ...(type === "string" || type === "varchar" ? present({ size: column["size"] ?? null }) : {}),
    ...(type === "enum" ? { elements: column["elements"] as Json } : {}),
    // A bound is removed by sending the type's own.
    ...(type === "integer" || type === "bigint"
      ? { min: (column["min"] ?? LEAST_INTEGER) as Json, max: (column["max"] ?? MOST_INTEGER) as Json }
      : {}),
    ...(type === "float"
      ? { min: (column["float_min"] ?? LEAST_FLOAT) as Json, max: (column["float_max"] ?? MOST_FLOAT) as Json }
      : {}),
  };
}

async function updateRelationship(
  session: Session,
  dialect: Dialect,
  table: string,
  prior: Row,
  planned: Row,
  renamed: JsonObject,
): Promise<void> {
  const onDelete = (known(planned["on_delete"]) ?? "restrict") as Json;
  const path = (container: string, key: Value | undefined) => `${container}/${dialect.columns}/${key}/relationship`;
  const [before, after] = [prior["two_way_key"] ?? null, known(planned["two_way_key"])];
  if (planned["two_way"] === true && after !== null && before !== null && before !== after) {
    // The far side is renamed from its own table; the near side follows (F8).
    const far = farTable(dialect, table, planned);
    await session.backend.call({ method: "PATCH", path: path(far, before), body: { onDelete, newKey: after as Json } });
  }
  // The own key goes last: a run that is cut off in between is met again by the former key, and one that is cut off after it finds all done.
  await session.backend.call({ method: "PATCH", path: path(table, prior["key"]), body: { onDelete, ...renamed } });
}

/** Refuses a two-way relationship whose far key is taken, and one to a table that is not there. */
export async function refuseTakenKey(backend: Backend, dialect: Dialect, table: string, column: Row): Promise<void> {
  const key = farKey(column);
  if (column["two_way"] !== true || key === null) return;
  const far = farTable(dialect, table, column);
  const query = JSON.stringify({ method: "equal", attribute: "key", values: [key] });
  const taken = (await backend.list(columnListing(dialect, far), [query])).find(
    (one) => !isOurEcho(one, dialect, table, column),
  );
  if (!taken) return;
  throw new UserError(
    error(
      `${capitalised(dialect.columnNoun)} not created`,
      `The related ${dialect.tableNoun} ${column[dialect.relatedId]} already has a ${dialect.columnNoun} ${key}. Choose another two_way_key.`,
      "two_way_key",
    ),
  );
}

/** Refuses a relationship to a table that is not there by the time of the apply. */
async function refuseMissingTable(backend: Backend, dialect: Dialect, table: string, column: Row): Promise<void> {
  try {
    await backend.call({ method: "GET", path: farTable(dialect, table, column) });
  } catch (cause) {
    if (!isNotFound(cause)) throw cause;
    const text = `There is no ${dialect.tableNoun} ${column[dialect.relatedId]} in the database. If this configuration makes it, refer to it (appwrite_….NAME.id), so that Terraform makes it first; else correct the id.`;
    throw new UserError(error(`${capitalised(dialect.columnNoun)} not created`, text, dialect.relatedId));
  }
}

/** A noun with its first letter in upper case, for the beginning of a message. */
export function capitalised(noun: string): string {
  return `${noun.charAt(0).toUpperCase()}${noun.slice(1)}`;
}

/** The far side of this very relationship, from a run whose answer was lost. */
function isOurEcho(found: JsonObject, dialect: Dialect, table: string, column: Row): boolean {
  return (
    found["type"] === "relationship" &&
    found["side"] === "child" &&
    found[dialect.related] === table.split("/").at(-1) &&
    found["twoWayKey"] === column["key"]
  );
}

function farTable(dialect: Dialect, table: string, column: Row): string {
  return [...table.split("/").slice(0, -1), column[dialect.relatedId]].join("/");
}

/**
 * The far key to ask for. A one-way relationship reserves one as well (F29), so that two of them to one table would clash by the
 * server's default; ours has the near key in it.
 */
function farKey(column: Row): Json {
  const written = known(column["two_way_key"]);
  if (written !== null || column["two_way"] === true) return written as Json;
  return `${String(column["key"]).slice(0, 30)}_back`;
}

function known(value: Value | undefined): Value {
  return value === undefined || isUnknown(value) ? null : value;
}

function present(body: { readonly [name: string]: Value | Json }): JsonObject {
  return Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== null && !isUnknown(value as Value)),
  ) as JsonObject;
}
