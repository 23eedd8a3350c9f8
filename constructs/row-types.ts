import type { Columns, RelationKind, Schema } from "./schema/index.ts";
import { ownedRelations } from "./table-structure.ts";

/** What rows of tables are called, and documents of collections. */
export type Base = "Row" | "Document";

/**
 * The rows of a schema's tables as TypeScript interfaces, in text: what `Row<…>` infers, for an application that does not import the
 * schema. `nameOf` gives an interface its name.
 */
export function rowTypes(schema: Schema, base: Base, nameOf: (table: string) => string): readonly string[] {
  const what = base === "Row" ? "row of the table" : "document of the collection";
  const relations = ownedRelations(schema.tables);
  return Object.entries(schema.tables).map(([table, { columns }]) => {
    const own = Object.entries(columns).map(([key, column]) => `  ${propertyName(key)}: ${valueType(column, nameOf)};`);
    const back = relations
      .filter(({ target, twoWay }) => target === table && twoWay !== undefined && !Object.hasOwn(columns, twoWay))
      .map(
        ({ table: other, twoWay = "", relation }) =>
          `  ${propertyName(twoWay)}: ${relatedType(INVERSE[relation], nameOf(other))};`,
      );
    return `/** A ${what} ${table}. */\nexport interface ${nameOf(table)} extends ${base} {\n${[...own, ...back].join("\n")}\n}\n`;
  });
}

/** What every row or document has, as an interface in text. */
export function baseType(base: Base): string {
  return `/** What every ${base.toLowerCase()} has. */
export interface ${base} {
  $id: string;
  $sequence: string;
  ${base === "Row" ? "$tableId" : "$collectionId"}: string;
  $databaseId: string;
  $createdAt: string;
  $updatedAt: string;
  $permissions: string[];
}
`;
}

const INVERSE: { readonly [kind in RelationKind]: RelationKind } = {
  oneToOne: "oneToOne",
  oneToMany: "manyToOne",
  manyToOne: "oneToMany",
  manyToMany: "manyToMany",
};

function valueType(column: Columns[string], nameOf: (table: string) => string): string {
  if (column.kind === "relation") return relatedType(column.definition.relation, nameOf(column.definition.target));
  const { definition } = column;
  const type = scalarType(definition.type, definition.elements);
  if (definition.array) return type.includes(" ") ? `(${type})[]` : `${type}[]`;
  return definition.required ? type : `${type} | null`;
}

function relatedType(kind: RelationKind, name: string): string {
  return kind === "oneToMany" || kind === "manyToMany" ? `${name}[]` : `${name} | null`;
}

function scalarType(type: string, elements: readonly string[] | undefined): string {
  switch (type) {
    case "integer":
    case "float":
      return "number";
    case "bigint":
      return "number | bigint";
    case "boolean":
      return "boolean";
    case "enum":
      return (elements ?? []).map((element) => JSON.stringify(element)).join(" | ");
    case "point":
      return "[number, number]";
    case "line":
      return "[number, number][]";
    case "polygon":
      return "[number, number][][]";
    default:
      return "string";
  }
}

function propertyName(key: string): string {
  return /^[a-zA-Z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}
