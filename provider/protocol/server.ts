import { defect } from "../engine/failure.ts";
import { UnknownTypeError } from "../engine/provider-error.ts";
import type { ListEvent, ProviderSchemas, ProviderService } from "../engine/service.ts";
import type { Diagnostic, Path } from "../schema/diagnostics.ts";
import { error } from "../schema/diagnostics.ts";
import { type Schema, type TerraformType, typeOfSchema } from "../schema/terraform-type.ts";
import { isRecord, type Row, type Value } from "../schema/value.ts";
import { conformed, decodeDynamicValue, decodeRawState, encodeDynamicValue, unknownPlace } from "./dynamic-value.ts";
import { GrpcError, type Handler, STATUS } from "./grpc.ts";
import type { Logger } from "./logging.ts";
import { MalformedValue } from "./message-pack.ts";
import { CALLS } from "./messages.generated.ts";
import { decodeMessage, encodeMessage, MalformedMessage, type Message } from "./protobuf.ts";
import { encodeSchemaResponse, functionsMessage, identitySchemasMessage, metadataMessage } from "./schema-message.ts";

/**
 * The calls of `tfplugin6.Provider` over a provider service. Whatever goes wrong inside a call becomes a diagnostic; only a request that
 * cannot be read at all becomes a gRPC status. An object that was in state stays there when its own call fails.
 */
export function createRoutes(service: () => ProviderService, logger: Logger): (path: string) => Handler | null {
  const types = createTypes(() => service().schemas);
  const unary = unaryCalls(service, types);
  return (path) => {
    const name = /^\/tfplugin6\.Provider\/(\w+)$/.exec(path)?.[1];
    const call = name === undefined || !Object.hasOwn(CALLS, name) ? undefined : CALLS[name];
    if (name === undefined || call === undefined) return null;
    const [requestType, responseType] = call;
    if (name === "GetProviderSchema") {
      return async (bytes) => {
        decode(requestType, bytes);
        return encodeSchemaResponse(service().schemas);
      };
    }
    if (name === "ListResource")
      return (bytes) => listResource(service, types, decode(requestType, bytes), responseType);
    const handle = unary[name];
    if (handle === undefined) return null;
    return async (bytes, signal) => {
      const request = decode(requestType, bytes);
      const started = performance.now();
      const response = await guarded(handle, request, name, signal);
      logger("trace", "served a call", {
        rpc: name,
        tf_resource_type: String(request["type_name"] ?? ""),
        milliseconds: Math.round(performance.now() - started),
      });
      return encodeMessage(responseType, response);
    };
  };
}

/** `signal` is aborted when the caller gives the call up. */
type Call = (request: Message, signal: AbortSignal) => Promise<Message>;

