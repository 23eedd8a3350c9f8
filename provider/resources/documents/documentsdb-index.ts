import { indexResource } from "./index-resource.ts";
import { DOCUMENTS } from "./product.ts";

/** An index of a collection of documents. */
export const documentsdbIndex = indexResource(
  DOCUMENTS,
  ["key", "fulltext", "unique"],
  "A collection can have one of type `fulltext`.",
);
