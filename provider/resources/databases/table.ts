import {
  type Attributes,
  type Backend,
  type Change,
  containerPermissions,
  type DataLoss,
  type Diagnostic,
  deletionProtection,
  error,
  type Hooks,
  id,
  isRecord,
  isWhollyKnown,
  type Json,
  type JsonObject,
  type Path,
  type PlanAdjustment,
  parent,
  type ResourceDefinition,
  type Row,
  type Session,
  standard,
  t,
  type Value,
} from "../../schema/index.ts";
import { columnLoss } from "./column.ts";
import {
  describeColumn,
  inlineColumnAttributes,
  KEY_PATTERN,
  ownColumns,
  REPLACING,
  rewordDefault,
} from "./column-attributes.ts";
import { columnListing, settleColumn } from "./column-calls.ts";
import { columnFaults, typeFaults } from "./column-rules.ts";
import { type Dialect, tablePath } from "./dialect.ts";
import { describeIndex, indexAttributes, indexListing } from "./index-resource.ts";
import { indexCountFaults, indexFaults, indexFormFaults, isListFault, missingFaults } from "./index-rules.ts";
import { inlineColumns, inlineIndexes } from "./inline.ts";
import { countRecords, isDestroyed } from "./rows-at-risk.ts";
import { adoptionFaults, isSettled, itemsOf, readTable, syncStructure } from "./structure.ts";
import { tableFaults } from "./table-rules.ts";

/** The resource of a table (collection) with its inline columns and indexes, in the words of a dialect. */
export function tableResource(dialect: Dialect, type: string): ResourceDefinition {
  const { tableNoun, columnNoun, recordNoun, columns } = dialect;
  const security = dialect.tableNoun === "table" ? "row_security" : "document_security";
  const path = `${dialect.root}/{database_id}/${dialect.tables}` as const;
  const attributes: Attributes = {
    id: id(`${tableNoun}Id`, tableNoun),
    database_id: parent(dialect.databaseType, "database"),
    name: t.string.required("Name shown in the console.", { length: [1, 128] }),
    enabled: t.bool.default(true, `A disabled ${tableNoun} is out of reach for clients; API keys still reach it.`),
    [security]: t.bool.default(
      false,
      `Check the permissions of each ${recordNoun} as well as those of the ${tableNoun}.`,
    ),
    permissions: containerPermissions(tableNoun),
    [columns]: t
      .map({ kind: "object", attributes: inlineColumnAttributes(dialect) })
      .kept(
        `All ${columnNoun}s of the ${tableNoun}, by key. When set, any other ${columnNoun} on the server is drift and the next apply removes it. When not set, ${columnNoun}s are left alone, for resources of their own.`,
        { wire: false, read: columns },
      ),
    indexes: t
      .map({ kind: "object", attributes: indexAttributes(dialect) })
      .kept(
        `All indexes of the ${tableNoun}, by key. When not set, indexes are left alone, for resources of their own.`,
        {
          wire: false,
          read: "indexes",
        },
      ),
    deletion_protection: deletionProtection(tableNoun, `${recordNoun}s`),
    ...standard,
  };
  return {
    type,
    noun: tableNoun,
    summary: `A ${tableNoun} of a database, with its ${columnNoun}s and indexes inline or as resources of their own.`,
    notes: `A ${columnNoun} that moves to another key keeps its values when its definition says \`previous_key\`. Without that, the old ${columnNoun} is removed with its values and a new one made; the plan says how many are lost.`,
    scopes: dialect.scopes,
    attributes,
    api: {
      create: `POST ${path}`,
      read: `GET ${path}/{id}`,
      update: `PUT ${path}/{id}`,
      delete: `DELETE ${path}/{id}`,
      list: { path, items: dialect.tables, key: "$id" },
      readFrom: "list",
    },
    hooks: tableHooks(dialect, security),
    blames: { [`${tableNoun}_limit_exceeded`]: columns, [`${columnNoun}_limit_exceeded`]: columns },
    importId: ["database_id", "id"],
    timeouts: { create: 10, update: 10, delete: 5 },
    lookup: { by: ["name"], plural: `${type}s` },
    cloning: { config: dialect.tables },
    holds: `${recordNoun}s`,
  };
}

