import type { Column, ColumnType, Presence, Relation, RelationKind } from "./column.ts";

/** The columns of a table, by key. */
export type Columns = {
  readonly [key: string]: Column<ColumnType, unknown, Presence, boolean> | Relation<string, RelationKind, string>;
};

/** Columns that Appwrite adds to every table and that indexes may name. */
export type SystemColumn = "$id" | "$createdAt" | "$updatedAt";

/** An index over columns of a table. */
export interface Index<K extends string> {
  /** `key` when not set. `unique` must not be made on values that repeat. */
  readonly type?: "key" | "unique" | "fulltext" | "spatial";
  /** Keys of the columns that it covers, in order. */
  readonly on: readonly (K | SystemColumn)[];
  /** Order of each column. */
  readonly orders?: readonly ("asc" | "desc")[];
  /** How many characters of each column are indexed; 0 = all. */
  readonly lengths?: readonly number[];
}

/** What a table is beside its columns and indexes. */
export interface TableOptions {
  /** Id in Appwrite: the key when not set. */
  readonly id?: string;
  /** Former key: what is managed moves along, and the table keeps its id and its rows. Only that id may take its place afterwards. */
  readonly renamedFrom?: string;
  /** Name shown in the console: the key when not set. */
  readonly name?: string;
  /** Check the permissions of each row as well as those of the table. */
  readonly rowSecurity?: boolean;
  /** A disabled table is out of reach for clients. */
  readonly enabled?: boolean;
}

/** A table: columns, indexes and options. */
export interface TableDefinition<C extends Columns = Columns> {
  /** Its columns, by key. */
  readonly columns: C;
  /** Its indexes, by key. */
  readonly indexes: { readonly [key: string]: Index<string> };
  /** What it is beside them. */
  readonly options: TableOptions;
}

/** The tables of a database, by name. */
export interface Schema<T extends Tables = Tables> {
  /** The tables, by name. */
  readonly tables: T;
}

/** Tables by name. */
export type Tables = { readonly [name: string]: TableDefinition };

/** Declares a table: its columns by key, its indexes by key, and options. */
export function table<const C extends Columns>(
  columns: C,
  indexes: { readonly [key: string]: Index<keyof C & string> } = {},
  options: TableOptions = {},
): TableDefinition<C> {
  return { columns, indexes, options };
}

/** Declares the tables of a database. A relationship to a table that is not among them does not compile. */
export function schema<const T extends { readonly [name: string]: TableDefinition<Columns> }>(
  tables: T & { readonly [N in keyof T]: Checked<T[N], keyof T> },
): Schema<T> {
  return { tables };
}

type Checked<D, Names> =
  D extends TableDefinition<infer C>
    ? [BadTarget<C, Names>] extends [never]
      ? unknown
      : { readonly "unknown relationship target": BadTarget<C, Names> }
    : never;

type BadTarget<C, Names> = {
  [K in keyof C]: C[K] extends Relation<infer T, RelationKind, string> ? Exclude<T, Names> : never;
}[keyof C];

/** What Appwrite tells of every row beside its columns. */
export interface RowMetadata {
  /** Id of the row. */
  readonly $id: string;
  /** Number of the row in its table. */
  readonly $sequence: string;
  /** Id of its table. */
  readonly $tableId: string;
  /** Id of its database. */
  readonly $databaseId: string;
  /** When it was made, in ISO 8601. */
  readonly $createdAt: string;
  /** When it was last changed, in ISO 8601. */
  readonly $updatedAt: string;
  /** Its own permissions. */
  readonly $permissions: readonly string[];
}

type ColumnsOf<S extends Schema, T extends keyof S["tables"]> = S["tables"][T]["columns"];

/** A row of a table as Appwrite returns it; related rows where the query selects them. */
export type Row<S extends Schema, T extends keyof S["tables"] & string> = RowMetadata & {
  -readonly [K in keyof ColumnsOf<S, T>]: Value<S, ColumnsOf<S, T>[K]>;
} & Reverse<S, T>;

type Value<S extends Schema, C> =
  C extends Relation<infer T, infer K, string>
    ? Related<S, T, K>
    : C extends Column<ColumnType, infer V, infer P, infer A>
      ? A extends true
        ? V[]
        : P extends "required"
          ? V
          : V | null
      : never;

type Related<S extends Schema, T extends string, K> = T extends keyof S["tables"] & string
  ? K extends "oneToMany" | "manyToMany"
    ? Row<S, T>[]
    : Row<S, T> | null
  : never;

/** The columns that two-way relationships of other tables make in this one, where it does not declare them itself. */
type Reverse<S extends Schema, T extends string> = {
  -readonly [P in ReversePair<S, T> as P extends readonly [infer W extends string, string, RelationKind]
    ? W extends keyof ColumnsOf<S, T>
      ? never
      : W
    : never]: P extends readonly [string, infer U extends string, infer K] ? Related<S, U, Inverse<K>> : never;
};

type ReversePair<S extends Schema, T extends string> = {
  [U in keyof S["tables"] & string]: {
    [C in keyof ColumnsOf<S, U>]: ColumnsOf<S, U>[C] extends Relation<T, infer K, infer W> ? readonly [W, U, K] : never;
  }[keyof ColumnsOf<S, U>];
}[keyof S["tables"] & string];

type Inverse<K> = K extends "oneToMany" ? "manyToOne" : K extends "manyToOne" ? "oneToMany" : K;

/** What a program gives to make a row: required columns must be there, others may be. */
export type NewRow<S extends Schema, T extends keyof S["tables"] & string> = {
  -readonly [K in RequiredKeys<ColumnsOf<S, T>>]: NewValue<S, ColumnsOf<S, T>[K]>;
} & {
  -readonly [K in Exclude<keyof ColumnsOf<S, T>, RequiredKeys<ColumnsOf<S, T>>>]?: NewValue<
    S,
    ColumnsOf<S, T>[K]
  > | null;
};

type RequiredKeys<C> = {
  [K in keyof C]: C[K] extends Column<ColumnType, unknown, infer P, boolean>
    ? P extends "required"
      ? K
      : never
    : never;
}[keyof C];

type NewValue<S extends Schema, C> =
  C extends Relation<infer T, infer K, string>
    ? NewRelated<S, T, K>
    : C extends Column<ColumnType, infer V, Presence, infer A>
      ? A extends true
        ? V[]
        : V
      : never;

/** Related rows are given by their ids, or made along. */
type NewRelated<S extends Schema, T extends string, K> = T extends keyof S["tables"] & string
  ? K extends "oneToMany" | "manyToMany"
    ? (string | NewRow<S, T>)[]
    : string | NewRow<S, T>
  : never;
