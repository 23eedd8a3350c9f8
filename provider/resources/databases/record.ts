import {
  ApiError,
  type Backend,
  type Change,
  type DataLoss,
  type Diagnostic,
  error,
  type Foreseen,
  type Hooks,
  id,
  isList,
  isRecord,
  type Json,
  type JsonObject,
  parent,
  type ResourceDefinition,
  type Row,
  recordPermissions,
  type Session,
  standard,
  t,
  type Value,
} from "../../schema/index.ts";
import { parseJson, writeJson } from "../../schema/json.ts";
import { inKeyOrder, isInstant, sameJson } from "../../schema/json-value.ts";
import { copyRecords } from "./copy-records.ts";
import { type Dialect, tablePath } from "./dialect.ts";

/** What a record's resource must know of where it lives: a dialect of tables, or a database of documents. */
export interface RecordDialect
  extends Pick<Dialect, "tableId" | "tableNoun" | "columnNoun" | "recordNoun" | "tables" | "columns" | "records"> {
  readonly root: `/${string}`;
  readonly tableType: string;
  readonly databaseType: string;
  /** Values are kept as they are written: no relationships, no datetimes. `single`: numbers in single precision. */
  readonly asWritten?: "exact" | "single";
  /** Further faults of a configuration. */
  validate?(config: Row): readonly Diagnostic[];
  /** Checks against the server at plan time. */
  check?: Hooks["check"];
}

/** The resource of one row (document), in the words of a dialect: seed data. */
export function recordResource(dialect: RecordDialect, type: string): ResourceDefinition {
  const { recordNoun, tableNoun, columnNoun } = dialect;
  const path = `${dialect.root}/{database_id}/${dialect.tables}/{${dialect.tableId}}/${dialect.records}` as const;
  return {
    type,
    noun: recordNoun,
    summary: `A ${recordNoun} of a ${tableNoun}: seed data that belongs to the configuration.`,
    notes: `Only the keys that \`data\` names are managed; other ${columnNoun}s of the ${recordNoun} are left alone. A key that is removed from \`data\` is set to null.`,
    scopes: { read: [`${recordNoun}s.read`, "documents.read"], write: [`${recordNoun}s.write`, "documents.write"] },
    attributes: {
      id: id(`${recordNoun}Id`, recordNoun),
      database_id: parent(dialect.databaseType, "database"),
      [dialect.tableId]: parent(dialect.tableType, tableNoun),
      data: t.record.required(`The values, as a JSON object by ${columnNoun} key: \`jsonencode({ title = "Dune" })\`.`),
      permissions: recordPermissions(recordNoun, dialect.asWritten ? t.permissionSet : t.permissions),
      ...standard,
    },
    api: {
      create: `POST ${path}`,
      read: `GET ${path}/{id}`,
      update: `PATCH ${path}/{id}`,
      delete: `DELETE ${path}/{id}`,
      list: { path, items: dialect.records, key: "$id", unbounded: true },
    },
    hooks: recordHooks(dialect),
    blames: { [`${recordNoun}_invalid_structure`]: "data", relationship_value_invalid: "data" },
    importId: ["database_id", dialect.tableId, "id"],
    lookup: { by: [], plural: `${type}s` },
    cloning: { data: "rows", copy: (copying) => copyRecords(dialect, copying) },
  };
}

function recordHooks(dialect: RecordDialect): Hooks {
  return {
    validate: (config) => [...dataFaults(dialect, config["data"]), ...(dialect.validate?.(config) ?? [])],
    check: async (backend, change) => [
      ...emptyFaults(dialect, change),
      ...((await dialect.check?.(backend, change)) ?? []),
    ],
    atRisk: (_, change) => Promise.resolve(valuesAtRisk(dialect, change)),
    read: (session, state) => readRecord(session, dialect, state),
    foresee: (config, prior, backend) => foreseeRecord(dialect, config, prior, backend),
    update: (session, prior, planned) => updateRecord(session, dialect, prior, planned),
    fromWire: (answer, previous) => ({ ...answer, data: writeJson(describeData(dialect, answer, previous)) }),
  };
}

/**
 * The record from the list. An import, which has no data to go by, takes up what a configuration would say: relationships by the ids of
 * the related records, without the far sides. The record that names this one has them in its own data, and clearing them here, where
 * nobody wrote them, would take them from there. What the server fills in where nothing is set, a column's default or an empty list, is left out.
 */