function tableHooks(dialect: Dialect, security: string): Hooks {
  return {
    validate: (config) => structureFaults(dialect, config),
    reword: (prior, config) => rewordColumns(dialect, prior, config),
    plan: (change) => planStructure(dialect, change),
    check: async (backend, change) => [
      ...(await checkTypes(backend, dialect, change)),
      ...(await checkAdoption(backend, dialect, change)),
      ...(await checkLists(backend, dialect, change)),
    ],
    atRisk: (backend, change) => recordsAtRisk(backend, dialect, change),
    create: (session, planned) => createTable(session, dialect, security, planned),
    update: (session, prior, planned) => updateTable(session, dialect, security, prior, planned),
    fromWire: (answer, previous) => describeTable(dialect, answer, previous),
  };
}

async function createTable(session: Session, dialect: Dialect, security: string, planned: Row): Promise<JsonObject> {
  const version = recordOf(planned[dialect.columns]) === null ? null : await session.backend.version();
  const columns = inlineColumns(recordOf(planned[dialect.columns]) ?? {}, version);
  const indexes = inlineIndexes(dialect, recordOf(planned["indexes"]) ?? {}, columns);
  await session.backend.call({
    method: "POST",
    path: `${dialect.root}/${planned["database_id"]}/${dialect.tables}`,
    body: {
      [`${dialect.tableNoun}Id`]: planned["id"] as string,
      ...settings(security, planned),
      ...(columns.length > 0 ? { [dialect.columns]: columns } : {}),
      ...(indexes.length > 0 ? { indexes } : {}),
    },
  });
  // Who is stopped while the table is made asks nothing more.
  if (session.backend.signal.aborted) session.reached(reachedRow(dialect, planned, {}));
  return finishStructure(session, dialect, null, planned);
}

async function updateTable(
  session: Session,
  dialect: Dialect,
  security: string,
  prior: Row,
  planned: Row,
): Promise<JsonObject> {
  const names = ["name", "enabled", security, "permissions"];
  if (names.some((name) => JSON.stringify(prior[name] ?? null) !== JSON.stringify(planned[name] ?? null))) {
    await session.backend.call({ method: "PUT", path: tablePath(dialect, planned), body: settings(security, planned) });
  }
  return finishStructure(session, dialect, prior, planned);
}

/** Brings columns and indexes to what is planned, and reads all of it back: the answers of the calls tell none of it (F17). */
async function finishStructure(
  session: Session,
  dialect: Dialect,
  prior: Row | null,
  planned: Row,
): Promise<JsonObject> {
  const path = tablePath(dialect, planned);
  const table = await readTable(session.backend, dialect, path);
  const state = async () => ({
    ...table,
    [dialect.columns]: await session.backend.list(columnListing(dialect, path)),
    indexes: await session.backend.list(indexListing(path)),
  });
  const columns = recordOf(planned[dialect.columns]);
  const indexes = recordOf(planned["indexes"]);
  if (isSettled(dialect, table, columns, indexes)) return table;
  try {
    await syncStructure(session, dialect, path, recordOf(prior?.[dialect.columns]), columns, indexes);
  } catch (cause) {
    // What was reached is in state, so that the next apply goes on from there; where nobody can be asked, the table at least.
    const reached = await state().then(
      (answer) => reachedRow(dialect, planned, answer),
      () => prior ?? reachedRow(dialect, planned, {}),
    );
    session.reached(reached);
    throw cause;
  }
  return state();
}

/** The planned table with the columns and indexes that are there by now. */
function reachedRow(dialect: Dialect, planned: Row, answer: JsonObject): Row {
  const there = (items: Json | undefined) =>
    new Set((Array.isArray(items) ? items : []).map((item) => String((item as JsonObject)["key"])));
  const keep = (value: Value | undefined, keys: ReadonlySet<string>): Value => {
    const record = recordOf(value);
    return record === null
      ? null
      : (Object.fromEntries(Object.entries(record).filter(([key]) => keys.has(key))) as Value);
  };
  return {
    ...planned,
    [dialect.columns]: keep(planned[dialect.columns], there(answer[dialect.columns])),
    indexes: keep(planned["indexes"], there(answer["indexes"])),
    created_at: (answer["$createdAt"] as string) ?? null,
    updated_at: (answer["$updatedAt"] as string) ?? null,
  };
}

function settings(security: string, planned: Row): JsonObject {
  const permissions = planned["permissions"];
  return {
    name: planned["name"] as string,
    enabled: planned["enabled"] === true,
    [security === "row_security" ? "rowSecurity" : "documentSecurity"]: planned[security] === true,
    ...(Array.isArray(permissions) ? { permissions: permissions as readonly string[] } : {}),
  };
}