function unaryCalls(service: () => ProviderService, types: Types): { readonly [name: string]: Call } {
  return {
    GetMetadata: async () => metadataMessage(service().schemas),
    GetResourceIdentitySchemas: async () => identitySchemasMessage(service().schemas),
    GetFunctions: async () => functionsMessage(service().schemas),

    ValidateProviderConfig: async (request) => ({
      diagnostics: messages(await service().validateProvider(types.provider(request["config"]))),
    }),
    ConfigureProvider: async (request) => ({
      diagnostics: messages(
        await service().configure({
          config: types.provider(request["config"]),
          terraformVersion: text(request["terraform_version"]),
          client: capabilities(request),
        }),
      ),
    }),
    ValidateResourceConfig: async (request) => {
      const type = text(request["type_name"]);
      return {
        diagnostics: messages(
          await service().validateResource(type, types.resource(type).row(request["config"]), capabilities(request)),
        ),
      };
    },
    ValidateDataResourceConfig: async (request) => {
      const type = text(request["type_name"]);
      return {
        diagnostics: messages(await service().validateDataSource(type, types.dataSource(type).row(request["config"]))),
      };
    },
    ValidateEphemeralResourceConfig: async (request) => {
      const type = text(request["type_name"]);
      return {
        diagnostics: messages(await service().validateEphemeral(type, types.ephemeral(type).row(request["config"]))),
      };
    },
    ValidateListResourceConfig: async (request) => {
      const type = text(request["type_name"]);
      return { diagnostics: messages(await service().validateList(type, types.list(type).row(request["config"]))) };
    },

    UpgradeResourceState: async (request) => {
      const type = text(request["type_name"]);
      const codec = types.resource(type);
      const stored = storedRow(message(request["raw_state"]));
      if (stored === null) return { upgraded_state: codec.encode(null) };
      const { state, diagnostics } = await service().upgradeState(type, whole(request["version"]), stored);
      return {
        upgraded_state: state === null ? null : codec.encode(codec.conformed(state)),
        diagnostics: messages(diagnostics),
      };
    },
    UpgradeResourceIdentity: async (request) => {
      const type = text(request["type_name"]);
      const stored = storedRow(message(request["raw_identity"]));
      const codec = types.identity(type);
      const { identity, diagnostics } = await service().upgradeIdentity(type, whole(request["version"]), stored ?? {});
      return {
        upgraded_identity: identity === null ? null : codec.identityMessage(codec.conformed(identity)),
        diagnostics: messages(diagnostics),
      };
    },

    ReadResource: async (request) => {
      const type = text(request["type_name"]);
      const codec = types.resource(type);
      const state = codec.known(request["current_state"]);
      const identities = types.identity(type);
      const answer = await service().read({
        type,
        state,
        privateState: bytes(request["private"]),
        identity: identities.identity(request["current_identity"]),
        client: capabilities(request),
      });
      return {
        new_state: codec.encode(answer.state),
        private: answer.privateState,
        new_identity: identities.identityMessage(answer.identity),
        diagnostics: messages(answer.diagnostics),
      };
    },
    PlanResourceChange: async (request) => {
      const type = text(request["type_name"]);
      const codec = types.resource(type);
      const identities = types.identity(type);
      const answer = await service().plan({
        type,
        prior: codec.knownOrNull(request["prior_state"]),
        config: codec.rowOrNull(request["config"]),
        proposed: codec.rowOrNull(request["proposed_new_state"]),
        priorPrivate: bytes(request["prior_private"]),
        identity: identities.identity(request["prior_identity"]),
        client: capabilities(request),
      });
      return {
        planned_state: codec.encode(answer.planned),
        requires_replace: answer.replacedBy.map(pathMessage),
        planned_private: answer.plannedPrivate,
        planned_identity: identities.identityMessage(answer.identity),
        diagnostics: messages(answer.diagnostics),
      };
    },
    ApplyResourceChange: async (request, signal) => {
      const type = text(request["type_name"]);
      const codec = types.resource(type);
      const identities = types.identity(type);
      const answer = await service().apply({
        type,
        prior: codec.knownOrNull(request["prior_state"]),
        planned: codec.rowOrNull(request["planned_state"]),
        config: codec.knownOrNull(request["config"]),
        plannedPrivate: bytes(request["planned_private"]),
        identity: identities.identity(request["planned_identity"]),
        signal,
      });
      // What was reached goes into state as far as it can be written, and with it the id by which it is found again.
      const { encoded, faults } = codec.encodePossible(answer.state);
      return {
        new_state: encoded,
        private: answer.privateState,
        new_identity: identities.identityMessage(answer.identity),
        diagnostics: messages([...answer.diagnostics, ...faults]),
      };
    },
    ImportResourceState: async (request) => {
      const type = text(request["type_name"]);
      const identities = types.identity(type);
      const answer = await service().importState({
        type,
        id: text(request["id"]),
        identity: identities.identity(request["identity"]),
        client: capabilities(request),
      });
      return {
        imported_resources: answer.imported.map((one) => ({
          type_name: one.type,
          state: types.resource(one.type).encode(one.state),
          private: one.privateState,
          identity: types.identity(one.type).identityMessage(one.identity),
        })),
        diagnostics: messages(answer.diagnostics),
      };
    },
    MoveResourceState: async (request) => {
      const targetType = text(request["target_type_name"]);
      const codec = types.resource(targetType);
      const stored = storedRow(message(request["source_state"]));
      if (stored === null) throw new MalformedValue("there is no state to move");
      const answer = await service().move({
        sourceProviderAddress: text(request["source_provider_address"]),
        sourceType: text(request["source_type_name"]),
        sourceSchemaVersion: whole(request["source_schema_version"]),
        sourceState: stored,
        sourcePrivate: bytes(request["source_private"]),
        targetType,
      });
      return {
        target_state: answer.state === null ? null : codec.encode(codec.conformed(answer.state)),
        target_private: answer.privateState,
        target_identity: types.identity(targetType).identityMessage(answer.identity),
        diagnostics: messages(answer.diagnostics),
      };
    },
    GenerateResourceConfig: async (request) => {
      const type = text(request["type_name"]);
      const codec = types.resource(type);
      const state = codec.knownOrNull(request["state"]);
      return {
        config: codec.encode(
          state === null ? null : configOf(schemaOf(service().schemas.resources, type, "resource"), state),
        ),
      };
    },

    ReadDataSource: async (request) => {
      const type = text(request["type_name"]);
      const codec = types.dataSource(type);
      const answer = await service().readDataSource(type, codec.known(request["config"]));
      return {
        state: answer.state === null ? null : codec.encode(answer.state),
        diagnostics: messages(answer.diagnostics),
      };
    },

    OpenEphemeralResource: async (request) => {
      const type = text(request["type_name"]);
      const codec = types.ephemeral(type);
      const answer = await service().openEphemeral(type, codec.known(request["config"]));
      return {
        result: answer.result === null ? null : codec.encode(answer.result),
        renew_at: timestamp(answer.renewAt),
        private: answer.privateState,
        diagnostics: messages(answer.diagnostics),
      };
    },
    RenewEphemeralResource: async (request) => {
      const answer = await service().renewEphemeral(text(request["type_name"]), bytes(request["private"]));
      return {
        renew_at: timestamp(answer.renewAt),
        private: answer.privateState,
        diagnostics: messages(answer.diagnostics),
      };
    },
    CloseEphemeralResource: async (request) => ({
      diagnostics: messages(await service().closeEphemeral(text(request["type_name"]), bytes(request["private"]))),
    }),

    CallFunction: async (request) => {
      const name = text(request["name"]);
      const signature = Object.hasOwn(service().schemas.functions, name)
        ? service().schemas.functions[name]
        : undefined;
      if (!signature) return { error: { text: `The provider has no function ${name}.` } };
      const given = (request["arguments"] ?? []) as readonly Message[];
      const parameters = given.map((argument, index) => {
        const parameter = signature.parameters[index] ?? signature.variadic;
        // One too many has no type; the provider counts them.
        return parameter ? decodeDynamicValue(parameter.type, argument) : null;
      });
      const result = await service().callFunction(name, parameters);
      if (result.kind === "result") return { result: encodeDynamicValue(signature.returns, result.value) };
      const argument = result.argument === undefined ? {} : { function_argument: BigInt(result.argument) };
      return { error: { text: result.text, ...argument } };
    },

    StopProvider: async () => {
      service().stop();
      return {};
    },
  };
}

