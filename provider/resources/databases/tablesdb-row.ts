import { TABLES } from "./dialect.ts";
import { recordResource } from "./record.ts";

/** A row of a table. */
export const tablesdbRow = recordResource(TABLES, "appwrite_tablesdb_row");