/** A table's answer with its columns and indexes by key. Failed ones count as not there, so that the next apply makes them anew. */
function describeTable(dialect: Dialect, answer: JsonObject, previous: Row | null): JsonObject {
  const before = { columns: recordOf(previous?.[dialect.columns]), indexes: recordOf(previous?.["indexes"]) };
  const listed = (items: Json | undefined) =>
    (Array.isArray(items) ? (items as readonly JsonObject[]) : []).filter(isAlive);
  const columns = ownColumns(listed(answer[dialect.columns])).map((column) => {
    const key = String(column["key"]);
    const known = recordOf(before.columns?.[key]);
    return [
      key,
      { ...describeColumn(dialect, column, known), previousKey: (known?.["previous_key"] ?? null) as Json },
    ] as const;
  });
  const indexes = listed(answer["indexes"]).map((index) => {
    const key = String(index["key"]);
    return [key, describeIndex(index, recordOf(before.indexes?.[key]))] as const;
  });
  return { ...answer, [dialect.columns]: Object.fromEntries(columns), indexes: Object.fromEntries(indexes) };
}

function isAlive(item: JsonObject): boolean {
  return item["status"] !== "failed" && item["status"] !== "stuck" && item["status"] !== "deleting";
}

/** Each column of a configuration with its default in the words of state. */
function rewordColumns(dialect: Dialect, prior: Row, config: Row): Row {
  const before = recordOf(prior[dialect.columns]);
  const columns = recordOf(config[dialect.columns]);
  if (before === null || columns === null) return config;
  const worded = Object.entries(columns).map(([key, column]) => {
    const old = recordOf(before[key]);
    return [key, old !== null && isRecord(column) ? rewordDefault(old, column) : column] as const;
  });
  return { ...config, [dialect.columns]: Object.fromEntries(worded) };
}

function planStructure(dialect: Dialect, { planned, config }: Change): PlanAdjustment {
  const columns = recordOf(planned?.[dialect.columns]);
  const written = recordOf(config?.[dialect.columns]);
  if (!planned || columns === null) return {};
  const settled = Object.entries(columns).map(([key, column]) => [
    key,
    isRecord(column) ? settleColumn({ ...column, key }, recordOf(written?.[key]), planned["id"] ?? null) : column,
  ]);
  const withoutKeys = settled.map(([key, column]) => {
    if (!isRecord(column as Value)) return [key, column];
    const { key: _, ...rest } = column as { readonly [name: string]: Value };
    return [key, rest];
  });
  return { planned: { ...planned, [dialect.columns]: Object.fromEntries(withoutKeys) as Value } };
}

/** Columns that come to be, of a type that the server may not have. */
function checkTypes(backend: Backend, dialect: Dialect, { prior, planned }: Change): Promise<readonly Diagnostic[]> {
  const before = recordOf(prior?.[dialect.columns]);
  const columns = Object.entries(recordOf(planned?.[dialect.columns]) ?? {});
  const added = columns.flatMap(([key, column]) => {
    const type = recordOf(column)?.["type"];
    return type === undefined || recordOf(before?.[key])?.["type"] === type ? [] : [{ key, type }];
  });
  const path = (key: string): Path => [
    { kind: "attribute", name: dialect.columns },
    { kind: "key", key },
    { kind: "attribute", name: "type" },
  ];
  return typeFaults(
    backend,
    added.map(({ key, type }) => ({ type, path: path(key) })),
  );
}

/** A table whose columns were resources of their own, or nobody's, comes to name them itself: none may be lost unseen. */
async function checkAdoption(
  backend: Backend,
  dialect: Dialect,
  { action, prior, planned }: Change,
): Promise<readonly Diagnostic[]> {
  const columns = recordOf(planned?.[dialect.columns]);
  if (action !== "update" || !prior || columns === null || recordOf(prior[dialect.columns]) !== null) return [];
  const there = await readTable(backend, dialect, tablePath(dialect, prior));
  return adoptionFaults(dialect, columns, itemsOf(there[dialect.columns]));
}

/** Indexes over lists that are not there yet: only Appwrite 1.9.0 makes them, and only together with their table. */
async function checkLists(
  backend: Backend,
  dialect: Dialect,
  { action, prior, planned }: Change,
): Promise<readonly Diagnostic[]> {
  const isNew = action === "create" || action === "replace";
  const there = isNew ? null : recordOf(prior?.["indexes"]);
  const added = Object.fromEntries(
    Object.entries(recordOf(planned?.["indexes"]) ?? {}).filter(([key]) => there?.[key] === undefined),
  );
  const faults = inlineIndexFaults(dialect, recordOf(planned?.[dialect.columns]), added).filter(isListFault);
  return faults.length > 0 && isNew && (await backend.version()) === "1.9.0" ? [] : faults;
}

