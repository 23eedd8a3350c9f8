import type { ErrorType } from "../errors.ts";

/** The vocabulary of one family of routes: TablesDB, or the classic databases. Both serve the same tables. */
export type Words = {
  readonly root: "tablesdb" | "databases";
  readonly type: "tablesdb" | "legacy";
  readonly tables: string;
  readonly tableId: string;
  readonly columns: string;
  readonly column: string;
  readonly rows: string;
  readonly rowId: string;
  readonly security: string;
  readonly related: string;
  readonly relatedId: string;
  /** The word before `_not_found` and the like. */
  readonly table: "table" | "collection";
  readonly columnError: "column" | "attribute";
  readonly indexError: "column_index" | "index";
  readonly row: "row" | "document";
};

export const tablesWords: Words = {
  root: "tablesdb",
  type: "tablesdb",
  tables: "tables",
  tableId: "tableId",
  columns: "columns",
  column: "column",
  rows: "rows",
  rowId: "rowId",
  security: "rowSecurity",
  related: "relatedTable",
  relatedId: "relatedTableId",
  table: "table",
  columnError: "column",
  indexError: "column_index",
  row: "row",
};

export const collectionsWords: Words = {
  root: "databases",
  type: "legacy",
  tables: "collections",
  tableId: "collectionId",
  columns: "attributes",
  column: "attribute",
  rows: "documents",
  rowId: "documentId",
  security: "documentSecurity",
  related: "relatedCollection",
  relatedId: "relatedCollectionId",
  table: "collection",
  columnError: "attribute",
  indexError: "index",
  row: "document",
};

/** An error's name in a family's words: `errorOf(words, "column", "not_found")`. */
export function errorOf(words: Words, thing: "table" | "column" | "index" | "row", what: string): ErrorType {
  const noun = { table: words.table, column: words.columnError, index: words.indexError, row: words.row }[thing];
  return `${noun}_${what}` as ErrorType;
}
