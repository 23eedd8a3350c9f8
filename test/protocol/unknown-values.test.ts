import { createProvider } from "../../provider/engine/provider.ts";
import { encodeDynamicValue, encodeValue } from "../../provider/protocol/dynamic-value.ts";
import { CALLS } from "../../provider/protocol/messages.generated.ts";
import { decodeMessage, encodeMessage, type Message } from "../../provider/protocol/protobuf.ts";
import { createRoutes } from "../../provider/protocol/server.ts";
import { catalogue } from "../../provider/resources/index.ts";
import type { Backend } from "../../provider/schema/backend.ts";
import { type Schema, type TerraformType, typeOfSchema } from "../../provider/schema/terraform-type.ts";
import { type Row, UNKNOWN, Unknown } from "../../provider/schema/value.ts";
import { errorsOf } from "../support/provider-calls.ts";

/**
 * What may be unknown or absent, and what may not, in every call for every kind: a state or a configuration that is to be carried out is
 * refused when a part of it is not known, before anything is asked of the server, and what was in state stays.
 */

const asked: string[] = [];
const backend = new Proxy({} as Backend, {
  get: (_, name) => {
    if (name === "projectId") return "p1";
    if (name === "forProject") return () => backend;
    if (name === "now") return () => 0;
    return () => {
      asked.push(String(name));
      throw new Error(`The server is asked: ${String(name)}.`);
    };
  },
});
const service = createProvider(catalogue, () => ({
  connection: { backend, projectId: "p1", dataLoss: "warn" },
  diagnostics: [],
}));
const route = createRoutes(
  () => service,
  () => {},
);

beforeAll(async () => {
  await call("ConfigureProvider", {});
});

beforeEach(() => asked.splice(0));

async function call(name: string, request: Message): Promise<Message> {
  const [requestType, responseType] = CALLS[name] ?? ["", ""];
  const handler = route(`/tfplugin6.Provider/${name}`);
  const bytes = await (handler?.(
    encodeMessage(requestType, request),
    new AbortController().signal,
  ) as Promise<Uint8Array>);
  return decodeMessage(responseType, bytes);
}

const typeOf = (schema: Schema | undefined): TerraformType => typeOfSchema(schema as Schema);
const everywhere = (type: TerraformType, value: Row[string]): Row =>
  Object.fromEntries(Object.keys(type.kind === "object" ? type.attributes : {}).map((name) => [name, value]));

const WHOLLY = { msgpack: Uint8Array.of(0xd4, 0, 0) };
const NOT_NULL = { msgpack: Uint8Array.of(0xc7, 3, 12, 0x81, 1, 0xc2) };

describe.each(Object.keys(service.schemas.resources))("%s", (type_name) => {
  const type = typeOf(service.schemas.resources[type_name]);
  const none = encodeDynamicValue(type, null);
  const empty = encodeDynamicValue(type, everywhere(type, null));
  const unknown = encodeDynamicValue(type, everywhere(type, UNKNOWN));
  const refined = encodeDynamicValue(type, everywhere(type, new Unknown(Uint8Array.of(0xc7, 3, 12, 0x81, 1, 0xc2))));

  test.each([
    ["is not known", WHOLLY],
    ["is not null, and nothing else is known of it", NOT_NULL],
    ["has unknown attributes", unknown],
    ["has refined unknown attributes", refined],
    ["is not there", none],
  ])("a state that %s is not read, and stays", async (_, current_state) => {
    const answer = await call("ReadResource", { type_name, current_state, private: Uint8Array.of(7) });
    expect(errorsOf(answer)).toEqual([expect.stringContaining("Value not understood")]);
    expect(answer["new_state"]).toMatchObject({ msgpack: Uint8Array.from(current_state["msgpack"] as Uint8Array) });
    expect(answer["private"]).toEqual(Uint8Array.of(7));
    expect(asked).toEqual([]);
  });

  test.each([WHOLLY, unknown, refined])("an unknown state is neither planned nor applied", async (prior_state) => {
    const planned = await call("PlanResourceChange", {
      type_name,
      prior_state,
      proposed_new_state: none,
      config: none,
    });
    expect(errorsOf(planned)).toEqual([expect.stringContaining("Value not understood")]);
    const applied = await call("ApplyResourceChange", { type_name, prior_state, planned_state: none, config: none });
    expect(errorsOf(applied)).toEqual([expect.stringContaining("Value not understood")]);
    expect(applied["new_state"]).toMatchObject({ msgpack: Uint8Array.from(prior_state["msgpack"] as Uint8Array) });
    expect(asked).toEqual([]);
  });

  test("a configuration that is not known is no wish to destroy", async () => {
    const answer = await call("PlanResourceChange", { type_name, prior_state: none, config: WHOLLY });
    expect(errorsOf(answer)).toEqual([expect.stringContaining("Value not understood")]);
  });

  test("a configuration is applied when all of it is known", async () => {
    const answer = await call("ApplyResourceChange", {
      type_name,
      prior_state: none,
      planned_state: empty,
      config: refined,
    });
    expect(errorsOf(answer)).toEqual([expect.stringContaining("is not known, where everything has to be")]);
    expect(asked).toEqual([]);
  });

  test("a stored state that is no object is an error, not the end of the object", async () => {
    for (const text of ["[]", '"x"', "7", "true", "{"]) {
      const answer = await call("UpgradeResourceState", { type_name, raw_state: { json: Buffer.from(text) } });
      expect(errorsOf(answer)).toEqual([expect.stringContaining("Value not understood")]);
      expect(answer["upgraded_state"]).toBeNull();
    }
  });

  test("a move without a state is an error", async () => {
    for (const source_state of [null, { json: Buffer.from("null") }, { json: Buffer.from("[]") }]) {
      const source = {
        source_type_name: type_name,
        source_provider_address: "registry.terraform.io/appwrite/appwrite",
      };
      const answer = await call("MoveResourceState", { target_type_name: type_name, ...source, source_state });
      expect(errorsOf(answer)).toEqual([expect.stringContaining("Value not understood")]);
      expect(answer["target_state"]).toBeNull();
    }
  });

  test("attributes that no state has are null when it is upgraded", async () => {
    const { attributes } = service.schemas.resources[type_name] as Schema;
    const hidden = attributes.filter(({ writeOnly }) => writeOnly).map(({ name }) => name);
    const stored = Object.fromEntries(hidden.map((name) => [name, "canary-7"]));
    const answer = await call("UpgradeResourceState", {
      type_name,
      raw_state: { json: Buffer.from(JSON.stringify(stored)) },
    });
    expect(errorsOf(answer)).toEqual([]);
    const bytes = (answer["upgraded_state"] as Message)["msgpack"] as Uint8Array;
    expect(Buffer.from(bytes).includes("canary-7")).toBe(false);
  });
});

