import { COLLECTIONS } from "../databases/dialect.ts";
import { recordResource } from "../databases/record.ts";
import { DOCUMENTS } from "./product.ts";

/** A document without a schema. */
export const documentsdbDocument = recordResource(
  {
    ...COLLECTIONS,
    root: DOCUMENTS.root,
    databaseType: DOCUMENTS.databaseType,
    tableType: DOCUMENTS.collectionType,
    asWritten: "exact",
  },
  "appwrite_documentsdb_document",
);
