import type { Row } from "../../schema/index.ts";

/**
 * Appwrite serves the same tables under two families of routes with different words: TablesDB (`/tablesdb`, tables, columns,
 * rows) and the classic API (`/databases`, collections, attributes, documents). Everything about columns and indexes
 * is written once, in terms of these words.
 */
export interface Dialect {
  readonly root: "/tablesdb" | "/databases";
  /** Type of the resource that a table is, for references. */
  readonly tableType: string;
  readonly databaseType: string;
  /** Attribute that names the table: `table_id` or `collection_id`. */
  readonly tableId: string;
  readonly tableNoun: string;
  readonly columnNoun: string;
  readonly recordNoun: string;
  /** Words of the routes and of the answers. */
  readonly tables: string;
  readonly columns: string;
  readonly records: string;
  /** Property of a relationship's answer that names the other table. */
  readonly related: string;
  /** Parameter of the relationship's create call that names the other table. */
  readonly relatedParameter: string;
  /** HCL attribute that names the other table. */
  readonly relatedId: string;
  /** HCL attribute of an index that lists its columns, and its wire name. */
  readonly indexColumns: string;
  readonly scopes: { readonly read: readonly string[]; readonly write: readonly string[] };
}

export const TABLES: Dialect = {
  root: "/tablesdb",
  tableType: "appwrite_tablesdb_table",
  databaseType: "appwrite_tablesdb",
  tableId: "table_id",
  tableNoun: "table",
  columnNoun: "column",
  recordNoun: "row",
  tables: "tables",
  columns: "columns",
  records: "rows",
  related: "relatedTable",
  relatedParameter: "relatedTableId",
  relatedId: "related_table_id",
  indexColumns: "columns",
  scopes: { read: ["tables.read", "collections.read"], write: ["tables.write", "collections.write"] },
};

export const COLLECTIONS: Dialect = {
  root: "/databases",
  tableType: "appwrite_collection",
  databaseType: "appwrite_database",
  tableId: "collection_id",
  tableNoun: "collection",
  columnNoun: "attribute",
  recordNoun: "document",
  tables: "collections",
  columns: "attributes",
  records: "documents",
  related: "relatedCollection",
  relatedParameter: "relatedCollectionId",
  relatedId: "related_collection_id",
  indexColumns: "attributes",
  scopes: { read: ["collections.read"], write: ["collections.write"] },
};

/** The path of a table, from a row that names its database and itself (`table_id`, or `id` of the table's own row). */
export function tablePath(dialect: Pick<Dialect, "tableId" | "tables"> & { readonly root: string }, row: Row): string {
  const table = row[dialect.tableId] ?? row["id"];
  return `${dialect.root}/${row["database_id"]}/${dialect.tables}/${table}`;
}
