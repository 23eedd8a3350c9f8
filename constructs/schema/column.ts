/**
 * Columns as values that carry the type of what they hold, so that row types are inferred. Nothing here imports a CDK: the
 * application imports the same file.
 */

/** Types of columns that hold values. */
export type ColumnType =
  | "varchar"
  | "text"
  | "mediumtext"
  | "longtext"
  | "string"
  | "integer"
  | "bigint"
  | "float"
  | "boolean"
  | "enum"
  | "email"
  | "url"
  | "ip"
  | "datetime"
  | "point"
  | "line"
  | "polygon";

type TextType = "varchar" | "text" | "mediumtext" | "longtext" | "string";

/** Whether a row must bring a value, may leave it out, or gets a default then. */
export type Presence = "required" | "optional" | "default";

/** What a column is, as Terraform's attributes tell it. */
export interface ColumnDefinition {
  /** Type of the values. */
  readonly type: ColumnType;
  /** Every row must bring a value. */
  readonly required?: boolean;
  /** Holds a list of values. */
  readonly array?: boolean;
  /** Characters of a text. */
  readonly size?: number;
  /** Least whole number. */
  readonly min?: number | bigint;
  /** Greatest whole number. */
  readonly max?: number | bigint;
  /** Least number. */
  readonly floatMin?: number;
  /** Greatest number. */
  readonly floatMax?: number;
  /** Words of an enumeration. */
  readonly elements?: readonly string[];
  /** Value of rows that bring none, as text. */
  readonly default?: string;
  /** Stores the text encrypted. */
  readonly encrypt?: boolean;
  /** Former key. */
  readonly previousKey?: string;
}

/** What may get a default; in the compiler's words, why something else may not. */
type WithoutDefault<K extends ColumnType, V, P extends Presence, A extends boolean> = A extends true
  ? { readonly "a column of lists has no default": never }
  : P extends "required"
    ? { readonly "a required column has no default": never }
    : Column<K, V, "optional", false>;

/** A column of type `K` whose values are `V`. */
export class Column<K extends ColumnType, V, P extends Presence = "optional", A extends boolean = false> {
  /** Tells it from a relationship. */
  readonly kind = "column";
  /** What it is, as Terraform's attributes tell it. */
  readonly definition: ColumnDefinition;
  /** Type of the values; nothing at run time. */
  declare readonly value?: V;
  /** Nothing at run time. */
  declare readonly presence?: P;
  /** Nothing at run time. */
  declare readonly isArray?: A;
  /** Nothing at run time. */
  declare readonly columnType?: K;

  /** Made by the functions of `c`. */
  constructor(definition: ColumnDefinition) {
    this.definition = definition;
  }

  /** Every row must bring a value. */
  required(this: Column<K, V, "optional", A>): Column<K, V, "required", A> {
    return new Column({ ...this.definition, required: true });
  }

  /** The value of rows that bring none. */
  default(this: WithoutDefault<K, V, P, A>, value: V): Column<K, V, "default", false> {
    const { definition } = this as Column<K, V>;
    return new Column({ ...definition, default: textOf(value) });
  }

  /** Holds a list of values. */
  array(this: Column<K, V, Exclude<P, "default">, false>): Column<K, V, P, true> {
    return new Column({ ...this.definition, array: true });
  }

  /** Stores the text encrypted; it cannot be queried then. */
  encrypted(this: Column<TextType, V, P, A>): Column<K, V, P, A> {
    return new Column({ ...this.definition, encrypt: true });
  }

  /** The former key: a column of that key is renamed and keeps its values. */
  renamedFrom(key: string): Column<K, V, P, A> {
    return new Column({ ...this.definition, previousKey: key });
  }
}

/** How rows of two tables belong together. */
export type RelationKind = "oneToOne" | "oneToMany" | "manyToOne" | "manyToMany";

/** What a relationship is. */
export interface RelationDefinition {
  /** Name of the other table. */
  readonly target: string;
  /** How the rows belong together. */
  readonly relation: RelationKind;
  /** Key of the column that points back. */
  readonly twoWay?: string;
  /** What deleting a row does to those related to it. */
  readonly onDelete?: "restrict" | "cascade" | "setNull";
}

/** Further words on a relationship. */
export interface RelationOptions {
  /** Key of a column of the other table that points back. That table may declare it, or leave it to this one. */
  readonly twoWay?: string;
  /** What deleting a row does to those related to it: `restrict` when not set. */
  readonly onDelete?: "restrict" | "cascade" | "setNull";
}

