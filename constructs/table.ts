import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import {
  type CollectionAttributes,
  type CollectionIndexes,
  Collection as CollectionResource,
} from "./generated/collection.ts";
import { CollectionAttribute } from "./generated/collection-attribute.ts";
import { CollectionIndex } from "./generated/collection-index.ts";
import { TablesdbColumn } from "./generated/tablesdb-column.ts";
import { TablesdbIndex } from "./generated/tablesdb-index.ts";
import { TablesdbTable } from "./generated/tablesdb-table.ts";
import { Granting } from "./granting.ts";
import {
  idOf,
  type ManagedProps,
  manage,
  ownOf,
  type ProtectedProps,
  prefixInside,
  protectedMetaOf,
} from "./managed.ts";
import type { Permission } from "./permission.ts";
import type { Columns, TableDefinition } from "./schema/index.ts";
import { columnConfigs, indexConfigs, type OwnedRelation, ownedRelations } from "./table-structure.ts";

/** A database, made here or there already. */
export interface IDatabase {
  /** Its id, as a reference that makes a dependency where the database is made here. */
  readonly databaseId: string;
}

/** A table, made here or there already. */
export interface ITable {
  /** Its id, as a reference that makes a dependency where the table is made here. */
  readonly tableId: string;
}

/** A collection of the classic API, made here or there already. */
export interface ICollection {
  /** Its id, as a reference that makes a dependency where the collection is made here. */
  readonly collectionId: string;
}

/** What tables and collections take alike. */
export interface StructureProps extends ManagedProps, ProtectedProps {
  /** The database that it is in. */
  readonly database: IDatabase;
  /** Columns, indexes and options, as `table(…)` of `appwrite-iac/schema` gives them. Without it, columns are left alone. */
  readonly schema?: TableDefinition | undefined;
  /** Name shown in the console: that of the schema, else the construct's id. */
  readonly name?: string | undefined;
  /** What is granted from the start; the `grant…` methods add to it. */
  readonly permissions?: readonly (Permission | string)[] | undefined;
  /** Out of reach for clients when false. */
  readonly enabled?: boolean | undefined;
}

/** What a table is. */
export interface TableProps extends StructureProps {
  /** Id in Appwrite: the construct's own when not set. */
  readonly tableId?: string | undefined;
  /** Check the permissions of each row as well as those of the table. */
  readonly rowSecurity?: boolean | undefined;
  /** Tables that relationships of the schema name, where they are not in the same schema. A name that is not here is an id. */
  readonly related?: { readonly [name: string]: ITable } | undefined;
}

/** What a collection is. */
export interface CollectionProps extends StructureProps {
  /** Id in Appwrite: the construct's own when not set. */
  readonly collectionId?: string | undefined;
  /** Check the permissions of each document as well as those of the collection. */
  readonly documentSecurity?: boolean | undefined;
  /** Collections that relationships of the schema name, where they are not in the same schema. */
  readonly related?: { readonly [name: string]: ICollection } | undefined;
}

/** How a database tells its tables what they need of one another. */
export interface Placement {
  /** Stands before its name in Terraform; undefined where that is a hash. */
  readonly prefix: string | undefined;
  /** The relationships that it manages. */
  readonly relations: readonly OwnedRelation[];
  /** The id of another table, by its name. */
  readonly relatedId: (name: string) => string;
  /** Columns and indexes as resources of their own. */
  readonly apart: boolean;
}

/** A table with its columns and indexes. */
export class Table extends Granting implements ITable {
  /** The word for it in what applications are told. */
  readonly exportedAs = "tables";
  /** The resource in Terraform. */
  readonly resource: TablesdbTable;
  /** Its id in Appwrite, as it is known at synth. */
  readonly id: string;
  /** Its columns, indexes and options, as it was given them. */
  readonly schema: TableDefinition | undefined;
  /** Columns and indexes that are resources of their own, because relationships close a circle. */
  readonly parts: readonly ITerraformDependable[];

