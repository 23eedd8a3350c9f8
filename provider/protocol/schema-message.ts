import type { ProviderSchemas } from "../engine/service.ts";
import type {
  FunctionSignature,
  IdentityAttribute,
  Nesting,
  Schema,
  SchemaAttribute,
  TerraformType,
} from "../schema/terraform-type.ts";
import { typeJson } from "./dynamic-value.ts";
import { encodeMessage, type Message } from "./protobuf.ts";

/** What this provider can do beyond the first version of the protocol. */
export const SERVER_CAPABILITIES: Message = {
  plan_destroy: true,
  get_provider_schema_optional: true,
  move_resource_state: true,
  generate_resource_config: true,
};

/** The encoded answer of `GetProviderSchema`; made once when the provider is built, so that a launch need not. */
export function encodeSchemaResponse(schemas: ProviderSchemas): Uint8Array {
  return encodeMessage("GetProviderSchema.Response", {
    provider: schemaMessage(schemas.provider),
    resource_schemas: mapValues(schemas.resources, schemaMessage),
    data_source_schemas: mapValues(schemas.dataSources, schemaMessage),
    ephemeral_resource_schemas: mapValues(schemas.ephemerals, schemaMessage),
    list_resource_schemas: mapValues(schemas.lists, schemaMessage),
    functions: mapValues(schemas.functions, functionMessage),
    server_capabilities: SERVER_CAPABILITIES,
  });
}

/** The answer of `GetResourceIdentitySchemas`. */
export function identitySchemasMessage(schemas: ProviderSchemas): Message {
  return {
    identity_schemas: mapValues(schemas.identities, ({ version, attributes }) => ({
      version: BigInt(version),
      identity_attributes: attributes.map(identityAttributeMessage),
    })),
  };
}

/** The answer of `GetFunctions`. */
export function functionsMessage(schemas: ProviderSchemas): Message {
  return { functions: mapValues(schemas.functions, functionMessage) };
}

/** The answer of `GetMetadata`: names only. */
export function metadataMessage(schemas: ProviderSchemas): Message {
  const named = (types: { readonly [type: string]: unknown }) => Object.keys(types).map((type_name) => ({ type_name }));
  return {
    server_capabilities: SERVER_CAPABILITIES,
    data_sources: named(schemas.dataSources),
    resources: named(schemas.resources),
    ephemeral_resources: named(schemas.ephemerals),
    list_resources: named(schemas.lists),
    functions: Object.keys(schemas.functions).map((name) => ({ name })),
  };
}

const MARKDOWN = 1;
const NESTINGS: { readonly [nesting in Nesting]: number } = { single: 1, list: 2, set: 3, map: 4 };

function schemaMessage(schema: Schema): Message {
  return {
    version: BigInt(schema.version),
    block: {
      version: BigInt(schema.version),
      attributes: sorted(schema.attributes).map(attributeMessage),
      block_types: schema.blocks.map(({ name, nesting, attributes, description }) => ({
        type_name: name,
        nesting: NESTINGS[nesting],
        block: { attributes: sorted(attributes).map(attributeMessage), description, description_kind: MARKDOWN },
      })),
      description: schema.description,
      description_kind: MARKDOWN,
      ...(schema.deprecation ? { deprecated: true, deprecation_message: schema.deprecation } : {}),
    },
  };
}

function attributeMessage(attribute: SchemaAttribute): Message {
  const { name, description, type, nested, deprecation } = attribute;
  return {
    name,
    ...(type ? { type: typeBytes(type) } : {}),
    ...(nested
      ? {
          nested_type: {
            attributes: sorted(nested.attributes).map(attributeMessage),
            nesting: NESTINGS[nested.nesting],
          },
        }
      : {}),
    description,
    description_kind: MARKDOWN,
    required: attribute.required ?? false,
    optional: attribute.optional ?? false,
    computed: attribute.computed ?? false,
    sensitive: attribute.sensitive ?? false,
    write_only: attribute.writeOnly ?? false,
    ...(deprecation ? { deprecated: true, deprecation_message: deprecation } : {}),
  };
}

function identityAttributeMessage({ name, type, description, requiredForImport }: IdentityAttribute): Message {
  return {
    name,
    type: typeBytes(type),
    description,
    required_for_import: requiredForImport,
    optional_for_import: !requiredForImport,
  };
}

function functionMessage({ summary, description, parameters, variadic, returns }: FunctionSignature): Message {
  const parameter = (one: FunctionSignature["parameters"][number]): Message => ({
    name: one.name,
    type: typeBytes(one.type),
    allow_null_value: one.allowNull ?? false,
    allow_unknown_values: one.allowUnknown ?? false,
    description: one.description,
    description_kind: MARKDOWN,
  });
  return {
    parameters: parameters.map(parameter),
    variadic_parameter: variadic ? parameter(variadic) : null,
    return: { type: typeBytes(returns) },
    summary,
    description,
    description_kind: MARKDOWN,
  };
}

function typeBytes(type: TerraformType): Uint8Array {
  return Buffer.from(JSON.stringify(typeJson(type)), "utf8");
}

function sorted(attributes: readonly SchemaAttribute[]): readonly SchemaAttribute[] {
  return [...attributes].sort((left, right) => (left.name < right.name ? -1 : 1));
}

function mapValues<T>(
  record: { readonly [key: string]: T },
  map: (value: T) => Message,
): { readonly [key: string]: Message } {
  return Object.fromEntries(
    Object.keys(record)
      .sort()
      .map((key) => [key, map(record[key] as T)]),
  );
}
