import { COLLECTIONS } from "./dialect.ts";
import { recordResource } from "./record.ts";

/** A document of a collection. */
export const document = recordResource(COLLECTIONS, "appwrite_document");
