import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { type Json, type JsonObject, parseJson, writeJson } from "./json.ts";

/**
 * Opens the emulator's document store: an SQLite file in `directory`, or one in memory when there is no directory.
 *
 * A document belongs to a scope (a project's id, `console`, or `*` for what is unique over the whole server) and a
 * collection, has an id that is compared without letter case (as the server's MariaDB does) and a sequence that grows
 * over the whole store. Writes are durable against a killed process as soon as `transaction` returns.
 */
export function openStore(directory?: string): Store {
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const database = new Database(directory === undefined ? ":memory:" : join(directory, "emulator.db"));
  // A write-ahead log reaches the operating system before a commit returns: enough against kill -9, and fast.
  if (directory !== undefined) database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  database.exec(schema);
  return storeOver(database);
}

/** A stored document: its position in creation order, its id, an optional lookup tag, and its content. */
export type Stored = { readonly sequence: number; readonly id: string; readonly data: JsonObject };

/** Names one collection of documents of one scope. */
export type Place = { readonly scope: string; readonly collection: string };

/** A job that waits to be run by the worker. */
export type StoredJob = {
  readonly sequence: number;
  readonly scope: string;
  readonly kind: string;
  readonly payload: JsonObject;
};

/** The document store; every operation is synchronous, ids ignore letter case. */
export type Store = {
  /** Runs `work` in one transaction: it is committed when `work` returns and undone when it throws. Inside another it is an attempt. */
  transaction<T>(work: () => T): T;
  /** Runs `work` inside the running transaction and undoes what it did, no more, when it throws. */
  attempt<T>(work: () => T): T;
  /** Adds a document and returns its sequence, or undefined when the id is taken. `tag` is a second lookup key. */
  insert(place: Place, id: string, data: JsonObject, tag?: string): number | undefined;
  /** Finds a document by id. */
  get(place: Place, id: string): Stored | undefined;
  /** Finds the documents with a tag, oldest first. */
  tagged(place: Place, tag: string): Stored[];
  /** Replaces a document's content (and its tag, when given). */
  update(place: Place, id: string, data: JsonObject, tag?: string): void;
  /** Renames a document, keeping its sequence. */
  rename(place: Place, id: string, to: string): void;
  /** Removes a document; says whether there was one. */
  remove(place: Place, id: string): boolean;
  /** All documents of a collection, oldest first. */
  list(place: Place): Stored[];
  /** How many documents a collection has. */
  count(place: Place): number;
  /** Removes a whole collection. */
  clear(place: Place): void;
  /** Removes everything of a scope, jobs included. */
  clearScope(scope: string): void;
  /** Everything of a scope by collection, for tests. */
  dump(scope: string): Record<string, Json>;
  /** Removes everything. */
  reset(): void;
  /** Appends a job. */
  addJob(scope: string, kind: string, payload: JsonObject): void;
  /** The job that is next in line. */
  nextJob(): StoredJob | undefined;
  /** How many jobs wait. */
  countJobs(): number;
  /** Removes a job that has been run. */
  removeJob(sequence: number): void;
  /** Closes the file. */
  close(): void;
};

const schema = `
  CREATE TABLE IF NOT EXISTS documents (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    scope TEXT NOT NULL,
    collection TEXT NOT NULL,
    id TEXT NOT NULL COLLATE NOCASE,
    tag TEXT,
    data TEXT NOT NULL,
    UNIQUE (scope, collection, id)
  );
  CREATE INDEX IF NOT EXISTS tags ON documents (scope, collection, tag) WHERE tag IS NOT NULL;
  CREATE TABLE IF NOT EXISTS jobs (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    scope TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL
  );
`;

type Row = { sequence: number; id: string; data: string };

