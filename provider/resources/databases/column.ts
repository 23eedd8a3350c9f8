import {
  type Attributes,
  type Backend,
  type Change,
  type DataLoss,
  type Diagnostic,
  error,
  type Hooks,
  isNotFound,
  isUnknown,
  type JsonObject,
  type PlanAdjustment,
  parent,
  type ResourceDefinition,
  type Row,
  type Session,
  standard,
  t,
  UserError,
  warning,
} from "../../schema/index.ts";
import {
  columnAttributes,
  describeColumn,
  KEY_PATTERN,
  ownColumns,
  rewordDefault,
  SPATIAL_TYPES,
} from "./column-attributes.ts";
import {
  columnListing,
  createColumn,
  deleteColumn,
  refuseTakenKey,
  settleColumn,
  updateColumn,
} from "./column-calls.ts";
import { columnFaults, typeFaults } from "./column-rules.ts";
import { releaseColumns, restoreIndexes } from "./covering-indexes.ts";
import { type Dialect, tablePath } from "./dialect.ts";
import { countRecords } from "./rows-at-risk.ts";
import { itemsOf, readTable } from "./structure.ts";

/** The resource of one column (attribute of a collection), in the words of a dialect. */
export function columnResource(dialect: Dialect, type: string): ResourceDefinition {
  const { columnNoun, tableNoun, recordNoun } = dialect;
  const attributes: Attributes = {
    database_id: parent(dialect.databaseType, "database"),
    [dialect.tableId]: parent(dialect.tableType, tableNoun),
    key: t.string.serverDefault(
      `Key of the ${columnNoun}. A change renames it in place and keeps its values. A random one when not set.`,
      { replace: true, generated: true, length: [1, 255], pattern: KEY_PATTERN },
    ),
    ...columnAttributes(dialect),
    ...standard,
  };
  return {
    type,
    noun: columnNoun,
    summary: `A ${columnNoun} of a ${tableNoun}: of any type, relationships included.`,
    notes: `Renaming the \`key\` and changing \`required\`, \`default\`, \`size\`, bounds, \`elements\` and \`on_delete\` keep all values. Changing \`type\`, \`array\` or \`encrypt\` makes the ${columnNoun} anew, and the indexes over it; the plan says how many ${recordNoun}s lose a value.`,
    scopes: {
      read: [...dialect.scopes.read, `${columnNoun}s.read`],
      write: [...dialect.scopes.write, `${columnNoun}s.write`],
    },
    attributes,
    api: {
      list: {
        path: `${dialect.root}/{database_id}/${dialect.tables}/{${dialect.tableId}}/${dialect.columns}`,
        items: dialect.columns,
        key: "key",
      },
      readFrom: "list",
      ready: { property: "status", done: ["available"], failed: ["failed", "stuck"], error: "error" },
    },
    hooks: columnHooks(dialect),
    blames: {
      [`${columnNoun}_limit_exceeded`]: "size",
      [`${columnNoun}_invalid_resize`]: "size",
      [`${columnNoun}_value_invalid`]: "default",
    },
    importId: ["database_id", dialect.tableId, "key"],
    timeouts: { create: 5, update: 5, delete: 5 },
    lookup: { by: [], plural: `${type}s` },
    cloning: { inlineIn: dialect.columns },
  };
}

/**
 * The column from the list, which alone tells its status truly (F1). The list does not say whether a varchar or a text is encrypted
 * (recorded): where state does not know it either, as on import, the column's own route is asked.
 */
async function readColumn({ backend }: Session, dialect: Dialect, state: Row): Promise<JsonObject | null> {
  const table = tablePath(dialect, state);
  const key = String(state["key"]);
  const found = await backend.find(columnListing(dialect, table), key);
  if (found === null || found["encrypt"] !== null || typeof state["encrypt"] === "boolean") return found;
  const path = `${table}/${dialect.columns}/${key}`;
  const { encrypt = null } = (await backend.call({ method: "GET", path, tells: "key" })) as JsonObject;
  return { ...found, encrypt };
}

