import { t } from "../../schema/index.ts";
import { collectionResource } from "./collection.ts";
import { VECTORS } from "./product.ts";

/** A collection of embeddings of one length, each with metadata. */
export const vectorsdbCollection = collectionResource(
  VECTORS,
  "A collection of embeddings of one length, each with metadata.",
  {
    dimension: t.int.required(
      "Numbers in each embedding, as the model that makes them has it. Embeddings of another length do not fit, so a change replaces the collection.",
      { replace: true, range: [1, 16_000] },
    ),
    attributes: t.string.computed("Always empty: the attributes are `embeddings` and `metadata`.", {
      wire: false,
      read: false,
      clone: "skip",
    }),
  },
);
