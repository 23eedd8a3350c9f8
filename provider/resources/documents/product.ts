import { ApiError, error, type JsonObject, type Session, UserError } from "../../schema/index.ts";

/** DocumentsDB and VectorsDB have the same routes; these are the words in which they differ. */
export interface Product {
  readonly root: "/documentsdb" | "/vectorsdb";
  readonly name: "DocumentsDB" | "VectorsDB";
  /** The database system that must stand behind it. */
  readonly engine: "MongoDB" | "PostgreSQL with pgvector";
  readonly databaseType: "appwrite_documentsdb" | "appwrite_vectorsdb";
  readonly collectionType: "appwrite_documentsdb_collection" | "appwrite_vectorsdb_collection";
}

export const DOCUMENTS: Product = {
  root: "/documentsdb",
  name: "DocumentsDB",
  engine: "MongoDB",
  databaseType: "appwrite_documentsdb",
  collectionType: "appwrite_documentsdb_collection",
};

export const VECTORS: Product = {
  root: "/vectorsdb",
  name: "VectorsDB",
  engine: "PostgreSQL with pgvector",
  databaseType: "appwrite_vectorsdb",
  collectionType: "appwrite_vectorsdb_collection",
};

/** A server without the database system behind the product fails at the first collection, without a reason (real-server F31). */
export async function createCollection(
  { name, engine }: Product,
  session: Session,
  path: string,
  body: JsonObject,
): Promise<JsonObject> {
  try {
    return (await session.backend.call({ method: "POST", path, body })) as JsonObject;
  } catch (cause) {
    if (!(cause instanceof ApiError) || cause.details.status !== 500) throw cause;
    const detail = `${cause.message}\nA server answers so when it has no ${engine} behind ${name}, as a plain installation has none. Set it up there, or use appwrite_tablesdb.`;
    throw new UserError(error("Collection not created", detail));
  }
}
