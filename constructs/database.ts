import { type ITerraformDependable, Lazy } from "cdktf";
import { Construct } from "constructs";
import { SeedRow, type SeedRowProps } from "./content.ts";
import { type DatabaseConfig, Database as DatabaseResource } from "./generated/database.ts";
import { Tablesdb, type TablesdbConfig } from "./generated/tablesdb.ts";
import {
  type Awaited,
  dependablesOf,
  idOf,
  type ManagedProps,
  manage,
  type OwnConfig,
  ownOf,
  type ProtectedProps,
  prefixInside,
  protectedMetaOf,
} from "./managed.ts";
import type { Permission } from "./permission.ts";
import type { NewRow, Schema, TableDefinition } from "./schema/index.ts";
import { Collection, type IDatabase, type Placement, partName, Table } from "./table.ts";
import { circular, ownedRelations } from "./table-structure.ts";

interface SchemaProps<S extends Schema> extends ManagedProps, ProtectedProps {
  /** Id in Appwrite: the construct's own when not set. */
  readonly databaseId?: string | undefined;
  /** The tables, as `schema(…)` of `appwrite-iac/schema` gives them. */
  readonly schema?: S | undefined;
  /** What is granted on each table from the start. */
  readonly permissions?: { readonly [T in keyof S["tables"] & string]?: readonly (Permission | string)[] } | undefined;
  /** Stands before the Terraform names of the tables, where two databases of a stack have tables of the same names. */
  readonly prefix?: string | undefined;
}

type TablePermissions = { readonly [table: string]: readonly (Permission | string)[] };

/** What a database is. */
export interface DatabaseProps<S extends Schema> extends Partial<OwnConfig<TablesdbConfig>>, SchemaProps<S> {}

/** What a database of the classic API is. */
export interface ClassicDatabaseProps<S extends Schema> extends Partial<OwnConfig<DatabaseConfig>>, SchemaProps<S> {}

/** A database with its tables. */
export class Database<S extends Schema = NoTables> extends Construct implements IDatabase {
  /** The word for it in what applications are told. */
  readonly exportedAs = "databases";
  /** The resource in Terraform. */
  readonly resource: Tablesdb;
  /** Its id in Appwrite, as it is known at synth. */
  readonly id: string;
  /** The tables of its schema. */
  readonly schema: S | undefined;
  readonly #tables: ReadonlyMap<string, Table>;
  readonly #prefix: string | undefined;

