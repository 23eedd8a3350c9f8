import type { Catalogue } from "../engine/provider.ts";
import { tablesdb } from "./databases/tablesdb.ts";
import { providerAttributes } from "./provider.ts";
import { bucket } from "./storage/bucket.ts";

/** Everything that the provider offers: one line for each resource. */
export const catalogue: Catalogue = {
  provider: { summary: "Manages Appwrite projects.", attributes: providerAttributes },
  resources: [
    // Databases
    tablesdb,
    // Storage
    bucket,
  ],
  dataSources: [],
  ephemerals: [],
  functions: [],
};