  /** Makes a table whose name and id are those of the construct unless given. */
  constructor(scope: Construct, id: string, props: TableProps, placement?: Placement) {
    super(scope, id, props.permissions);
    const { schema, database, tableId, related, rowSecurity, ...own } = ownOf(props);
    const place = placement ?? alone(id, schema, (name) => related?.[name]?.tableId ?? name);
    const managed = { ...props, renamedFrom: props.renamedFrom ?? schema?.options.renamedFrom };
    this.id = idOf(this, "tableId", tableId ?? schema?.options.id, managed);
    this.schema = schema;
    const columns = schema && columnConfigs(schema.columns, place.relations, (name) => this.#relatedId(name, place));
    const indexes = schema && indexConfigs(schema.indexes);
    const security = rowSecurity ?? schema?.options.rowSecurity;
    const resource = new TablesdbTable(this, "Default", {
      ...settingsOf(id, schema, own),
      ...protectedMetaOf(this, props),
      id: this.id,
      databaseId: database.databaseId,
      ...(security === undefined ? {} : { rowSecurity: security }),
      ...(place.apart ? {} : { columns, indexes }),
    });
    this.grants.giveTo(resource);
    this.resource = manage(this, resource, managed, place.prefix);
    this.parts = place.apart ? this.#makeApart(columns ?? {}, indexes ?? {}, place.prefix) : [];
  }

  /** A table that is there already and is not managed here. */
  static fromTableId(scope: Construct, id: string, tableId: string): ITable {
    return Object.assign(new Construct(scope, id), { tableId });
  }

  /** Its id, as a reference that makes a dependency. */
  get tableId(): string {
    return this.resource.id;
  }

  #relatedId(name: string, place: Placement): string {
    // A table that refers to itself cannot wait for itself.
    return name === this.node.id ? this.id : place.relatedId(name);
  }

  #makeApart(
    columns: ReturnType<typeof columnConfigs>,
    indexes: ReturnType<typeof indexConfigs>,
    prefix: string | undefined,
  ): readonly ITerraformDependable[] {
    const where = { databaseId: this.resource.databaseId, tableId: this.resource.id };
    const made = Object.entries(columns).map(([key, { previousKey, ...column }]) =>
      part(this, prefix, key, (inner) => new TablesdbColumn(inner, "Default", { ...where, key, ...column }), {
        table: this.schema?.options.renamedFrom,
        key: previousKey,
      }),
    );
    const indexed = Object.entries(indexes).map(([key, index]) =>
      part(
        this,
        prefix,
        `index_${key}`,
        (inner) => new TablesdbIndex(inner, "Default", { ...where, key, ...index, dependsOn: made }),
        { table: this.schema?.options.renamedFrom },
      ),
    );
    return [...made, ...indexed];
  }
}

/** A collection of the classic API, with its attributes and indexes. */
export class Collection extends Granting implements ICollection {
  /** The word for it in what applications are told. */
  readonly exportedAs = "collections";
  /** The resource in Terraform. */
  readonly resource: CollectionResource;
  /** Its id in Appwrite, as it is known at synth. */
  readonly id: string;
  /** Its columns, indexes and options, as it was given them. */
  readonly schema: TableDefinition | undefined;
  /** Attributes and indexes that are resources of their own, because relationships close a circle. */
  readonly parts: readonly ITerraformDependable[];

  /** Makes a collection whose name and id are those of the construct unless given. */
  constructor(scope: Construct, id: string, props: CollectionProps, placement?: Placement) {
    super(scope, id, props.permissions);
    const { schema, database, collectionId, related, documentSecurity, ...own } = ownOf(props);
    const place = placement ?? alone(id, schema, (name) => related?.[name]?.collectionId ?? name);
    const managed = { ...props, renamedFrom: props.renamedFrom ?? schema?.options.renamedFrom };
    this.id = idOf(this, "collectionId", collectionId ?? schema?.options.id, managed);
    this.schema = schema;
    const attributes = schema && attributeConfigs(schema.columns, place, this);
    const indexes = schema && attributeIndexes(schema.indexes);
    const security = documentSecurity ?? schema?.options.rowSecurity;
    const resource = new CollectionResource(this, "Default", {
      ...settingsOf(id, schema, own),
      ...protectedMetaOf(this, props),
      id: this.id,
      databaseId: database.databaseId,
      ...(security === undefined ? {} : { documentSecurity: security }),
      ...(place.apart ? {} : { attributes, indexes }),
    });
    this.grants.giveTo(resource);
    this.resource = manage(this, resource, managed, place.prefix);
    this.parts = place.apart ? this.#makeApart(attributes ?? {}, indexes ?? {}, place.prefix) : [];
  }