async function* listResource(
  service: () => ProviderService,
  types: Types,
  request: Message,
  responseType: string,
): AsyncGenerator<Uint8Array> {
  const type = text(request["type_name"]);
  const encode = (event: ListEvent): Uint8Array =>
    encodeMessage(responseType, {
      identity: event.identity === null ? null : types.identity(type).identityMessage(event.identity),
      display_name: event.displayName,
      resource_object: event.state === null ? null : types.resource(type).encode(event.state),
      diagnostic: messages(event.diagnostics),
    });
  try {
    const config = types.list(type).known(request["config"]);
    const includeObject = request["include_resource_object"] === true;
    for await (const event of service().list({ type, config, includeObject, limit: whole(request["limit"]) }))
      yield encode(event);
  } catch (cause) {
    yield encodeMessage(responseType, { diagnostic: messages([faultOf(cause)]) });
  }
}

/** Runs a call; what it throws becomes a diagnostic, and the object that it was about stays as it was. */
async function guarded(call: Call, request: Message, name: string, signal: AbortSignal): Promise<Message> {
  try {
    return await call(request, signal);
  } catch (cause) {
    const diagnostics = messages([faultOf(cause)]);
    switch (name) {
      case "ReadResource":
        return {
          new_state: message(request["current_state"]),
          private: bytes(request["private"]),
          new_identity: message(request["current_identity"]),
          diagnostics,
        };
      case "ApplyResourceChange":
        return { new_state: message(request["prior_state"]), private: bytes(request["planned_private"]), diagnostics };
      case "PlanResourceChange":
        return {
          planned_state: message(request["proposed_new_state"]),
          planned_private: bytes(request["prior_private"]),
          diagnostics,
        };
      case "CallFunction":
        return { error: { text: faultOf(cause).detail } };
      case "StopProvider":
        return { Error: faultOf(cause).detail };
      default:
        return { diagnostics };
    }
  }
}

