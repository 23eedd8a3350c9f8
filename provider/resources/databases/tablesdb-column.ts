import { columnResource } from "./column.ts";
import { TABLES } from "./dialect.ts";

/** A column of a table. */
export const tablesdbColumn = columnResource(TABLES, "appwrite_tablesdb_column");
