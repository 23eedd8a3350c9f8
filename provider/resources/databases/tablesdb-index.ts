import { TABLES } from "./dialect.ts";
import { indexResource } from "./index-resource.ts";

/** An index of a table. */
export const tablesdbIndex = indexResource(TABLES, "appwrite_tablesdb_index");