/** Rows of a table that is destroyed, and values of columns that are removed or made anew. */
async function recordsAtRisk(backend: Backend, dialect: Dialect, change: Change): Promise<readonly DataLoss[]> {
  const { prior, planned } = change;
  if (!prior) return [];
  const path = tablePath(dialect, prior);
  if (isDestroyed(change)) {
    const count = await countRecords(backend, path, dialect.records);
    const remedy = `To keep them, leave the ${dialect.tableNoun} in the configuration, take it out of Terraform with a removed block (destroy = false), or set deletion_protection = true.`;
    return [{ what: dialect.records, count, remedy }];
  }
  const before = recordOf(prior[dialect.columns]);
  const after = recordOf(planned?.[dialect.columns]);
  if (before === null || after === null) return [];
  const lost = Object.entries(before).filter(([key, column]) => isLost(dialect, key, column, after));
  const losses = await Promise.all(
    lost.map(([key, column]) => columnLoss(backend, dialect, path, { ...recordOf(column), key })),
  );
  return losses.map((loss) => ({
    ...loss,
    remedy: `To keep them when the ${dialect.columnNoun} only gets another key, write previous_key in its new definition; else copy the values to another ${dialect.columnNoun} first.`,
    attribute: dialect.columns,
  }));
}

function isLost(dialect: Dialect, key: string, column: Value, after: Row): boolean {
  const successor = recordOf(after[key]);
  if (successor === null) {
    return !Object.values(after).some((other) => recordOf(other)?.["previous_key"] === key);
  }
  const before = recordOf(column) ?? {};
  return [...REPLACING, dialect.relatedId].some(
    (name) => isWhollyKnown(successor[name] ?? null) && (before[name] ?? false) !== (successor[name] ?? false),
  );
}

/** Faults of inline columns and indexes, each at its own place. */
function structureFaults(dialect: Dialect, config: Row): readonly Diagnostic[] {
  const columns = recordOf(config[dialect.columns]);
  const indexes = recordOf(config["indexes"]);
  const at = (attribute: string, key: string): Path => [
    { kind: "attribute", name: attribute },
    { kind: "key", key },
  ];
  return [
    ...Object.entries(columns ?? {}).flatMap(([key, column]) =>
      isRecord(column)
        ? [...keyFaults(key, at(dialect.columns, key)), ...columnFaults(dialect, column, at(dialect.columns, key))]
        : [],
    ),
    ...twins(Object.keys(columns ?? {})).map((key) =>
      error(
        "Invalid value",
        `The keys of ${dialect.columns} must differ in more than letter case: ${key} is there twice.`,
        at(dialect.columns, key),
      ),
    ),
    ...tableFaults(dialect, config, columns),
    // What an index over a list means depends on whether it is there, which only the plan knows.
    ...inlineIndexFaults(dialect, columns, indexes).map((fault) =>
      isListFault(fault) ? { ...fault, severity: "warning" as const } : fault,
    ),
    ...indexCountFaults(indexes),
    ...twins(Object.keys(indexes ?? {})).map((key) =>
      error(
        "Invalid value",
        `The keys of indexes must differ in more than letter case: ${key} is there twice.`,
        at("indexes", key),
      ),
    ),
  ];
}

function inlineIndexFaults(dialect: Dialect, columns: Row | null, indexes: Row | null): readonly Diagnostic[] {
  return Object.entries(indexes ?? {}).flatMap(([key, index]) => {
    const path: Path = [
      { kind: "attribute", name: "indexes" },
      { kind: "key", key },
    ];
    if (!isRecord(index)) return [];
    return [
      ...keyFaults(key, path),
      ...indexFormFaults(dialect, index, path),
      ...missingFaults(dialect, columns, index, path),
      ...indexFaults(dialect, columns ?? {}, index, path),
    ];
  });
}

function keyFaults(key: string, path: Path): readonly Diagnostic[] {
  return key.length <= 255 && KEY_PATTERN.expression.test(key)
    ? []
    : [error("Invalid value", `The key ${JSON.stringify(key)} must be ${KEY_PATTERN.words}.`, path)];
}

function twins(keys: readonly string[]): readonly string[] {
  return keys.filter((key, index) => keys.findIndex((other) => other.toLowerCase() === key.toLowerCase()) < index);
}

function recordOf(value: Value | undefined): Row | null {
  return isRecord(value) ? value : null;
}
