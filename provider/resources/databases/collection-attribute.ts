import { columnResource } from "./column.ts";
import { COLLECTIONS } from "./dialect.ts";

/** An attribute of a collection. */
export const collectionAttribute = columnResource(COLLECTIONS, "appwrite_collection_attribute");
