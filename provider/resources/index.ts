import type { Catalogue } from "../schema/catalogue.ts";
import { tablesdb } from "./databases/tablesdb.ts";
import { tablesdbColumn } from "./databases/tablesdb-column.ts";
import { tablesdbIndex } from "./databases/tablesdb-index.ts";
import { tablesdbRow } from "./databases/tablesdb-row.ts";
import { tablesdbTable } from "./databases/tablesdb-table.ts";
import { providerAttributes } from "./provider.ts";
import { bucket } from "./storage/bucket.ts";
import { file } from "./storage/file.ts";

/** Everything that the provider offers: one line for each resource. */
export const catalogue: Catalogue = {
  provider: { summary: "Manages Appwrite projects.", attributes: providerAttributes },
  resources: [
    // Databases
    tablesdb,
    tablesdbTable,
    tablesdbColumn,
    tablesdbIndex,
    tablesdbRow,
    // Storage
    bucket,
    file,
  ],
  dataSources: [],
  ephemerals: [],
  functions: [],
};
