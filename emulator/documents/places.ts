import type { Context } from "../context.ts";
import { databasesPlace } from "../databases/tables.ts";
import { ServerError } from "../errors.ts";
import type { Params } from "../params.ts";
import type { Place, Store, Stored } from "../store.ts";
import type { DocumentIndex, DocumentWords } from "./words.ts";

/** A database that a request means, and where its collections are. */
export type FoundDocumentsDatabase = { readonly stored: Stored; readonly collections: Place };

/** A collection that a request means, and where its indexes and documents are. */
export type FoundCollection = {
  readonly database: FoundDocumentsDatabase;
  readonly stored: Stored;
  readonly indexes: Place;
  readonly documents: Place;
};

type Where = Pick<Context, "store" | "project" | "version">;

/** The database of a request; one of another product is not found here, except on 1.9.0, which does not look. */
export function findDatabase(
  { store, project, version }: Where,
  words: DocumentWords,
  id: string,
): FoundDocumentsDatabase {
  const stored = store.get(databasesPlace(project.id), id);
  if (!stored || (version !== "1.9.0" && stored.data["type"] !== words.root))
    throw new ServerError("database_not_found", { values: [id] });
  return { stored, collections: { scope: project.id, collection: `collections:${stored.sequence}` } };
}

/** The collection of a request; 404 when it or its database is missing. */
export function findCollection(context: Context, words: DocumentWords, params: Params): FoundCollection {
  const database = findDatabase(context, words, params.text("databaseId"));
  const id = params.text("collectionId");
  const stored = context.store.get(database.collections, id);
  if (!stored) throw new ServerError("collection_not_found", { values: [id] });
  return inside(database, stored);
}

/** The places of what a collection holds. */
export function inside(database: FoundDocumentsDatabase, stored: Stored): FoundCollection {
  const place = (kind: string): Place => ({
    scope: database.collections.scope,
    collection: `${kind}:${database.stored.sequence}:${stored.sequence}`,
  });
  return { database, stored, indexes: place("document-indexes"), documents: place("documents") };
}

/** The indexes of a collection in creation order. */
export function indexesOf(store: Store, found: FoundCollection): DocumentIndex[] {
  return store.list(found.indexes).map(({ data }) => data as DocumentIndex);
}

/** Removes a collection with all that it holds. */
export function dropCollection(store: Store, found: FoundCollection): void {
  store.clear(found.indexes);
  store.clear(found.documents);
  store.remove(found.database.collections, found.stored.id);
}