async function readRecord({ backend }: Session, dialect: RecordDialect, state: Row): Promise<JsonObject | null> {
  const { records } = dialect;
  const table = tablePath(dialect, state);
  const id = String(state["id"]);
  const found = await findRecord(backend, dialect, state);
  if (found === null) return null;
  // An import alone knows nothing of the data, not even that it is null.
  if (Object.hasOwn(state, "data")) return { ...found, ...(await lostKeys(backend, dialect, table, state, found)) };
  // Databases of documents have no relationships, and fill in nothing.
  if (dialect.asWritten) return found;
  const columns = (await columnsOf(backend, dialect, table)) ?? [];
  const own = columns.filter(({ type, side }) => type === "relationship" && side !== "child");
  const keys = own.map(({ key }) => String(key));
  const whole = keys.length === 0 ? found : await withRelated(backend, `${table}/${records}/${id}`, keys);
  const isLeftOut = (name: string, value: Json): boolean => {
    const column = columns.find(({ key }) => key === name);
    return column?.["side"] === "child" || isFilledIn(column, value as Value);
  };
  return Object.fromEntries(
    Object.entries(whole)
      .filter(([name, value]) => name.startsWith("$") || !isLeftOut(name, value))
      .map(([name, value]) => [name, keys.includes(name) ? idsIn(value) : value]),
  );
}

function findRecord(backend: Backend, dialect: RecordDialect, row: Row): Promise<JsonObject | null> {
  const path = `${tablePath(dialect, row)}/${dialect.records}` as const;
  return backend.find({ path, items: dialect.records, key: "$id", unbounded: true }, String(row["id"]));
}

/**
 * Keys that state lacks and the record has as they are written are no change: an import leaves out what is a column's default, which a
 * configuration may name all the same.
 */
async function foreseeRecord(
  dialect: RecordDialect,
  config: Row,
  prior: Row | null,
  backend: Backend | null,
): Promise<Foreseen> {
  const nothing = { known: {}, diagnostics: [] };
  if (dialect.asWritten || prior === null || backend === null || typeof config["data"] !== "string") return nothing;
  const [before, after] = [dataOf(prior), dataOf(config)];
  const added = Object.entries(after).filter(([key, value]) => value !== null && !Object.hasOwn(before, key));
  if (added.length === 0 || Object.keys(before).some((key) => !Object.hasOwn(after, key))) return nothing;
  const isChanged = Object.entries(before).some(
    ([key, value]) => !sameJson(told(after[key] ?? null, value as Json), after[key] ?? null),
  );
  if (isChanged) return nothing;
  const found = await findRecord(backend, dialect, prior).catch(() => null);
  const isThere = ([key, value]: [string, Value]): boolean =>
    found !== null && Object.hasOwn(found, key) && sameJson(told(value, found[key] ?? null), value);
  return added.every(isThere) ? { ...nothing, there: ["data"] } : nothing;
}

/**
 * The keys whose values are gone, as null: the column was deleted, or the document rewritten without them. What a list does not tell is not
 * gone for that: it leaves out relationships.
 */
async function lostKeys(
  backend: Backend,
  dialect: RecordDialect,
  table: string,
  state: Row,
  found: JsonObject,
): Promise<JsonObject> {
  const untold = Object.keys(dataOf(state)).filter((key) => !Object.hasOwn(found, key));
  const columns = untold.length === 0 || dialect.asWritten ? [] : await columnsOf(backend, dialect, table);
  if (columns === null) return {};
  const isThere = (name: string): boolean => columns.some(({ key }) => key === name);
  return Object.fromEntries(untold.filter((name) => !isThere(name)).map((name) => [name, null]));
}

/** Is a value what the server fills in where none is set? */
function isFilledIn(column: JsonObject | undefined, value: Value): boolean {
  if (isList(value) && value.length === 0) return true;
  const fallback = (column?.["default"] ?? null) as Value;
  if (fallback === null) return false;
  const isInstants =
    typeof value === "string" && typeof fallback === "string" && isInstant(value) && isInstant(fallback);
  return isInstants ? Date.parse(value) === Date.parse(fallback) : sameJson(value, fallback);
}

