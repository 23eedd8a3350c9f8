import type { TablesdbTableColumns, TablesdbTableIndexes } from "./generated/tablesdb-table.ts";
import type { Columns, RelationDefinition, TableDefinition } from "./schema/index.ts";

/** A relationship as one side of it is managed: the other side follows from it. */
export interface OwnedRelation extends RelationDefinition {
  /** Name of the table that it stands in. */
  readonly table: string;
  /** Key of its column. */
  readonly key: string;
}

/**
 * The relationships of a schema, each at the side that Terraform manages. Where both tables declare a two-way relationship, it is the
 * one that names the other's column; the other side is not a column of its own. Throws where the two sides contradict each other, and where
 * the column that points back is another's already.
 */
export function ownedRelations(tables: { readonly [name: string]: TableDefinition }): readonly OwnedRelation[] {
  const all = Object.entries(tables).flatMap(([table, { columns }]) =>
    Object.entries(columns).flatMap(([key, column]) =>
      isRelation(column) ? [{ table, key, ...column.definition }] : [],
    ),
  );
  const far = new Set<OwnedRelation>();
  const owned = all.flatMap((relation): OwnedRelation[] => {
    if (far.has(relation)) return [];
    const other = all.find(
      (one) =>
        one !== relation &&
        one.table === relation.target &&
        one.key === relation.twoWay &&
        one.target === relation.table,
    );
    if (other === undefined) return [relation];
    far.add(other);
    return [merged(relation, other)];
  });
  const managed = owned.filter(
    (relation) => ![...far].some(({ table, key }) => table === relation.table && key === relation.key),
  );
  requireFreeWaysBack(tables, managed, far);
  return managed;
}

/** A column that points back is made by its relationship, so that nothing else may make one of its key. Letter case does not tell keys apart. */
function requireFreeWaysBack(
  tables: { readonly [name: string]: TableDefinition },
  relations: readonly OwnedRelation[],
  far: ReadonlySet<OwnedRelation>,
): void {
  const makers = new Map<string, string>();
  for (const [table, { columns }] of Object.entries(tables)) {
    for (const key of Object.keys(columns)) {
      const isMadeByOther = [...far].some((one) => one.table === table && one.key === key);
      if (!isMadeByOther) makers.set(`${table} ${key.toLowerCase()}`, `${table}.${key}`);
    }
  }
  for (const { table, key, target, twoWay } of relations) {
    if (twoWay === undefined) continue;
    const column = `${target} ${twoWay.toLowerCase()}`;
    const maker = makers.get(column);
    if (maker !== undefined) {
      throw new Error(
        `${table}.${key} makes the column ${target}.${twoWay}, which points back, but ${maker} makes one of that key as well. Give twoWay another key.`,
      );
    }
    makers.set(column, `${table}.${key}`);
  }
}

const INVERSE = {
  oneToOne: "oneToOne",
  oneToMany: "manyToOne",
  manyToOne: "oneToMany",
  manyToMany: "manyToMany",
} as const;

function merged(near: OwnedRelation, far: OwnedRelation): OwnedRelation {
  const at = `${near.table}.${near.key} and ${far.table}.${far.key}`;
  if (INVERSE[near.relation] !== far.relation) {
    throw new Error(
      `${at} are two sides of one relationship, but ${near.relation} does not go with ${far.relation}. The other side must be ${INVERSE[near.relation]}.`,
    );
  }
  if (far.twoWay !== undefined && far.twoWay !== near.key) {
    throw new Error(
      `${at} are two sides of one relationship, but the second names ${far.twoWay} as the column that points back.`,
    );
  }
  if (near.onDelete !== undefined && far.onDelete !== undefined && near.onDelete !== far.onDelete) {
    throw new Error(`${at} are two sides of one relationship, but differ in onDelete. Say it at one side.`);
  }
  const onDelete = near.onDelete ?? far.onDelete;
  return onDelete === undefined ? near : { ...near, onDelete };
}

/**
 * Tables whose columns must be resources of their own, because their relationships close a circle: no table could be made first.
 * The tables before them in the schema keep their columns inline.
 */
export function circular(names: readonly string[], relations: readonly OwnedRelation[]): ReadonlySet<string> {
  const apart = new Set<string>();
  const targets = (name: string): readonly string[] =>
    apart.has(name)
      ? []
      : relations.flatMap(({ table, target }) => (table === name && target !== name ? [target] : []));
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    targets(from).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, to, seen);
    });
  for (const name of names) if (reaches(name, name, new Set())) apart.add(name);
  return apart;
}

/** A column of a table in the words of the resource. `related` is the id of the table that a relationship points to. */
export type ColumnConfig = TablesdbTableColumns;

/** The columns that a table manages itself, by key. `relatedId` gives the id of another table by its name. */
export function columnConfigs(
  columns: Columns,
  relations: readonly OwnedRelation[],
  relatedId: (table: string) => string,
): { readonly [key: string]: ColumnConfig } {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([key, column]): [string, ColumnConfig][] => {
      if (!isRelation(column)) return [[key, column.definition]];
      const owned = relations.find((relation) => relation.key === key);
      return owned === undefined ? [] : [[key, relationConfig(owned, relatedId(owned.target))]];
    }),
  );
}

function relationConfig({ relation, twoWay, onDelete }: OwnedRelation, relatedTableId: string): ColumnConfig {
  return {
    type: "relationship",
    relationshipType: relation,
    relatedTableId,
    ...(twoWay === undefined ? {} : { twoWay: true, twoWayKey: twoWay }),
    ...(onDelete === undefined ? {} : { onDelete }),
  };
}

/** The indexes of a table in the words of the resource, by key. */
export function indexConfigs(indexes: TableDefinition["indexes"]): { readonly [key: string]: TablesdbTableIndexes } {
  return Object.fromEntries(
    Object.entries(indexes).map(([key, { type = "key", on, orders, lengths }]) => [
      key,
      { type, columns: on, ...(orders ? { orders } : {}), ...(lengths ? { lengths } : {}) },
    ]),
  );
}

function isRelation(column: Columns[string]): column is Extract<Columns[string], { readonly kind: "relation" }> {
  return column.kind === "relation";
}
