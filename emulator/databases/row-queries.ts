import { ServerError } from "../errors.ts";
import { refuseCondition } from "../geometry.ts";
import type { Json } from "../json.ts";
import {
  type AttributeType,
  cursorFault,
  isFilter,
  type ListRequest,
  listItems,
  parseQueries,
  type Query,
  QueryTypeError,
  queriesFault,
} from "../queries.ts";
import type { Stored } from "../store.ts";
import { type Column, isSpatial, queryType } from "./columns.ts";
import { farTable, isToOne, linkedIds, relationsOf } from "./relations.ts";
import { type Scene, valuesOf } from "./rows.ts";
import { indexesOf, madeColumns } from "./tables.ts";

/** The queries of a request after the server's checks: 400 `general_query_invalid`. One row is asked for with `select` alone. */
export function checkedQueries({ context, table }: Scene, raw: Json, isList = true): readonly Query[] {
  const columns = madeColumns(context.store, table);
  const refuse = (message: string) => new ServerError("general_query_invalid", { message });
  const queries = parsed(raw);
  const other = isList ? undefined : queries.find(({ method }) => method !== "select");
  if (other) throw refuse(`Invalid query method: ${other.method}`);
  const cursor = cursorFault(queries);
  if (cursor !== undefined) throw refuse(cursor);
  const fault = queriesFault(raw, {
    schema: typesOf(columns),
    arrays: new Set(columns.filter(({ array }) => array).map(({ key }) => key)),
    encrypted: new Set(columns.filter(({ encrypt }) => encrypt).map(({ key }) => key)),
    virtual: new Set(columns.filter((column) => isVirtual(column)).map(({ key }) => key)),
    select: true,
  });
  if (fault !== undefined) throw refuse(fault);
  const indexes = indexesOf(context.store, table).filter(({ type }) => type === "fulltext");
  const search = first(
    queries,
    ({ method, attribute }) =>
      ["search", "notSearch"].includes(method) &&
      !indexes.some(({ columns: keys }) => keys.length === 1 && keys[0] === attribute),
  );
  if (search) throw refuse(`Searching by attribute "${search.attribute}" requires a fulltext index.`);
  const unknown = unselectable(columns, queries);
  if (unknown.length > 0) throw refuse(`Cannot select attributes: ${unknown.join(", ")}`);
  refuseConditions(columns, queries);
  // MariaDB does not know these.
  if (first(queries, ({ method }) => ["exists", "notExists"].includes(method)))
    throw new ServerError("general_unknown");
  return queries;
}

/** What is asked of shapes, also within other queries. */
function refuseConditions(columns: readonly Column[], queries: readonly Query[]): void {
  for (const { method, attribute, values, nested } of queries) {
    refuseConditions(columns, nested);
    const column = columns.find(({ key }) => key === attribute);
    if (column && isSpatial(column) && isFilter(method)) refuseCondition(column.type, method, values);
  }
}

/** The first query of a kind; those within others come before those that they are in. */
function first(queries: readonly Query[], wanted: (query: Query) => boolean): Query | undefined {
  for (const query of queries) {
    const found = first(query.nested, wanted) ?? (wanted(query) ? query : undefined);
    if (found) return found;
  }
  return undefined;
}

/** Queries that cannot be read are told in the library's words alone. */
function parsed(raw: Json): Query[] {
  try {
    return parseQueries(raw);
  } catch (error) {
    if (error instanceof QueryTypeError) throw new ServerError("general_unknown");
    throw new ServerError("general_query_invalid", { message: (error as Error).message });
  }
}

/** A relationship whose ids are in the other table, or in a table between the two, cannot be compared. */
function isVirtual(column: Column): boolean {
  if (column.type !== "relationship") return false;
  return !isToOne(column) || (column.relationType === "oneToOne" && !column.twoWay && column.side === "child");
}

/** Relationships are selected by what is in them (`boss.name`), not by their own name, unless everything is selected. */
function unselectable(columns: readonly Column[], queries: readonly Query[]): string[] {
  const names = queries.filter(({ method }) => method === "select").flatMap(({ values }) => values.map(String));
  const isOwn = (name: string) => columns.some(({ key, type }) => key === name && type !== "relationship");
  const unknown = names.filter((name) => !name.includes(".") && !name.startsWith("$") && !isOwn(name));
  return unknown.includes("*") ? [] : unknown;
}

/** The kinds of values of a table's columns. */
function typesOf(columns: readonly Column[]): Record<string, AttributeType> {
  return Object.fromEntries(columns.map((column) => [column.key, queryType(column)]));
}

/** How much a list of rows is asked for. */
export type Extent = Pick<ListRequest, "total"> & { readonly defaultLimit?: number };

/** Writes of several rows take all that the queries mean. */
export const everyRow: Extent = { defaultLimit: Number.MAX_SAFE_INTEGER };

/** The rows that queries mean; `among` says which of them the caller may see. */
export function selectRows(
  scene: Scene,
  queries: readonly Query[],
  extent: Extent,
  among: (row: Stored) => boolean = () => true,
): { total: number; items: Stored[] } {
  const { context, words, table } = scene;
  const relations = relationsOf(context.store, table);
  const { defaultLimit, ...request } = extent;
  const isFar = ({ attribute }: Query) => farOf(relations, attribute) !== undefined;
  const near = queries.filter((query) => !isFar(query));
  const conditions = queries.filter(isFar).map((query) => relatedMatch(scene, relations, query));
  return listItems(
    context.store.list(table.rows).filter((row) => among(row) && conditions.every((matches) => matches(row))),
    { ...request, queries: near },
    {
      noun: words.row === "row" ? "Row" : "Document",
      refusals: "checked before",
      orderWords: [words.columnError, words.rows],
      value: (row, attribute) => valueAt(scene, row, attribute, relations),
      id: (row) => row.id,
      types: typesOf(madeColumns(context.store, table)),
      ...(defaultLimit === undefined ? {} : { defaultLimit }),
    },
  );
}

/** The relationship through which a dotted name leads; undefined when it is a column's own name. */
function farOf(relations: readonly Column[], attribute: string): Column | undefined {
  return attribute.includes(".") ? relations.find(({ key }) => attribute.startsWith(`${key}.`)) : undefined;
}

/** A condition on related rows (`boss.name`): met where one of them meets it. */
function relatedMatch(scene: Scene, relations: readonly Column[], query: Query): (row: Stored) => boolean {
  const { store } = scene.context;
  const column = farOf(relations, query.attribute);
  const far = column && farTable(store, scene.table, column);
  if (!column || !far) return () => false;
  const inner = { ...query, attribute: query.attribute.slice(column.key.length + 1) };
  const met = new Set(selectRows({ ...scene, table: far }, [inner], everyRow).items.map(({ id }) => id.toLowerCase()));
  return (row) => linkedIds(store, scene.table, column, row.id).some((id) => met.has(id.toLowerCase()));
}

function valueAt(
  { context, table }: Scene,
  row: Stored,
  attribute: string,
  relations: readonly Column[],
): Json | undefined {
  switch (attribute) {
    case "$id":
      return row.id;
    case "$createdAt":
      return row.data["createdAt"];
    case "$updatedAt":
      return row.data["updatedAt"];
    case "$sequence":
      return row.data["sequence"];
    default: {
      const relation = relations.find(({ key }) => key === attribute);
      return relation ? linkedIds(context.store, table, relation, row.id)[0] : valuesOf(row)[attribute];
    }
  }
}
