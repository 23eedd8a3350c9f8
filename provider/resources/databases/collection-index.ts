import { COLLECTIONS } from "./dialect.ts";
import { indexResource } from "./index-resource.ts";

/** An index of a collection. */
export const collectionIndex = indexResource(COLLECTIONS, "appwrite_collection_index");
