import { t } from "../../schema/index.ts";
import { collectionResource } from "./collection.ts";
import { DOCUMENTS } from "./product.ts";

/** A collection of documents without a schema. */
export const documentsdbCollection = collectionResource(DOCUMENTS, "A collection of documents without a schema.", {
  dimension: t.int.computed("Always 0.", { wire: false, read: "dimension", clone: "skip" }),
  attributes: t.json.optional(
    "Attributes as a JSON list, for servers that take them at creation. Documents need none.",
    { replace: true, wire: false, read: false, clone: "skip" },
  ),
});
