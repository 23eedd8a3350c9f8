import type { Place, Stored } from "../store.ts";

/** A database or table that a request means, with the places of what it holds. */
export type FoundDatabase = { readonly stored: Stored; readonly place: Place; readonly tables: Place };
export type FoundTable = {
  readonly database: FoundDatabase;
  readonly stored: Stored;
  readonly place: Place;
  readonly columns: Place;
  readonly indexes: Place;
  readonly rows: Place;
  /** Lists of rows that were told with a time to live. */
  readonly lists: Place;
};
