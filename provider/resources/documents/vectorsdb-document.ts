import {
  type Backend,
  type Change,
  type Diagnostic,
  error,
  isList,
  isNotFound,
  isNumber,
  isRecord,
  type JsonObject,
  type Row,
  type Value,
} from "../../schema/index.ts";
import { parseJson } from "../../schema/json.ts";
import { COLLECTIONS } from "../databases/dialect.ts";
import { recordResource } from "../databases/record.ts";
import { VECTORS } from "./product.ts";

/** An embedding with its metadata. */
export const vectorsdbDocument = recordResource(
  {
    ...COLLECTIONS,
    root: VECTORS.root,
    databaseType: VECTORS.databaseType,
    tableType: VECTORS.collectionType,
    asWritten: "single",
    validate: faults,
    check: refuseOtherLength,
  },
  "appwrite_vectorsdb_document",
);

function faults(config: Row): readonly Diagnostic[] {
  const data = dataOf(config);
  if (data === null) return [];
  const { embeddings = null, metadata = null, ...others } = data;
  const wrong = (text: string) => [error("Invalid value", `data: ${text}`, "data")];
  const [other] = Object.keys(others);
  if (other !== undefined)
    return wrong(`there is no attribute ${other}; it must have embeddings, and may have metadata for all else.`);
  if (!isList(embeddings) || embeddings.length === 0 || !embeddings.every(isNumber))
    return wrong("embeddings must be a list of numbers, as many as the collection's dimension.");
  return metadata === null || isRecord(metadata) ? [] : wrong("metadata must be an object.");
}

/** The length of an embedding must be that of its collection, which the server knows once it is there. */
async function refuseOtherLength(backend: Backend, { planned }: Change): Promise<readonly Diagnostic[]> {
  const length = planned ? lengthOf(planned) : null;
  const [database, collection] = [planned?.["database_id"], planned?.["collection_id"]];
  if (length === null || typeof database !== "string" || typeof collection !== "string") return [];
  try {
    const path = `${VECTORS.root}/${database}/collections/${collection}`;
    const { dimension } = (await backend.call({ method: "GET", path })) as JsonObject;
    if (dimension === length) return [];
    const text = `data: embeddings has ${length} numbers; the collection ${collection} takes ${String(dimension)}.`;
    return [error("Invalid value", text, "data")];
  } catch (cause) {
    if (isNotFound(cause)) return [];
    throw cause;
  }
}

function lengthOf(row: Row): number | null {
  const embeddings = dataOf(row)?.["embeddings"];
  return isList(embeddings) ? embeddings.length : null;
}

function dataOf(row: Row): { readonly [key: string]: Value } | null {
  try {
    const data = typeof row["data"] === "string" ? parseJson(row["data"]) : null;
    return isRecord(data) ? data : null;
  } catch {
    return null;
  }
}
