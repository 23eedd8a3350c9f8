import { databaseResource } from "./database.ts";
import { DOCUMENTS } from "./product.ts";

/** A database of documents without a schema. */
export const documentsdb = databaseResource(DOCUMENTS, "of documents without a schema");