  /** Makes a database, and the tables of its schema, under the names and ids of the construct unless given. */
  constructor(scope: Construct, id: string, props: DatabaseProps<S> = {}) {
    super(scope, id);
    const { databaseId, schema, permissions, prefix, ...own } = ownOf(props);
    this.id = idOf(this, "databaseId", databaseId, props);
    this.schema = schema;
    const config = { ...own, ...protectedMetaOf(this, props), id: this.id, name: props.name ?? id };
    this.resource = manage(this, new Tablesdb(this, "Default", config), props);
    this.#prefix = prefixInside(this, prefix);
    this.#tables = tablesOf(schema, this.#prefix, (name, table, placement) => {
      const own = {
        ...sharedOf(props),
        database: this,
        schema: table,
        permissions: (permissions as TablePermissions | undefined)?.[name],
      };
      return new Table(
        this,
        name,
        own,
        placement((other) => this.table(other).tableId),
      );
    });
  }

  /** A database that is there already and is not managed here. */
  static fromDatabaseId(scope: Construct, id: string, databaseId: string): IDatabase {
    return Object.assign(new Construct(scope, id), { databaseId });
  }

  /** Its id, as a reference that makes a dependency. */
  get databaseId(): string {
    return this.resource.id;
  }

  /** The tables of its schema, with what they are made of. */
  get parts(): readonly ITerraformDependable[] {
    return dependablesOf([...this.#tables.values()]);
  }

  /** A table of its schema. */
  table(name: keyof S["tables"] & string): Table {
    return known(this, this.#tables, name);
  }

  /** Makes a row of a table of its schema, whose data is checked by the compiler. Its id is that of the construct. */
  seed<T extends keyof S["tables"] & string>(table: T, id: string, data: NewRow<S, T>): SeedRow {
    const row = new SeedRow(this.#rowsOf(table), id, {
      table: this.table(table),
      data: data as SeedRowProps["data"],
      dependsOn: this.#makersOf(table, data),
    });
    if (this.#prefix === undefined) return row;
    row.resource.overrideLogicalId(partName(this.#prefix, table, id));
    const former = this.table(table).schema?.options.renamedFrom;
    if (former !== undefined) {
      row.resource.moveFromId(`${row.resource.terraformResourceType}.${partName(this.#prefix, former, id)}`);
    }
    return row;
  }

  /** Rows of different tables may have the same id, and that of a table. */
  #rowsOf(table: string): Construct {
    const id = `rows of ${table}`;
    return (this.node.tryFindChild(id) as Construct | undefined) ?? new Construct(this, id);
  }

  /** The tables whose two-way relationships make columns of a table that a row has values for: they are not there with the table. */
  #makersOf(table: string, data: object): readonly Awaited[] {
    return ownedRelations(this.schema?.tables ?? {}).flatMap(({ table: maker, target, twoWay }) => {
      const isMaker = target === table && maker !== table && twoWay !== undefined && Object.hasOwn(data, twoWay);
      return isMaker ? [this.table(maker)] : [];
    });
  }
}

/** A database of the classic API with its collections. */
export class ClassicDatabase<S extends Schema = NoTables> extends Construct implements IDatabase {
  /** The word for it in what applications are told. */
  readonly exportedAs = "classicDatabases";
  /** The resource in Terraform. */
  readonly resource: DatabaseResource;
  /** Its id in Appwrite, as it is known at synth. */
  readonly id: string;
  /** The collections, as its schema tells them. */
  readonly schema: S | undefined;
  readonly #collections: ReadonlyMap<string, Collection>;

  /** Makes a database, and the collections of its schema, under the names and ids of the construct unless given. */
  constructor(scope: Construct, id: string, props: ClassicDatabaseProps<S> = {}) {
    super(scope, id);
    const { databaseId, schema, permissions, prefix, ...own } = ownOf(props);
    this.id = idOf(this, "databaseId", databaseId, props);
    this.schema = schema;
    const config = { ...own, ...protectedMetaOf(this, props), id: this.id, name: props.name ?? id };
    this.resource = manage(this, new DatabaseResource(this, "Default", config), props);
    this.#collections = tablesOf(schema, prefixInside(this, prefix), (name, table, placement) => {
      const own = {
        ...sharedOf(props),
        database: this,
        schema: table,
        permissions: (permissions as TablePermissions | undefined)?.[name],
      };
      return new Collection(
        this,
        name,
        own,
        placement((other) => this.collection(other).collectionId),
      );
    });
  }

  /** A database that is there already and is not managed here. */
  static fromDatabaseId(scope: Construct, id: string, databaseId: string): IDatabase {
    return Object.assign(new Construct(scope, id), { databaseId });
  }

  /** Its id, as a reference that makes a dependency. */
  get databaseId(): string {
    return this.resource.id;
  }

  /** The collections of its schema, with what they are made of. */
  get parts(): readonly ITerraformDependable[] {
    return dependablesOf([...this.#collections.values()]);
  }

  /** A collection of its schema. */
  collection(name: keyof S["tables"] & string): Collection {
    return known(this, this.#collections, name);
  }
}

/** A schema without tables. */
export type NoTables = Schema<{ readonly [name in never]: TableDefinition }>;

/** Makes a construct for each table of a schema. */
function tablesOf<T>(
  schema: Schema | undefined,
  prefix: string | undefined,
  make: (name: string, table: TableDefinition, placement: (idOf: (name: string) => string) => Placement) => T,
): ReadonlyMap<string, T> {
  const tables = Object.entries(schema?.tables ?? {});
  const relations = ownedRelations(schema?.tables ?? {});
  const apart = circular(
    tables.map(([name]) => name),
    relations,
  );
  return new Map(
    tables.map(([name, table]) => {
      const own = relations.filter((relation) => relation.table === name);
      const placement = (idOf: (name: string) => string): Placement => ({
        prefix,
        relations: own,
        // The other table may be made after this one.
        relatedId: (other) => Lazy.stringValue({ produce: () => idOf(other) }),
        apart: apart.has(name),
      });
      return [name, make(name, table, placement)];
    }),
  );
}

/** What the tables of a database have in common with it. */
function sharedOf({ provider, protect }: ManagedProps & ProtectedProps): ManagedProps & ProtectedProps {
  return { provider, protect };
}

function known<T>(database: Construct, tables: ReadonlyMap<string, T>, name: string): T {
  const table = tables.get(name);
  if (table !== undefined) return table;
  throw new Error(
    `${database.node.path} has no ${JSON.stringify(name)}. Its schema has: ${[...tables.keys()].join(", ")}.`,
  );
}
