import { type Column, formatSizes, type Index, newColumn } from "../databases/columns.ts";
import type { FoundDatabase, FoundTable } from "../databases/places.ts";
import { linkedIds } from "../databases/relations.ts";
import { everyRow, selectRows } from "../databases/row-queries.ts";
import { valuesOf } from "../databases/rows.ts";
import { columnsOf, databasesPlace, indexesOf, placesOf } from "../databases/tables.ts";
import { tablesWords } from "../databases/words.ts";
import { isList, type Json, type JsonObject } from "../json.ts";
import type { Project } from "../projects.ts";
import type { Query } from "../queries.ts";
import type { Store } from "../store.ts";
import { MigrationError } from "./resources.ts";
import { itemsOf, query, type Source } from "./source.ts";

/** What a source's databases hold, as it is copied. */
export type Reader = {
  readonly databases: () => JsonObject[];
  readonly tables: (databaseId: string) => JsonObject[];
  readonly columns: (databaseId: string, tableId: string) => Column[];
  readonly indexes: (databaseId: string, tableId: string) => (Index & { readonly $id: string })[];
  /** Rows in parts of a size; relationships are ids, where a row itself holds them. */
  readonly rows: (databaseId: string, tableId: string, size: number, queries?: readonly Query[]) => RowData[][];
  readonly countRows: (databaseId: string, tableId: string) => number;
};

/** A row as it is copied. */
export type RowData = { readonly id: string; readonly permissions: Json; readonly data: JsonObject };

/** Reads the databases of a project of this server from the store. */
export function localReader(store: Store, project: Project): Reader {
  const place = databasesPlace(project.id);
  const databaseOf = (id: string): FoundDatabase => {
    const stored = store.get(place, id);
    if (!stored) throw new MigrationError("Database not found");
    return { stored, place, tables: { scope: project.id, collection: `tables:${stored.sequence}` } };
  };
  const tableOf = (databaseId: string, id: string): FoundTable => {
    const database = databaseOf(databaseId);
    const stored = store.get(database.tables, id);
    if (!stored) throw new MigrationError("Table not found");
    return placesOf(database, stored);
  };
  return {
    databases: () => store.list(place).map(({ id, data }) => ({ id, ...data })),
    tables: (databaseId) => store.list(databaseOf(databaseId).tables).map(({ id, data }) => ({ id, ...data })),
    columns: (databaseId, tableId) => columnsOf(store, tableOf(databaseId, tableId)),
    indexes(databaseId, tableId) {
      const table = tableOf(databaseId, tableId);
      const idOf = (index: Index) => `${table.database.stored.sequence}_${table.stored.sequence}_${index.key}`;
      return indexesOf(store, table).map((index) => ({ ...index, $id: idOf(index) }));
    },
    rows(databaseId, tableId, size, queries = []) {
      const table = tableOf(databaseId, tableId);
      const scene = { context: { store, now: "" }, words: tablesWords, table };
      // How many come together is for the server to say.
      const asked = queries.filter(({ method }) => method !== "limit");
      const rows = selectRows(scene, asked, everyRow).items.map((row): RowData => {
        const values = valuesOf(row);
        const data = columnsOf(store, table).flatMap((column): [string, Json][] =>
          column.type === "relationship"
            ? linksOf(store, table, column, row.id)
            : [[column.key, values[column.key] ?? (column.array ? [] : null)]],
        );
        const { createdAt = "", updatedAt = "", permissions = [] } = row.data;
        const dates = { $createdAt: createdAt, $updatedAt: updatedAt };
        return { id: row.id, permissions, data: { ...Object.fromEntries(data), ...dates } };
      });
      return inParts(rows, size);
    },
    countRows: (databaseId, tableId) => store.count(tableOf(databaseId, tableId).rows),
  };
}

