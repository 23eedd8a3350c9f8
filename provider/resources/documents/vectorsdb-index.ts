import { indexResource } from "./index-resource.ts";
import { VECTORS } from "./product.ts";

/** An index of a collection of embeddings. */
export const vectorsdbIndex = indexResource(
  VECTORS,
  ["hnsw_euclidean", "hnsw_dot", "hnsw_cosine", "object", "key", "unique"],
  "The `hnsw_…` types find the nearest `embeddings` by that measure; `object` is for `metadata`.",
);