function columnHooks(dialect: Dialect): Hooks {
  return {
    validate: (config) => [
      ...columnFaults(dialect, config, []),
      ...((config["key"] ?? null) === null && config["type"] !== "relationship"
        ? [
            warning(
              `${dialect.columnNoun} without a key`,
              `Without key the ${dialect.columnNoun} gets a random one. Set key to give it a name.`,
              "key",
            ),
          ]
        : []),
      ...narrowness(config),
    ],
    reword: rewordDefault,
    plan: (change) => planColumn(dialect, change),
    check: async (backend, change) => [
      ...(await newTypeFaults(backend, change)),
      ...(await checkColumn(backend, dialect, change)),
    ],
    atRisk: (backend, change) => valuesAtRisk(backend, dialect, change),
    read: (session, state) => readColumn(session, dialect, state),
    create: (session, planned) =>
      createColumn(session, dialect, tablePath(dialect, planned), planned, () => session.reached(planned)),
    update: async (session, prior, planned) => {
      const table = tablePath(dialect, planned);
      await updateColumn(session, dialect, table, prior, planned);
      // The answer of a PATCH is not to be trusted (F22).
      const found = await session.backend.find(columnListing(dialect, table), String(planned["key"]));
      return found ?? {};
    },
    delete: async (session, state) => {
      const [table, key] = [tablePath(dialect, state), String(state["key"])];
      await releaseColumns(session, dialect, table, [key]);
      await deleteColumn(session, dialect, table, key);
    },
    complete: async (session, { prior, planned }) => {
      if (prior === null) await restoreIndexes(session, dialect, tablePath(dialect, planned), [String(planned["key"])]);
      return null;
    },
    fromWire: (answer, previous): JsonObject => describeColumn(dialect, answer, previous),
    list: async (backend, parents) =>
      ownColumns(itemsOf((await readTable(backend, dialect, tablePath(dialect, parents)))[dialect.columns])),
  };
}

/** A rename is no replacement; and what the server would choose is known. */
function planColumn(dialect: Dialect, { action, prior, planned, config }: Change): PlanAdjustment {
  if (!planned) return {};
  const isUnkeyed = (config?.["key"] ?? null) === null;
  const key =
    isUnkeyed && isUnknown(planned["key"]) && planned["type"] === "relationship"
      ? (planned[dialect.relatedId] ?? planned["key"])
      : planned["key"];
  const settled = settleColumn({ ...planned, key: key ?? null }, config, planned[dialect.tableId] ?? null);
  const isRename = action === "replace" && typeof planned["key"] === "string" && planned["key"] !== prior?.["key"];
  return { planned: settled, ...(isRename ? { inPlace: ["key"] } : {}), ...widening(prior, planned) };
}

function newTypeFaults(backend: Backend, { action, planned }: Change): Promise<readonly Diagnostic[]> {
  const isNew = action === "create" || action === "replace";
  return typeFaults(backend, isNew ? [{ type: planned?.["type"], path: [{ kind: "attribute", name: "type" }] }] : []);
}

/** What the table and its rows, or the related table, do not allow of a new column, where they are there already. */
async function checkColumn(
  backend: Backend,
  dialect: Dialect,
  { action, prior, planned }: Change,
): Promise<readonly Diagnostic[]> {
  const names = ["database_id", dialect.tableId, "key"];
  if (planned === null || !names.every((name) => typeof planned[name] === "string")) return [];
  if (action === "update" && prior !== null && prior["key"] !== planned["key"])
    return renameFaults(backend, dialect, prior, planned);
  if (action !== "create") return [];
  try {
    const table = tablePath(dialect, planned);
    if (planned["type"] === "relationship" && typeof planned[dialect.relatedId] === "string") {
      await refuseTakenKey(backend, dialect, table, planned);
    }
    return SPATIAL_TYPES.includes(String(planned["type"])) && planned["required"] === true
      ? await spatialFaults(backend, dialect, table)
      : [];
  } catch (cause) {
    if (cause instanceof UserError) return cause.diagnostics;
    // The table may be made by the same apply.
    if (isNotFound(cause)) return [];
    throw cause;
  }
}