/** A relationship as a row's own columns hold it: the id on the side that has the key, and all ids of many-to-many. */
function linksOf(store: Store, table: FoundTable, column: Column, rowId: string): [string, Json][] {
  const { relationType, side } = column;
  const isParent = side === "parent";
  const ids = () => linkedIds(store, table, column, rowId);
  if (relationType === "manyToMany") return isParent ? [[column.key, ids()]] : [];
  const isHolder = relationType === "oneToOne" || relationType === (isParent ? "manyToOne" : "oneToMany");
  return isHolder ? [[column.key, ids()[0] ?? null]] : [];
}

/**
 * Reads the databases of another server over its API. Appwrite's SDK insists on what Appwrite Cloud tells of a database and a server
 * of one's own does not, so that databases cannot be read from one (that is why a report of them fails: recording 85).
 */
export function apiReader(source: Source): Reader {
  const all = (path: string, items: string, size: number) => {
    const read: JsonObject[] = [];
    for (let last: JsonObject | undefined; ; ) {
      const id = last && String(last["$id"] ?? last["key"]);
      const queries = [query("limit", size), ...(id === undefined ? [] : [query("cursorAfter", id)])];
      const page = itemsOf(source.get(path, queries), items);
      read.push(...page);
      last = page.at(-1);
      if (page.length < size) return read;
    }
  };
  const tablePath = (databaseId: string, tableId: string) => `/tablesdb/${databaseId}/tables/${tableId}`;
  return {
    databases() {
      const databases = all("/tablesdb", "databases", 500);
      for (const database of databases) {
        for (const field of ["policies", "archives"]) {
          if (!Object.hasOwn(database, field))
            throw new MigrationError(`Missing required field "${field}" for Appwrite\\Models\\Database.`);
        }
      }
      return databases.map((database) => ({ ...database, ...identity(database) }));
    },
    tables: (databaseId) =>
      all(`/tablesdb/${databaseId}/tables`, "tables", 500).map((table) => ({
        ...table,
        ...identity(table),
        security: table["rowSecurity"] ?? false,
        permissions: table["$permissions"] ?? [],
      })),
    columns: (databaseId, tableId) => all(`${tablePath(databaseId, tableId)}/columns`, "columns", 500).map(columnFrom),
    indexes: (databaseId, tableId) =>
      all(`${tablePath(databaseId, tableId)}/indexes`, "indexes", 500).map((index) => ({
        ...(index as unknown as Index),
        $id: String(index["$id"]),
        createdAt: String(index["$createdAt"]),
        updatedAt: String(index["$updatedAt"]),
        enforced: true,
      })),
    rows(databaseId, tableId, size) {
      const rows = all(`${tablePath(databaseId, tableId)}/rows`, "rows", size).map((row): RowData => {
        const { $id, $permissions, $databaseId: _d, $tableId: _t, $sequence: _s, ...data } = row;
        return { id: String($id), permissions: $permissions ?? [], data };
      });
      return inParts(rows, size);
    },
    countRows: (databaseId, tableId) =>
      Number(source.get(`${tablePath(databaseId, tableId)}/rows`, [query("limit", 1)])["total"]),
  };
}

function identity(told: JsonObject): JsonObject {
  return { id: told["$id"] ?? "", createdAt: told["$createdAt"] ?? "", updatedAt: told["$updatedAt"] ?? "" };
}

/** A column as the API tells it; what it does not tell is what the server's library takes for it. */
function columnFrom(told: JsonObject): Column {
  const { key, type, format, $createdAt, $updatedAt, relatedTable, size, elements, onDelete, ...rest } = told;
  const sizes: Readonly<Record<string, number>> = { text: 65_535, mediumtext: 16_777_215, longtext: 2_147_483_647 };
  return newColumn({
    ...(rest as Partial<Column>),
    key: String(key),
    type: String(type),
    format: String(format ?? ""),
    createdAt: String($createdAt),
    updatedAt: String($updatedAt),
    size: Number(size ?? formatSizes[String(format)] ?? sizes[String(type)] ?? 0),
    elements: isList(elements) ? elements : [],
    related: String(relatedTable ?? ""),
    onDelete: String(onDelete ?? ""),
  });
}

function inParts<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, at) => items.slice(at * size, (at + 1) * size));
}
