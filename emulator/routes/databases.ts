import type { Handlers } from "../context.ts";
import { rowRoutes } from "../databases/row-routes.ts";
import { structureRoutes } from "../databases/structure-routes.ts";
import { transactionRoutes } from "../databases/transaction-routes.ts";
import { collectionsWords, tablesWords } from "../databases/words.ts";

export { structureJobs as databaseJobs } from "../databases/structure-jobs.ts";

/** TablesDB and the classic databases: one implementation in two vocabularies. */
export const databaseRoutes: Handlers = {
  ...structureRoutes(tablesWords),
  ...rowRoutes(tablesWords),
  ...transactionRoutes(tablesWords),
  ...structureRoutes(collectionsWords),
  ...rowRoutes(collectionsWords),
  ...transactionRoutes(collectionsWords),
};
