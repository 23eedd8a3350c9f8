import type { Json } from "../json.ts";

/** What differs between DocumentsDB (without a schema) and VectorsDB (embeddings of a fixed length, and metadata). */
export type DocumentWords = {
  readonly root: "documentsdb" | "vectorsdb";
  /** Are attributes fixed, with vectors among them? */
  readonly isVector: boolean;
};

export const documentsWords: DocumentWords = { root: "documentsdb", isVector: false };

export const vectorsWords: DocumentWords = { root: "vectorsdb", isVector: true };

/** An index as it is stored. */
export type DocumentIndex = {
  readonly key: string;
  readonly type: string;
  readonly status: string;
  readonly error: string;
  readonly attributes: readonly string[];
  readonly lengths: readonly Json[];
  readonly orders: readonly Json[];
  readonly createdAt: string;
  readonly updatedAt: string;
};