/** No options at all. */
type NoOptions = { readonly [option in never]: never };

type WayBack<O> = O extends { readonly twoWay: infer W extends string } ? W : never;

/** A column that holds rows of another table. */
export class Relation<T extends string, K extends RelationKind, W extends string = never> {
  /** Tells it from a column of values. */
  readonly kind = "relation";
  /** What it is. */
  readonly definition: RelationDefinition;
  /** Name of the other table; nothing at run time. */
  declare readonly target?: T;
  /** Nothing at run time. */
  declare readonly relation?: K;
  /** Nothing at run time. */
  declare readonly twoWay?: W;

  /** Made by the functions of `c`. */
  constructor(definition: RelationDefinition) {
    this.definition = definition;
  }
}

/** The columns there are: `c.varchar(200).required()`. */
export const c = {
  /** Text of up to `size` characters, 16381 at most. */
  varchar: (size: number) => new Column<"varchar", string>({ type: "varchar", size }),
  /** Text of up to 16 thousand characters. */
  text: () => new Column<"text", string>({ type: "text" }),
  /** Text of up to 4 million characters. */
  mediumtext: () => new Column<"mediumtext", string>({ type: "mediumtext" }),
  /** Text of up to a thousand million characters. */
  longtext: () => new Column<"longtext", string>({ type: "longtext" }),
  /** Text of up to `size` characters, of the older type `string`. */
  string: (size: number) => new Column<"string", string>({ type: "string", size }),
  /** A whole number. */
  integer: (bounds: { readonly min?: number; readonly max?: number } = {}) =>
    new Column<"integer", number>({ type: "integer", ...bounds }),
  /** A whole number of 64 bits. */
  bigint: (bounds: { readonly min?: number | bigint; readonly max?: number | bigint } = {}) =>
    new Column<"bigint", number | bigint>({ type: "bigint", ...bounds }),
  /** A number with a fraction. */
  float: ({ min, max }: { readonly min?: number; readonly max?: number } = {}) =>
    new Column<"float", number>({
      type: "float",
      ...(min === undefined ? {} : { floatMin: min }),
      ...(max === undefined ? {} : { floatMax: max }),
    }),
  /** True or false. */
  boolean: () => new Column<"boolean", boolean>({ type: "boolean" }),
  /** One of these words. */
  enum: <const E extends readonly [string, ...string[]]>(...elements: E) =>
    new Column<"enum", E[number]>({ type: "enum", elements }),
  /** An e-mail address. */
  email: () => new Column<"email", string>({ type: "email" }),
  /** A URL with its scheme. */
  url: () => new Column<"url", string>({ type: "url" }),
  /** An IPv4 or IPv6 address. */
  ip: () => new Column<"ip", string>({ type: "ip" }),
  /** A date and time in ISO 8601. */
  datetime: () => new Column<"datetime", string>({ type: "datetime" }),
  /** Longitude and latitude. */
  point: () => new Column<"point", Point>({ type: "point" }),
  /** A line of points. */
  line: () => new Column<"line", readonly Point[]>({ type: "line" }),
  /** An area: an outer ring of points, and holes in it. */
  polygon: () => new Column<"polygon", readonly (readonly Point[])[]>({ type: "polygon" }),

  /** At most one row of another table, which belongs to this row alone. */
  oneToOne: <const T extends string, const O extends RelationOptions = NoOptions>(target: T, options?: O) =>
    new Relation<T, "oneToOne", WayBack<O>>({ target, relation: "oneToOne", ...options }),
  /** Rows of another table, each of which belongs to one row of this. */
  oneToMany: <const T extends string, const O extends RelationOptions = NoOptions>(target: T, options?: O) =>
    new Relation<T, "oneToMany", WayBack<O>>({ target, relation: "oneToMany", ...options }),
  /** One row of another table, which many rows of this may share. */
  manyToOne: <const T extends string, const O extends RelationOptions = NoOptions>(target: T, options?: O) =>
    new Relation<T, "manyToOne", WayBack<O>>({ target, relation: "manyToOne", ...options }),
  /** Rows of another table, shared with other rows of this. */
  manyToMany: <const T extends string, const O extends RelationOptions = NoOptions>(target: T, options?: O) =>
    new Relation<T, "manyToMany", WayBack<O>>({ target, relation: "manyToMany", ...options }),
} as const;

/** Longitude and latitude. */
export type Point = readonly [longitude: number, latitude: number];

/** A default as Terraform's attribute has it: text for every type. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}