/** The columns of a table; null for a key that may not read them. */
async function columnsOf(
  backend: Backend,
  { columns }: RecordDialect,
  table: string,
): Promise<readonly JsonObject[] | null> {
  try {
    return await backend.list({ path: `${table}/${columns}`, items: columns, key: "key" });
  } catch (cause) {
    if (cause instanceof ApiError && cause.details.status === 401) return null;
    throw cause;
  }
}

/** A record with its related records, which are told only where they are asked for. */
async function withRelated(backend: Backend, path: string, keys: readonly string[]): Promise<JsonObject> {
  const related = keys.filter((key) => !key.includes(".")).map((key) => `${key}.*`);
  const select = JSON.stringify({ method: "select", values: ["*", ...related] });
  return (await backend.call({ method: "GET", path, queries: [select], tells: "$id" })) as JsonObject;
}

function idsIn(value: Json): Json {
  if (isList(value as Value)) return (value as readonly Json[]).map(idsIn);
  return isRecord(value as Value) ? ((value as JsonObject)["$id"] ?? null) : value;
}

async function updateRecord(session: Session, dialect: RecordDialect, prior: Row, planned: Row): Promise<JsonObject> {
  const path = `${tablePath(dialect, prior)}/${dialect.records}/${String(prior["id"])}`;
  const [before, after] = [dataOf(prior), dataOf(planned)];
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  // A key may be gone together with its column, which the server then does not know, not even as null.
  const there =
    gone.length === 0 ? {} : ((await session.backend.call({ method: "GET", path, tells: "$id" })) as JsonObject);
  const cleared = gone.filter((key) => Object.hasOwn(there, key)).map((key) => [key, null] as const);
  const patch = async (body: JsonObject) => (await session.backend.call({ method: "PATCH", path, body })) as JsonObject;
  const answer = await patch({
    data: { ...changedData(before, after), ...Object.fromEntries(cleared) },
    ...(isList(planned["permissions"]) ? { permissions: planned["permissions"] as readonly string[] } : {}),
  });
  // A value goes with its column, which the same apply may have made anew.
  const lost = Object.entries(after).filter(([key, value]) => value !== null && answer[key] === null);
  return lost.length === 0 ? answer : patch({ data: Object.fromEntries(lost) as JsonObject });
}

/**
 * The values of keys that `data` no longer names. The user may never have named them: an imported record has all its keys in
 * state.
 */
function valuesAtRisk({ recordNoun }: RecordDialect, { action, prior, planned }: Change): readonly DataLoss[] {
  if (action !== "update" || !prior || typeof planned?.["data"] !== "string") return [];
  const after = dataOf(planned);
  const lost = Object.entries(dataOf(prior)).filter(([key, value]) => value !== null && !Object.hasOwn(after, key));
  const keys = lost.map(([key]) => JSON.stringify(key)).join(", ");
  const [they, them] = lost.length === 1 ? ["it", "it"] : ["they", "them"];
  return [
    {
      what: `values of the ${recordNoun}: ${keys}`,
      count: lost.length,
      remedy: `data does not name ${them} any more, so ${they} would be set to null. To keep ${them}, name ${them} in data.`,
      attribute: "data",
    },
  ];
}

/** Keys with a dollar sign that the server takes in data, of a record or of a key that may set times. */
const FRAME = ["$id", "$permissions", "$createdAt", "$updatedAt"];

function dataFaults({ recordNoun, columnNoun }: RecordDialect, data: Value | undefined): readonly Diagnostic[] {
  if (typeof data !== "string") return [];
  const wrong = (text: string) => error("Invalid value", `data${text}`, "data");
  try {
    const parsed = parseJson(data);
    if (!isRecord(parsed)) return [wrong(' must be a JSON object, such as jsonencode({ title = "Dune" }).')];
    const own = Object.keys(parsed).filter((key) => key.startsWith("$") && !FRAME.includes(key));
    return own.map((key) =>
      wrong(
        `: ${JSON.stringify(key)} is no ${columnNoun}: names with a $ are the server's. Leave it out of the ${recordNoun}.`,
      ),
    );
  } catch {
    return [];
  }
}