function storeOver(database: Database.Database): Store {
  const insert = database.prepare(
    "INSERT INTO documents (scope, collection, id, data, tag) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const get = database.prepare(
    "SELECT sequence, id, data FROM documents WHERE scope = ? AND collection = ? AND id = ?",
  );
  const tagged = database.prepare(
    "SELECT sequence, id, data FROM documents WHERE scope = ? AND collection = ? AND tag = ? ORDER BY sequence",
  );
  const update = database.prepare("UPDATE documents SET data = ? WHERE scope = ? AND collection = ? AND id = ?");
  const retag = database.prepare("UPDATE documents SET tag = ? WHERE scope = ? AND collection = ? AND id = ?");
  const rename = database.prepare("UPDATE documents SET id = ? WHERE scope = ? AND collection = ? AND id = ?");
  const remove = database.prepare("DELETE FROM documents WHERE scope = ? AND collection = ? AND id = ?");
  const list = database.prepare(
    "SELECT sequence, id, data FROM documents WHERE scope = ? AND collection = ? ORDER BY sequence",
  );
  const count = database.prepare("SELECT count(*) AS n FROM documents WHERE scope = ? AND collection = ?");
  const clear = database.prepare("DELETE FROM documents WHERE scope = ? AND collection = ?");
  const dump = database.prepare("SELECT collection, id, data FROM documents WHERE scope = ? ORDER BY sequence");
  const addJob = database.prepare("INSERT INTO jobs (scope, kind, payload) VALUES (?, ?, ?)");
  const countJobs = database.prepare("SELECT count(*) AS n FROM jobs");
  const nextJob = database.prepare("SELECT sequence, scope, kind, payload FROM jobs ORDER BY sequence LIMIT 1");
  const removeJob = database.prepare("DELETE FROM jobs WHERE sequence = ?");

  let isRunning = false;

  return {
    transaction(work) {
      if (isRunning) return this.attempt(work);
      database.exec("BEGIN IMMEDIATE");
      isRunning = true;
      try {
        const result = work();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      } finally {
        isRunning = false;
      }
    },
    attempt(work) {
      database.exec("SAVEPOINT attempt");
      try {
        const result = work();
        database.exec("RELEASE attempt");
        return result;
      } catch (error) {
        database.exec("ROLLBACK TO attempt; RELEASE attempt");
        throw error;
      }
    },
    insert(place, id, data, tag) {
      const result = insert.run(place.scope, place.collection, id, writeJson(data), tag ?? null);
      return result.changes === 0 ? undefined : Number(result.lastInsertRowid);
    },
    get: (place, id) => read(get.get(place.scope, place.collection, id) as Row | undefined),
    tagged: (place, tag) => (tagged.all(place.scope, place.collection, tag) as Row[]).map(readRow),
    update(place, id, data, tag) {
      update.run(writeJson(data), place.scope, place.collection, id);
      if (tag !== undefined) retag.run(tag, place.scope, place.collection, id);
    },
    rename: (place, id, to) => void rename.run(to, place.scope, place.collection, id),
    remove: (place, id) => remove.run(place.scope, place.collection, id).changes > 0,
    list: (place) => (list.all(place.scope, place.collection) as Row[]).map(readRow),
    count: (place) => (count.get(place.scope, place.collection) as { n: number }).n,
    clear: (place) => void clear.run(place.scope, place.collection),
    clearScope(scope) {
      database.prepare("DELETE FROM documents WHERE scope = ?").run(scope);
      database.prepare("DELETE FROM jobs WHERE scope = ?").run(scope);
    },
    dump(scope) {
      const collections: Record<string, Json[]> = {};
      for (const row of dump.all(scope) as { collection: string; id: string; data: string }[]) {
        collections[row.collection] ??= [];
        collections[row.collection]?.push(parseJson(row.data));
      }
      return collections;
    },
    reset: () => void database.exec("DELETE FROM documents; DELETE FROM jobs;"),
    addJob: (scope, kind, payload) => void addJob.run(scope, kind, writeJson(payload)),
    nextJob() {
      const row = nextJob.get() as { sequence: number; scope: string; kind: string; payload: string } | undefined;
      return row && { ...row, payload: parseJson(row.payload) as JsonObject };
    },
    countJobs: () => (countJobs.get() as { n: number }).n,
    removeJob: (sequence) => void removeJob.run(sequence),
    close: () => void database.close(),
  };
}

function read(row: Row | undefined): Stored | undefined {
  return row && readRow(row);
}

function readRow(row: Row): Stored {
  return { sequence: row.sequence, id: row.id, data: parseJson(row.data) as JsonObject };
}