function faultOf(cause: unknown): Diagnostic {
  if (cause instanceof UnknownTypeError) return error("Unknown type", cause.message);
  if (cause instanceof MalformedValue)
    return error("Value not understood", `Terraform sent a value that the provider cannot take: ${cause.message}.`);
  return defect(cause);
}

/** Codecs of everything in the schemas, made when first needed. */
interface Types {
  provider(value: unknown): Row;
  resource(type: string): Codec;
  dataSource(type: string): Codec;
  ephemeral(type: string): Codec;
  list(type: string): Codec;
  identity(type: string): Codec;
}

interface Codec {
  /** A configuration that is to be judged; nothing is said of one that is not known as a whole. */
  row(value: unknown): Row;
  /** An object whose attributes may be unknown; null when there is none. */
  rowOrNull(value: unknown): Row | null;
  /** A state, or a configuration that is to be carried out: known in all of its parts. */
  known(value: unknown): Row;
  knownOrNull(value: unknown): Row | null;
  encode(row: Row | null): Message;
  /** As `encode`; values that are not of the type, which is a defect of ours, are left out, with an error for each. */
  encodePossible(row: Row | null): { readonly encoded: Message; readonly faults: readonly Diagnostic[] };
  /** A stored row, which may have been written by hand or by another provider, as one of this type. */
  conformed(row: Row): Row;
  identity(value: unknown): Row | null;
  identityMessage(row: Row | null): Message | null;
}

function createTypes(schemas: () => ProviderSchemas): Types {
  const known = new Map<string, Codec>();
  const remembered = (key: string, make: () => TerraformType): Codec => {
    const found = known.get(key) ?? codecOf(make());
    known.set(key, found);
    return found;
  };
  const of = (kind: "resources" | "dataSources" | "ephemerals" | "lists", what: string) => (type: string) =>
    remembered(`${kind} ${type}`, () => typeOfSchema(schemaOf(schemas()[kind], type, what)));
  return {
    provider: (value) => remembered("provider", () => typeOfSchema(schemas().provider)).row(value),
    resource: of("resources", "resource"),
    dataSource: of("dataSources", "data source"),
    ephemeral: of("ephemerals", "ephemeral resource"),
    list: of("lists", "list resource"),
    identity: (type) =>
      remembered(`identity ${type}`, () => {
        const identities = schemas().identities;
        const found = Object.hasOwn(identities, type) ? identities[type] : undefined;
        if (!found) throw new UnknownTypeError(`The provider has no resource ${type}.`);
        return {
          kind: "object",
          attributes: Object.fromEntries(found.attributes.map((attribute) => [attribute.name, attribute.type])),
        };
      }),
  };
}

