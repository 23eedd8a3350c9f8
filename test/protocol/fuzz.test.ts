import { createProvider } from "../../provider/engine/provider.ts";
import { encodeValue } from "../../provider/protocol/dynamic-value.ts";
import { GrpcError } from "../../provider/protocol/grpc.ts";
import { CALLS, MESSAGES } from "../../provider/protocol/messages.generated.ts";
import { decodeMessage, encodeMessage, type Field, type Message } from "../../provider/protocol/protobuf.ts";
import { createRoutes } from "../../provider/protocol/server.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { typeOfSchema } from "../../provider/schema/terraform-type.ts";
import { configurations } from "../support/configurations.ts";
import fc from "../support/fast-check.ts";
import { RUNS } from "../support/runs.ts";
import { veiled } from "../support/unknowns.ts";

/**
 * Every call with messages that nobody sends: random bytes, random fields, values of other types, values cut short. The provider answers
 * with diagnostics or a gRPC status, and no answer ever speaks of a defect.
 */

const service = createProvider(catalogue, () => ({
  connection: { backend: null, projectId: null, dataLoss: "warn" },
  diagnostics: [],
}));
const route = createRoutes(
  () => service,
  () => {},
);

const TYPES = [
  ...catalogue.resources.map(({ type }) => type),
  ...Object.keys(service.schemas.dataSources),
  ...Object.keys(service.schemas.ephemerals),
];

/** Calls a route with bytes; gives the answers' messages, or the gRPC status. */
async function send(name: string, bytes: Uint8Array): Promise<readonly Message[] | GrpcError> {
  const handler = route(`/tfplugin6.Provider/${name}`);
  if (handler === null) return [];
  const [, responseType] = CALLS[name] ?? ["", ""];
  try {
    const answer = handler(bytes, new AbortController().signal);
    if (!(Symbol.asyncIterator in answer)) return [decodeMessage(responseType, await answer)];
    const all: Message[] = [];
    for await (const one of answer) all.push(decodeMessage(responseType, one));
    return all;
  } catch (cause) {
    if (cause instanceof GrpcError) return cause;
    throw cause;
  }
}

function textOf(answer: unknown): string {
  return JSON.stringify(answer, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

function expectSane(answers: readonly Message[] | GrpcError): void {
  if (answers instanceof GrpcError) return;
  for (const answer of answers) {
    const told = [
      ...((answer["diagnostics"] ?? answer["diagnostic"] ?? []) as readonly Message[]),
      ...[answer["error"]].filter(Boolean),
    ];
    expect(textOf(told)).not.toContain("This should not happen");
  }
}

/** Messages by the protocol's own table, with what belongs in the fields, and what does not. */
function messages(type: string, depth: number): fc.Arbitrary<Message> {
  if (type === "DynamicValue") return dynamicValues();
  const fields = (MESSAGES[type] ?? []).map(
    ([, name, kind, label]) => [name, field(name, kind, label, depth)] as const,
  );
  return fc.record(Object.fromEntries(fields)) as fc.Arbitrary<Message>;
}

function field(name: string, kind: string, label: string, depth: number): fc.Arbitrary<Field> {
  const one = scalar(name, kind, depth);
  if (label === "many") return fc.array(one, { maxLength: 3 });
  if (label === "map") return fc.dictionary(fc.string({ maxLength: 8 }), one, { maxKeys: 3 });
  return fc.option(one, { freq: 4 });
}

function scalar(name: string, kind: string, depth: number): fc.Arbitrary<Field> {
  switch (kind) {
    case "bool":
      return fc.boolean();
    case "int32":
      return fc.integer();
    case "int64":
      return fc.oneof(fc.constantFrom(0n, 1n, -1n), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
    case "string":
      return name.endsWith("type_name") || name === "name"
        ? fc.oneof(fc.constantFrom(...TYPES, "role_team", "read", "__proto__", "constructor", ""), fc.string())
        : fc.oneof(fc.constantFrom("a/b/c", "", "x", "registry.terraform.io/appwrite/appwrite"), fc.string());
    case "bytes":
      return fc.oneof(fc.uint8Array({ maxLength: 40 }), jsonBytes());
    default:
      return depth > 4 ? fc.constant(null) : messages(kind, depth + 1);
  }
}

function jsonBytes(): fc.Arbitrary<Uint8Array> {
  return fc
    .oneof(fc.json(), fc.constantFrom("{}", "[]", "null", '{"id":1}', '{"columns":[]}', '{"timeouts":7}'))
    .map((text) => Buffer.from(text));
}

/** Values of the right type with unknown parts, of another type, cut short, with one byte changed, as JSON, or none at all. */
function dynamicValues(): fc.Arbitrary<Message> {
  const proper = fc.constantFrom(...catalogue.resources).chain((definition) =>
    configurations(definition).chain((row) =>
      fc.infiniteStream(fc.nat({ max: 99 })).map((chances) => {
        const schema = service.schemas.resources[definition.type];
        if (!schema) throw new Error(definition.type);
        return encodeValue(typeOfSchema(schema), veiled(row, chances));
      }),
    ),
  );
  const cut = fc.tuple(proper, fc.nat({ max: 200 })).map(([bytes, at]) => bytes.subarray(0, at % bytes.length));
  const changed = fc.tuple(proper, fc.nat(), fc.nat({ max: 255 })).map(([bytes, at, value]) => {
    const copy = Uint8Array.from(bytes);
    copy[at % copy.length] = value;
    return copy;
  });
  const noise = fc.uint8Array({ maxLength: 60 });
  return fc.oneof(
    fc.oneof(proper, cut, changed, noise).map((msgpack) => ({ msgpack })),
    jsonBytes().map((json) => ({ json })),
    fc.constant({}),
  );
}

describe.each(Object.keys(CALLS).filter((name) => name !== "StopProvider"))("%s", (name) => {
  const [requestType] = CALLS[name] ?? [""];

  test("answers random messages", async () => {
    await fc.assert(
      fc.asyncProperty(messages(requestType, 0), async (message) =>
        expectSane(await send(name, encodeMessage(requestType, message))),
      ),
      { numRuns: RUNS },
    );
  });

  test("answers random bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => expectSane(await send(name, bytes))),
      { numRuns: RUNS },
    );
  });

  test("answers for every type by name", async () => {
    for (const type_name of TYPES) {
      const request = {
        type_name,
        target_type_name: type_name,
        id: "a/b/c",
        source_type_name: type_name,
        source_provider_address: "x/y/appwrite",
      };
      expectSane(await send(name, encodeMessage(requestType, request)));
    }
  });
});

test("private data that is not ours does not fail the end of an ephemeral resource", async () => {
  const request = { type_name: "appwrite_auth_session", private: Uint8Array.of(0) };
  const answer = await send("CloseEphemeralResource", encodeMessage("CloseEphemeralResource.Request", request));
  expectSane(answer);
  expect(textOf(answer)).toContain("it ends by itself");
});
