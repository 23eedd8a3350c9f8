/**
 * A type as Terraform's wire knows it (cty). Integers and floats are both `number`; enumerations, JSON texts and
 * datetimes are `string`.
 */
export type TerraformType =
  | { readonly kind: "string" }
  | { readonly kind: "number" }
  | { readonly kind: "bool" }
  | { readonly kind: "dynamic" }
  | { readonly kind: "list" | "set" | "map"; readonly element: TerraformType }
  | { readonly kind: "tuple"; readonly elements: readonly TerraformType[] }
  | { readonly kind: "object"; readonly attributes: { readonly [name: string]: TerraformType } };

/** How nested attributes or blocks are arranged: one object, or a list, set or map of objects. */
export type Nesting = "single" | "list" | "set" | "map";

/** One attribute of a schema, as `GetProviderSchema` tells it. Either `type` or `nested` is set. */
export interface SchemaAttribute {
  readonly name: string;
  readonly description: string;
  readonly type?: TerraformType;
  readonly nested?: { readonly nesting: Nesting; readonly attributes: readonly SchemaAttribute[] };
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  readonly writeOnly?: boolean;
  readonly deprecation?: string;
}

/** A nested block, such as `timeouts { … }`. */
export interface SchemaBlock {
  readonly name: string;
  readonly nesting: Nesting;
  readonly description: string;
  readonly attributes: readonly SchemaAttribute[];
}

/** The schema of a resource, data source, ephemeral resource or of the provider itself. */
export interface Schema {
  readonly version: number;
  readonly description: string;
  readonly attributes: readonly SchemaAttribute[];
  readonly blocks: readonly SchemaBlock[];
  readonly deprecation?: string;
}

/** One attribute of a resource identity (Terraform 1.12 and later). */
export interface IdentityAttribute {
  readonly name: string;
  readonly type: TerraformType;
  readonly description: string;
  readonly requiredForImport: boolean;
}

/** The signature of a provider function. */
export interface FunctionSignature {
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly FunctionParameter[];
  readonly variadic?: FunctionParameter;
  readonly returns: TerraformType;
}

/** One parameter of a provider function. */
export interface FunctionParameter {
  readonly name: string;
  readonly type: TerraformType;
  readonly description: string;
  readonly allowNull?: boolean;
  readonly allowUnknown?: boolean;
}

/** The object type that a schema describes: what a DynamicValue of it holds. */
export function typeOfSchema(schema: Pick<Schema, "attributes" | "blocks">): TerraformType {
  return {
    kind: "object",
    attributes: Object.fromEntries([
      ...schema.attributes.map((attribute) => [attribute.name, typeOfAttribute(attribute)] as const),
      ...schema.blocks.map((block) => [block.name, nest(block.nesting, block.attributes)] as const),
    ]),
  };
}

/** The type of one attribute, nested attributes included. */
export function typeOfAttribute(attribute: SchemaAttribute): TerraformType {
  if (attribute.nested) return nest(attribute.nested.nesting, attribute.nested.attributes);
  if (attribute.type) return attribute.type;
  throw new Error(`The schema attribute ${attribute.name} has neither a type nor nested attributes.`);
}

function nest(nesting: Nesting, attributes: readonly SchemaAttribute[]): TerraformType {
  const element = typeOfSchema({ attributes, blocks: [] });
  return nesting === "single" ? element : { kind: nesting, element };
}
