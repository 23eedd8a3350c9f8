import { TABLES } from "./dialect.ts";
import { tableResource } from "./table.ts";

/** A table of a TablesDB database. */
export const tablesdbTable = tableResource(TABLES, "appwrite_tablesdb_table");
