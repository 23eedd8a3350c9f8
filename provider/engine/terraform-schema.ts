import type { Attribute, Attributes, AttributeType } from "../schema/attribute.ts";
import type { ResourceDefinition } from "../schema/resource.ts";
import type {
  IdentityAttribute,
  Schema,
  SchemaAttribute,
  SchemaBlock,
  TerraformType,
} from "../schema/terraform-type.ts";

/** The Terraform schema of a resource. */
export function resourceSchema(definition: ResourceDefinition): Schema {
  return {
    version: definition.upgrades?.length ?? 0,
    description: [definition.summary, definition.notes].filter(Boolean).join("\n\n"),
    attributes: schemaAttributes(definition.attributes),
    blocks: definition.timeouts ? [timeoutsBlock(definition.timeouts)] : [],
  };
}

/** The identity of a resource: what makes its import id, and the project. */
export function identitySchema(definition: ResourceDefinition): readonly IdentityAttribute[] {
  const names = [...definition.importId, ...(definition.attributes["project_id"] ? ["project_id"] : [])];
  return [...new Set(names)].map((name) => ({
    name,
    type: { kind: "string" },
    description: definition.attributes[name]?.doc ?? "",
    requiredForImport: name !== "project_id",
  }));
}

/** Attributes as Terraform's schema tells them. */
export function schemaAttributes(attributes: Attributes): readonly SchemaAttribute[] {
  return Object.entries(attributes).map(([name, attribute]) => schemaAttribute(name, attribute));
}

/** The type that a value of this kind has on Terraform's wire. */
export function terraformType(type: AttributeType): TerraformType {
  switch (type.kind) {
    case "string":
    case "oneOf":
    case "json":
    case "datetime":
      return { kind: "string" };
    case "int":
    case "float":
      return { kind: "number" };
    case "bool":
      return { kind: "bool" };
    case "permissions":
      return { kind: type.set ? "set" : "list", element: { kind: "string" } };
    case "unordered":
      return { kind: "list", element: terraformType(type.element) };
    case "list":
    case "set":
    case "map":
      return { kind: type.kind, element: terraformType(type.element) };
    case "object":
      return {
        kind: "object",
        attributes: Object.fromEntries(
          Object.entries(type.attributes).map(([name, attribute]) => [name, terraformType(attribute.type)]),
        ),
      };
  }
}

/** Minutes that an operation may take unless the `timeouts` block says otherwise. */
function timeoutsBlock(timeouts: NonNullable<ResourceDefinition["timeouts"]>): SchemaBlock {
  return {
    name: "timeouts",
    nesting: "single",
    description: "How long an operation may take, such as `10m`.",
    attributes: Object.entries(timeouts).map(([operation, minutes]) => ({
      name: operation,
      type: { kind: "string" },
      optional: true,
      description: `How long ${operation === "create" ? "creating" : operation === "update" ? "updating" : "deleting"} may take, such as \`90s\` or \`10m\`. Default: \`${minutes}m\`.`,
    })),
  };
}

function schemaAttribute(name: string, attribute: Attribute): SchemaAttribute {
  const { presence, options, doc } = attribute;
  return {
    name,
    description: doc,
    ...shape(attribute.type),
    ...(presence === "required" ? { required: true } : {}),
    ...(presence === "computed" || presence === "required" ? {} : { optional: true }),
    ...(isComputed(attribute) ? { computed: true } : {}),
    ...(options.sensitive ? { sensitive: true } : {}),
    ...(options.writeOnly ? { writeOnly: true } : {}),
    ...(options.deprecated ? { deprecation: options.deprecated } : {}),
  };
}

/** May its value be another than what is written? */
function isComputed({ presence, options }: Attribute): boolean {
  return presence === "optional" ? options.unset !== undefined : presence !== "required";
}

function shape(type: AttributeType): Pick<SchemaAttribute, "type" | "nested"> {
  if (type.kind === "object") return { nested: { nesting: "single", attributes: schemaAttributes(type.attributes) } };
  if ((type.kind === "list" || type.kind === "set" || type.kind === "map") && type.element.kind === "object") {
    return { nested: { nesting: type.kind, attributes: schemaAttributes(type.element.attributes) } };
  }
  return { type: terraformType(type) };
}