function codecOf(type: TerraformType): Codec {
  const value = (one: unknown): Value => decodeDynamicValue(type, message(one));
  const rowOrNull = (one: unknown): Row | null => {
    const decoded = value(one);
    if (decoded !== null && !isRecord(decoded)) throw new MalformedValue("an object is required that is known");
    return decoded;
  };
  const knownOrNull = (one: unknown): Row | null => {
    const row = rowOrNull(one);
    const place = row === null ? null : unknownPlace(row);
    if (place !== null) throw new MalformedValue(`${place} is not known, where everything has to be`);
    return row;
  };
  return {
    row: (one) => {
      const decoded = value(one);
      return isRecord(decoded) ? decoded : {};
    },
    rowOrNull,
    known: (one) => {
      const row = knownOrNull(one);
      if (row === null) throw new MalformedValue("an object is required");
      return row;
    },
    knownOrNull,
    encode: (row) => encodeDynamicValue(type, row),
    encodePossible: (row) => encodePossible(type, row),
    conformed: (row) => conformed(type, row) as Row,
    identity: (one) => rowOrNull(message(one)?.["identity_data"]),
    identityMessage: (row) => (row === null ? null : { identity_data: encodeDynamicValue(type, row) }),
  };
}

function encodePossible(type: TerraformType, row: Row | null): ReturnType<Codec["encodePossible"]> {
  try {
    return { encoded: encodeDynamicValue(type, row), faults: [] };
  } catch (cause) {
    if (row === null || type.kind !== "object") throw cause;
    const faults: Diagnostic[] = [];
    const kept = Object.entries(row).filter(([name, value]) => {
      try {
        encodeDynamicValue(type, { [name]: value });
        return true;
      } catch (fault) {
        faults.push({ ...defect(fault), path: [{ kind: "attribute", name }] });
        return false;
      }
    });
    return { encoded: encodeDynamicValue(type, Object.fromEntries(kept)), faults };
  }
}

/** A stored object; null when there is none. */
function storedRow(raw: Message | null): Row | null {
  const stored = decodeRawState(raw);
  if (stored !== null && !isRecord(stored)) throw new MalformedValue("what is stored is not an object");
  return stored;
}

function schemaOf(schemas: { readonly [type: string]: Schema }, type: string, what: string): Schema {
  const found = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
  if (!found) throw new UnknownTypeError(`The provider has no ${what} ${type === "" ? "without a name" : type}.`);
  return found;
}

/** A state as a configuration: without what the provider alone decides. */
function configOf(schema: Schema, state: Row): Row {
  const decided = schema.attributes
    .filter((attribute) => attribute.computed && !attribute.optional)
    .map(({ name }) => name);
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [name, decided.includes(name) ? null : value]),
  );
}

function messages(diagnostics: readonly Diagnostic[]): readonly Message[] {
  return diagnostics.map(({ severity, summary, detail, path }) => ({
    severity: severity === "error" ? 1 : 2,
    summary,
    detail,
    attribute: path && path.length > 0 ? pathMessage(path) : null,
  }));
}

function pathMessage(path: Path): Message {
  return {
    steps: path.map((step) => {
      switch (step.kind) {
        case "attribute":
          return { attribute_name: step.name };
        case "index":
          return { element_key_int: BigInt(step.index) };
        case "key":
          return { element_key_string: step.key };
      }
    }),
  };
}

function capabilities(request: Message) {
  const told = message(request["client_capabilities"]);
  return {
    deferralAllowed: told?.["deferral_allowed"] === true,
    writeOnlyAttributesAllowed: told?.["write_only_attributes_allowed"] === true,
  };
}

function timestamp(date: Date | null): Message | null {
  if (date === null) return null;
  const milliseconds = date.getTime();
  return { seconds: BigInt(Math.floor(milliseconds / 1000)), nanos: (milliseconds % 1000) * 1_000_000 };
}

function decode(type: string, bytes: Uint8Array): Message {
  try {
    return decodeMessage(type, bytes);
  } catch (cause) {
    if (cause instanceof MalformedMessage)
      throw new GrpcError(STATUS.internal, `the request cannot be read: ${cause.message}`);
    throw cause;
  }
}

function message(value: unknown): Message | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
    ? (value as Message)
    : null;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function whole(value: unknown): bigint {
  return typeof value === "bigint" ? value : 0n;
}

function bytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}