const identified = catalogue.resources.filter(({ importId }) => importId.some((name) => name !== "project_id"));

test.each(identified.map(({ type }) => type))(
  "a state of %s without its id is an error that says so",
  async (type_name) => {
    const type = typeOf(service.schemas.resources[type_name]);
    const state = encodeDynamicValue(type, everywhere(type, null));
    const none = encodeDynamicValue(type, null);
    const read = await call("ReadResource", { type_name, current_state: state });
    expect(errorsOf(read)).toEqual([expect.stringContaining("State without identity")]);
    expect(read["new_state"]).toMatchObject({ msgpack: Uint8Array.from(state["msgpack"] as Uint8Array) });
    const removed = await call("ApplyResourceChange", {
      type_name,
      prior_state: state,
      planned_state: none,
      config: none,
    });
    expect(errorsOf(removed)).toEqual([expect.stringContaining("State without identity")]);
    expect(asked).toEqual([]);
  },
);

test.each(Object.keys(service.schemas.dataSources))(
  "the data source %s is read when its configuration is known",
  async (type_name) => {
    const type = typeOf(service.schemas.dataSources[type_name]);
    for (const config of [
      WHOLLY,
      NOT_NULL,
      encodeDynamicValue(type, everywhere(type, UNKNOWN)),
      encodeDynamicValue(type, null),
    ]) {
      const answer = await call("ReadDataSource", { type_name, config });
      expect(errorsOf(answer)).toEqual([expect.stringContaining("Value not understood")]);
      expect(answer["state"]).toBeNull();
    }
    expect(asked).toEqual([]);
  },
);

test("an attribute that is given twice is not taken for one that is missing", async () => {
  const type_name = "appwrite_storage_bucket";
  const type = typeOf(service.schemas.resources[type_name]);
  const bytes = Buffer.from(encodeValue(type, everywhere(type, null)));
  const at = bytes.indexOf("updated_at");
  // Another attribute of the same length.
  bytes.write("created_at", at);
  const answer = await call("ReadResource", { type_name, current_state: { msgpack: bytes } });
  expect(errorsOf(answer)).toEqual([expect.stringContaining("an attribute is given twice")]);
});

test("a value that is sent as JSON has the attributes of its type, and no others", async () => {
  const config = { json: Buffer.from('{"name":"Photos","colour":"red"}') };
  const answer = await call("ValidateResourceConfig", { type_name: "appwrite_storage_bucket", config });
  expect(errorsOf(answer)).toEqual([expect.stringContaining('unsupported attribute "colour"')]);
});

test.each([
  ["role_team", [], "It takes 1 or more arguments, not 0."],
  ["role_any", ["x"], "It takes 0 arguments, not 1."],
  ["id", ["a", "b"], "It takes 1 argument, not 2."],
  ["role_user", [null], "must have a value"],
  ["role_user", [UNKNOWN], "a known one"],
  ["role_user", ["ada", null], "must have a value"],
])("%s with the arguments %j is told what is wrong", async (name, values, text) => {
  const given = values.map((value) => encodeDynamicValue({ kind: "string" }, value));
  const answer = await call("CallFunction", { name, arguments: given });
  expect(answer["error"]).toMatchObject({ text: expect.stringContaining(text) });
  expect(answer["result"]).toBeNull();
});