  /** A collection that is there already and is not managed here. */
  static fromCollectionId(scope: Construct, id: string, collectionId: string): ICollection {
    return Object.assign(new Construct(scope, id), { collectionId });
  }

  /** Its id, as a reference that makes a dependency. */
  get collectionId(): string {
    return this.resource.id;
  }

  #makeApart(
    attributes: ReturnType<typeof attributeConfigs>,
    indexes: ReturnType<typeof attributeIndexes>,
    prefix: string | undefined,
  ): readonly ITerraformDependable[] {
    const where = { databaseId: this.resource.databaseId, collectionId: this.resource.id };
    const made = Object.entries(attributes).map(([key, { previousKey, ...attribute }]) =>
      part(this, prefix, key, (inner) => new CollectionAttribute(inner, "Default", { ...where, key, ...attribute }), {
        table: this.schema?.options.renamedFrom,
        key: previousKey,
      }),
    );
    const indexed = Object.entries(indexes).map(([key, index]) =>
      part(
        this,
        prefix,
        `index_${key}`,
        (inner) => new CollectionIndex(inner, "Default", { ...where, key, ...index, dependsOn: made }),
        { table: this.schema?.options.renamedFrom },
      ),
    );
    return [...made, ...indexed];
  }
}

/** Attributes as a collection has them. */
function attributeConfigs(
  columns: Columns,
  place: Placement,
  collection: Collection,
): { readonly [key: string]: CollectionAttributes } {
  const relatedId = (name: string): string => (name === collection.node.id ? collection.id : place.relatedId(name));
  const configs = Object.entries(columnConfigs(columns, place.relations, relatedId));
  return Object.fromEntries(
    configs.map(([key, { relatedTableId, ...attribute }]) => [
      key,
      relatedTableId === undefined ? attribute : { ...attribute, relatedCollectionId: relatedTableId },
    ]),
  );
}

/** Indexes as a collection has them. */
function attributeIndexes(indexes: TableDefinition["indexes"]): { readonly [key: string]: CollectionIndexes } {
  const configs = Object.entries(indexConfigs(indexes));
  return Object.fromEntries(configs.map(([key, { columns, ...index }]) => [key, { ...index, attributes: columns }]));
}

function alone(id: string, schema: TableDefinition | undefined, relatedId: (name: string) => string): Placement {
  const relations = schema ? ownedRelations({ [id]: schema }) : [];
  return { prefix: undefined, relations, relatedId, apart: false };
}

function settingsOf(
  id: string,
  schema: TableDefinition | undefined,
  own: { readonly name?: string | undefined; readonly enabled?: boolean | undefined },
) {
  const enabled = own.enabled ?? schema?.options.enabled;
  return { name: own.name ?? schema?.options.name ?? id, ...(enabled === undefined ? {} : { enabled }) };
}

/** What a part of a table was called before, and its table. */
interface Former {
  readonly table: string | undefined;
  readonly key?: string | undefined;
}

/** Makes a part of a table as a resource of its own, named after the table and itself. One that is renamed moves along. */
function part<R extends TablesdbColumn | TablesdbIndex | CollectionAttribute | CollectionIndex>(
  table: Construct,
  prefix: string | undefined,
  key: string,
  make: (scope: Construct) => R,
  former: Former,
): R {
  const resource = make(new Construct(table, key));
  const before = prefix ?? prefixInside(table, undefined);
  if (before === undefined) return resource;
  if (former.table !== undefined && former.key !== undefined) {
    throw new Error(
      `${table.node.path}: table and column ${key} cannot be renamed in one apply, because its columns are resources of their own. Rename one, apply, and take its renamedFrom out.`,
    );
  }
  const nameOf = (parent: string, own: string): string => partName(before, parent, own);
  const { id } = table.node;
  resource.overrideLogicalId(nameOf(id, key));
  if (former.table !== undefined || former.key !== undefined) {
    resource.moveFromId(`${resource.terraformResourceType}.${nameOf(former.table ?? id, former.key ?? key)}`);
  }
  return resource;
}

/** Terraform's name of what is part of a table. */
export function partName(prefix: string, table: string, own: string): string {
  return `${prefix}${table}_${own}`.replace(/[^\w-]/g, "_");
}