/** A table takes no new record without data (`row_missing_data`); one that is there may be managed without any. */
function emptyFaults(
  { recordNoun, columnNoun, asWritten }: RecordDialect,
  { action, config }: Change,
): readonly Diagnostic[] {
  const data = config?.["data"];
  if (asWritten || action !== "create" || typeof data !== "string" || Object.keys(dataOf({ data })).length > 0)
    return [];
  const text = `Appwrite makes no ${recordNoun} without data. Name at least one ${columnNoun}; its value may be null.`;
  return [error("Invalid value", text, "data")];
}

/** The keys whose value changes, and those that are new. */
function changedData(prior: { readonly [key: string]: Value }, planned: { readonly [key: string]: Value }): JsonObject {
  const changed = Object.entries(planned).filter(
    ([key, value]) => !Object.hasOwn(prior, key) || !sameJson(prior[key] ?? null, value),
  );
  return Object.fromEntries(changed) as JsonObject;
}

/**
 * The data of an answer: the keys that `previous` names, in its wording where the server only spells a value otherwise. On import all keys,
 * in the order that `jsonencode` gives them, so that the text is the one that a configuration would say.
 */
function describeData(dialect: RecordDialect, answer: JsonObject, previous: Row | null): Value {
  const tell = dialect.asWritten
    ? (written: Value, fresh: Json) => toldAsWritten(written, fresh as Value, dialect.asWritten === "single")
    : told;
  const before = previous && typeof previous["data"] === "string" ? dataOf(previous) : null;
  if (before === null) {
    const given = Object.entries(answer).filter(([key, value]) => !key.startsWith("$") && value !== null);
    return inKeyOrder(Object.fromEntries(given) as Value);
  }
  return Object.fromEntries(
    Object.entries(before).map(([key, value]) => [
      key,
      Object.hasOwn(answer, key) ? tell(value, answer[key] ?? null) : value,
    ]),
  );
}

/** A value as the server tells it, or as it was written where both mean the same. */
function told(written: Value, answer: Json): Value {
  const fresh = answer as Value;
  if (sameJson(written, fresh)) return written;
  // Of a list, none and an empty one are the same: the server always tells the latter.
  if (written === null && isList(fresh) && fresh.length === 0) return written;
  if (typeof written === "string" && typeof fresh === "string" && isInstant(written) && isInstant(fresh)) {
    return Date.parse(written) === Date.parse(fresh) ? written : fresh;
  }
  // A bigint takes a whole number as text, and tells it as a number.
  if (typeof written === "string" && (typeof fresh === "bigint" || Number.isSafeInteger(fresh)))
    return /^-?\d+$/.test(written) && BigInt(written) === BigInt(fresh as number | bigint) ? written : fresh;
  // Related records come back as objects where their ids were written, and the reverse.
  if (typeof written === "string" && isRecord(fresh))
    return fresh["$id"] === written ? written : (fresh["$id"] ?? fresh);
  if (isRecord(written) && (typeof fresh === "string" || isRecord(fresh))) return written;
  if (isList(written) && isList(fresh) && written.length === fresh.length) {
    return written.map((element, index) => told(element, (fresh[index] ?? null) as Json));
  }
  return fresh;
}

/** A value of a database that keeps what it is given, but for empty objects (they come back as lists) and precision. */
function toldAsWritten(written: Value, fresh: Value, isSingle: boolean): Value {
  if (sameJson(written, fresh)) return written;
  if (
    isSingle &&
    typeof written === "number" &&
    typeof fresh === "number" &&
    Math.fround(written) === Math.fround(fresh)
  )
    return written;
  if (isRecord(written) && isList(fresh) && Object.keys(written).length + fresh.length === 0) return written;
  if (isList(written) && isList(fresh) && written.length === fresh.length) {
    return written.map((element, index) => toldAsWritten(element, fresh[index] ?? null, isSingle));
  }
  if (isRecord(written) && isRecord(fresh)) {
    return Object.fromEntries(
      Object.entries(fresh).map(([key, value]) => [
        key,
        Object.hasOwn(written, key) ? toldAsWritten(written[key] ?? null, value, isSingle) : value,
      ]),
    );
  }
  return fresh;
}

function dataOf(row: Row): { readonly [key: string]: Value } {
  const data = row["data"];
  const parsed = typeof data === "string" ? parseJson(data) : null;
  return isRecord(parsed) ? parsed : {};
}
