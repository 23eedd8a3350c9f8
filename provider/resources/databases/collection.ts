import { COLLECTIONS } from "./dialect.ts";
import { tableResource } from "./table.ts";

/** A collection of a classic database. */
export const collection = tableResource(COLLECTIONS, "appwrite_collection");