/**
 * A key that another column has: where `count` has moved on, each column would take the next one's name, and its values with it.
 * Keys that differ in letter case only are one key (F9).
 */
async function renameFaults(
  backend: Backend,
  dialect: Dialect,
  prior: Row,
  planned: Row,
): Promise<readonly Diagnostic[]> {
  const { columnNoun, tableNoun } = dialect;
  const [before, after] = [String(prior["key"]), String(planned["key"])];
  const columns = await backend.list(columnListing(dialect, tablePath(dialect, prior)));
  const keys = columns.map((column) => String(column["key"])).filter((key) => key !== before);
  if (!keys.some((key) => key.toLowerCase() === after.toLowerCase())) return [];
  const text = `The ${columnNoun} ${before} would be renamed to ${after}, but the ${tableNoun} has a ${columnNoun} of that key already. If an element was taken from the middle of a count, use for_each with the keys instead, so that the others stay as they are; moved blocks tell Terraform which is which. If ${after} is to go, destroy it first.`;
  return [error("Key taken", text, "key")];
}

async function spatialFaults(backend: Backend, dialect: Dialect, table: string): Promise<readonly Diagnostic[]> {
  const count = await countRecords(backend, table, dialect.records);
  if (count === 0) return [];
  const text = `The ${dialect.tableNoun} has ${dialect.records}, and Appwrite does not add a required point, line or polygon to them. Leave required out, or make the ${dialect.columnNoun} before the ${dialect.records}.`;
  return [error("Invalid value", text, "required")];
}

/** Whether an integer is stored in four bytes is decided by its max alone, so that a min below them is never met (source: the server's action). */
function narrowness({ type, min, max }: Row): readonly Diagnostic[] {
  if (type !== "integer" || typeof min !== "number" || typeof max !== "number") return [];
  if (min >= -2_147_483_648 || max > 2_147_483_647) return [];
  const text =
    "Appwrite stores an integer with a max up to 2147483647 in four bytes, and refuses values below -2147483648 whatever min says. Leave max out, or choose the type bigint.";
  return [warning("Column narrower than its min", text, "min")];
}

/** An integer made with a small max is stored in four bytes, which no later change widens (API chapter R1). */
function widening(prior: Row | null, planned: Row): PlanAdjustment {
  const isNarrow = prior?.["type"] === "integer" && typeof prior["max"] === "number" && prior["max"] <= 2_147_483_647;
  const after = planned["max"] ?? null;
  if (!isNarrow || (typeof after === "number" && after <= 2_147_483_647) || isUnknown(after)) return {};
  const text =
    "An integer column that was made with a max up to 2147483647 may be stored in four bytes, and raising max does not widen it: greater values may still be refused. A new column of type bigint holds them.";
  return { diagnostics: [warning("Column may stay narrow", text, "max")] };
}

/** Counts the records that would lose a value with the column. */
async function valuesAtRisk(
  backend: Backend,
  dialect: Dialect,
  { action, prior }: Change,
): Promise<readonly DataLoss[]> {
  if (!prior || (action !== "delete" && action !== "replace")) return [];
  return [await columnLoss(backend, dialect, tablePath(dialect, prior), prior)];
}

/** How many records have a value in a column, and how to keep them. */
export async function columnLoss(backend: Backend, dialect: Dialect, table: string, column: Row): Promise<DataLoss> {
  const key = String(column["key"]);
  // Encrypted columns and relationships cannot be queried, so all records count.
  const isQueryable = column["type"] !== "relationship" && column["encrypt"] !== true;
  const queries = isQueryable ? [JSON.stringify({ method: "isNotNull", attribute: key })] : [];
  const count = await countRecords(backend, table, dialect.records, queries);
  return {
    what: `values of the ${dialect.columnNoun} ${key}`,
    count,
    remedy: `To keep them, make a second ${dialect.columnNoun}, copy the values, then remove this one; to rename it, change key alone.`,
  };
}
