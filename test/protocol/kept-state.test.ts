import { createProvider } from "../../provider/engine/provider.ts";
import type { ApplyResult, ProviderService } from "../../provider/engine/service.ts";
import { decodeDynamicValue, encodeDynamicValue } from "../../provider/protocol/dynamic-value.ts";
import { CALLS } from "../../provider/protocol/messages.generated.ts";
import { decodeMessage, encodeMessage, type Message } from "../../provider/protocol/protobuf.ts";
import { createRoutes } from "../../provider/protocol/server.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { bucket } from "../../provider/resources/storage/bucket.ts";
import { ApiError, type Backend } from "../../provider/schema/backend.ts";
import type { Hooks, ResourceDefinition } from "../../provider/schema/resource.ts";
import { type Schema, typeOfSchema } from "../../provider/schema/terraform-type.ts";
import { type Row, UNKNOWN } from "../../provider/schema/value.ts";
import { errorsOf } from "../support/provider-calls.ts";

/** A defect of ours in the middle of an apply: what was made by then is in state all the same, at least with its id. */

const backend: Partial<Backend> = {
  projectId: "p1",
  signal: new AbortController().signal,
  now: () => 0,
  call: async () => ({ $id: "photos", name: "Photos" }),
  find: async () => ({ $id: "photos", name: "Photos" }),
};

function serviceWith(hooks: Hooks, server = backend): ProviderService {
  const definition = { ...bucket, hooks: { ...bucket.hooks, ...hooks } } as ResourceDefinition;
  return createProvider({ ...catalogue, resources: [definition] }, () => ({
    connection: { backend: server as Backend, projectId: "p1", dataLoss: "warn" },
    diagnostics: [],
  }));
}

const type = typeOfSchema(serviceWith({}).schemas.resources[bucket.type] as Schema);

async function apply(service: ProviderService, planned: Row): Promise<Message> {
  const [requestType, responseType] = CALLS["ApplyResourceChange"] ?? ["", ""];
  const route = createRoutes(
    () => service,
    () => {},
  );
  const request = {
    type_name: bucket.type,
    prior_state: encodeDynamicValue(type, null),
    planned_state: encodeDynamicValue(type, planned),
    config: encodeDynamicValue(type, { name: "Photos" }),
  };
  await service.configure({
    config: {},
    terraformVersion: "1.11.4",
    client: { deferralAllowed: false, writeOnlyAttributesAllowed: true },
  });
  const handler = route("/tfplugin6.Provider/ApplyResourceChange");
  const signal = new AbortController().signal;
  return decodeMessage(
    responseType,
    await (handler?.(encodeMessage(requestType, request), signal) as Promise<Uint8Array>),
  );
}

const stateOf = (answer: Message): unknown => decodeDynamicValue(type, answer["new_state"] as Message);
const crash = (): never => {
  throw new TypeError("nothing is as it was thought to be");
};

test.each([
  ["after the object was made", { complete: async () => crash() }, { id: "photos" }],
  ["after the object was made, whose id is ours", { complete: async () => crash() }, { id: UNKNOWN }],
  ["while it was made, with an id that is ours", { create: async () => crash() }, { id: UNKNOWN }],
] as const)("a defect %s", async (_, hooks, planned) => {
  const answer = await apply(serviceWith(hooks), { name: "Photos", ...planned });
  expect(errorsOf(answer)).toEqual([expect.stringContaining("nothing is as it was thought to be")]);
  expect(stateOf(answer)).toMatchObject({ id: expect.stringMatching(/./), name: "Photos" });
});

test.each([
  ["long ago is somebody else's", 24 * 60, ["POST"], "exists already"],
  ["just now is the echo of our own create", 1, ["POST", "PUT"], ""],
])("after a lost answer, an object of our id and another name that was made %s", async (_, minutes, calls, failure) => {
  const made: string[] = [];
  const there = {
    $id: "photos",
    name: "Pictures",
    $createdAt: new Date(Date.now() - minutes * 60_000).toISOString(),
  };
  const told: Partial<Backend> = {
    ...backend,
    find: async () => there,
    call: async ({ method, path }) => {
      made.push(method);
      if (method !== "POST") return { ...there, name: "Photos" };
      throw new ApiError({
        method,
        path,
        status: 409,
        type: "storage_bucket_already_exists",
        message: "It is there.",
        hint: "",
        missingScopes: [],
        afterLostAnswer: true,
      });
    },
  };
  const answer = await apply(serviceWith({}, told), { name: "Photos", id: "photos" });
  expect(made).toEqual(calls);
  expect(errorsOf(answer).join()).toContain(failure);
  expect(stateOf(answer)).toEqual(failure === "" ? expect.objectContaining({ name: "Photos" }) : null);
});

test("values that are not of their type are left out of state, each with an error", async () => {
  const made = { id: "photos", name: 7, maximum_file_size: Number.NaN, permissions: [] };
  const service: ProviderService = {
    ...serviceWith({}),
    apply: async () =>
      ({ state: made, privateState: new Uint8Array(), identity: null, diagnostics: [] }) as ApplyResult & {
        diagnostics: [];
      },
  };
  const answer = await apply(service, { name: "Photos" });
  expect(stateOf(answer)).toMatchObject({ id: "photos", name: null, maximum_file_size: null, permissions: [] });
  const paths = (answer["diagnostics"] as readonly Message[]).map((one) => (one["attribute"] as Message)["steps"]);
  expect(paths).toEqual([
    [expect.objectContaining({ attribute_name: "name" })],
    [expect.objectContaining({ attribute_name: "maximum_file_size" })],
  ]);
});
