import type { Handlers, JobHandlers } from "../context.ts";
import { collectionJobs, collectionRoutes } from "../documents/collection-routes.ts";
import { documentRoutes } from "../documents/document-routes.ts";
import { documentsWords, vectorsWords } from "../documents/words.ts";

/** DocumentsDB and VectorsDB, as a server with their databases behind it answers. */
export const documentsDatabaseRoutes: Handlers = {
  ...collectionRoutes(documentsWords),
  ...documentRoutes(documentsWords),
  ...collectionRoutes(vectorsWords),
  ...documentRoutes(vectorsWords),
};

/** What the worker does for DocumentsDB and VectorsDB. */
export const documentsDatabaseJobs: JobHandlers = collectionJobs;
