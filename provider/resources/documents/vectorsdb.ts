import { databaseResource } from "./database.ts";
import { VECTORS } from "./product.ts";

/** A database of embeddings. */
export const vectorsdb = databaseResource(VECTORS, "of embeddings with metadata");
