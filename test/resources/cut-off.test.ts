import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { createAppwriteProvider } from "../../provider/appwrite-provider.ts";
import { listObjects } from "../../provider/engine/data-source.ts";
import type { ProviderService } from "../../provider/engine/service.ts";
import { decodeDynamicValue, encodeDynamicValue } from "../../provider/protocol/dynamic-value.ts";
import type { Message } from "../../provider/protocol/protobuf.ts";
import { catalogue } from "../../provider/resources/index.ts";
import type { ResourceDefinition } from "../../provider/schema/resource.ts";
import { type Schema, typeOfSchema } from "../../provider/schema/terraform-type.ts";
import { isUnknown, type Row } from "../../provider/schema/value.ts";
import { type Answer, type GarblingServer, startGarblingServer } from "../support/garbling-server.ts";
import { clientOf, type Made, makeExample } from "../support/project.ts";
import { type Core, createCore, errorsOf } from "../support/provider-calls.ts";
import { IS_LONG } from "../support/runs.ts";
import { exampleFile } from "../support/terraform.ts";

/**
 * A create, update or delete of every kind that is stopped or cut off from the server at some point: it goes on all the same, or it fails and
 * leaves in state what it made, or what it makes is found again by its id. No object may be left that no later run comes upon, none may leave
 * state that is there, and the next apply converges.
 */

let emulator: Emulator;
let server: GarblingServer;

beforeAll(async () => {
  emulator = await startEmulator({ jobDelay: 0 });
  server = await startGarblingServer(emulator.endpoint);
});

afterAll(async () => {
  await server.close();
  await emulator.close();
});

const EXAMPLES = join(__dirname, "..", "..", "examples", "resources");
const TRUE: GarblingServer["garble"] = async () => null;

/** Kinds whose objects are made, in a project. */
const KINDS = catalogue.resources.filter(
  ({ type, attributes, singleton }) =>
    singleton === undefined && attributes["project_id"] && existsSync(join(EXAMPLES, type, "resource.tf")),
);

const json = (status: number, body: unknown): Answer => ({
  status,
  type: "application/json",
  text: JSON.stringify(body),
});
const failed = json(500, { message: "Oh.", code: 500, type: "general_unknown" });

const ALL = "all is lost from the answer of the first write on";

/** What becomes of answers; a write is done before its answer goes astray. */
const LOSSES: { readonly [words: string]: (stop: () => void) => GarblingServer["garble"] } = {
  "the answers of writes are empty objects": () => writes(async () => json(201, {})),
  "the answers of writes are pages": () =>
    writes(async () => ({ status: 200, type: "text/html", text: "<p>Hello</p>" })),
  "the answers of writes are cut": () => writes(async (answer) => ({ ...answer, text: answer.text.slice(0, -1) })),
  "writes are done and said to have failed": () => writes(async () => failed),
  [ALL]: () => {
    let isLost = false;
    return async (method, _path, truth) => {
      if (isLost) return failed;
      if (method === "GET") return null;
      isLost = true;
      await truth();
      return failed;
    };
  },
  "Terraform asks to stop while the first write is under way": (stop) => async (method) => {
    if (method !== "GET") stop();
    return null;
  },
  "Terraform asks to stop after the first write": (stop) => {
    let isOver = false;
    return async (method) => {
      if (isOver) stop();
      isOver ||= method !== "GET";
      return null;
    };
  },
  "nothing is answered after the first write": () => {
    let isOver = false;
    return async (method) => {
      if (isOver) return failed;
      isOver = method !== "GET";
      return null;
    };
  },
};

function writes(change: (answer: Answer) => Promise<Answer>): GarblingServer["garble"] {
  return async (method, _path, truth) => {
    if (method === "GET") return null;
    const answer = await truth();
    return answer.status < 300 ? change(answer) : answer;
  };
}

async function started(): Promise<ProviderService> {
  const service = createAppwriteProvider(
    {
      APPWRITE_ENDPOINT: server.endpoint,
      APPWRITE_PROJECT_ID: emulator.projectId,
      APPWRITE_API_KEY: emulator.apiKey,
    },
    () => {},
  );
  const client = { deferralAllowed: false, writeOnlyAttributesAllowed: true };
  await service.configure({ config: { max_retries: 0 }, terraformVersion: "1.11.4", client });
  return service;
}

/** The ids of all objects of a kind beside an object. */
async function ids(definition: ResourceDefinition, state: Row): Promise<readonly string[]> {
  const key = definition.api.list?.key ?? "$id";
  const objects = await listObjects(definition, clientOf(emulator), state);
  return objects.map((object) => String(object[key]));
}

/** Applies a plan as core does; gives the state whatever went wrong. */
async function applied(
  core: Core,
  service: ProviderService,
  type: string,
  config: Row | null,
  prior: Row | null = null,
) {
  const valueType = typeOfSchema(service.schemas.resources[type] as Schema);
  const { action, planned, privateState } = await core.plan(prior, config);
  const own = catalogue.resources.find((one) => one.type === type)?.importId.at(-1) ?? "id";
  const run = async () => {
    const answer = await core.call("ApplyResourceChange", {
      type_name: type,
      prior_state: encodeDynamicValue(valueType, prior),
      planned_state: encodeDynamicValue(valueType, planned),
      config: encodeDynamicValue(valueType, config),
      planned_private: privateState,
    });
    const state = decodeDynamicValue(valueType, answer["new_state"] as Message) as Row | null;
    return { state, errors: errorsOf(answer) };
  };
  return { run, action, isChance: isUnknown(planned?.[own]) };
}

async function made(type: string, file = "resource.tf"): Promise<Made> {
  emulator.reset();
  server.garble = TRUE;
  const folder = join(EXAMPLES, type);
  const all = await makeExample(clientOf(emulator), exampleFile(`resources/${type}/${file}`), folder, "");
  return all.filter((one) => one.type === type).at(-1) as Made;
}

/** Nothing tells an object whose id the server chose from its like, when it cannot even be looked for in the moment after. */
const IN_VAIN = ["appwrite_storage_file_token", "appwrite_function_deployment", "appwrite_site_deployment"];

const cases = KINDS.flatMap((definition) =>
  Object.entries(LOSSES).flatMap(([words, loss]) => {
    if (words === ALL && IN_VAIN.includes(definition.type)) return [];
    const isChosen = definition.attributes[definition.importId.at(-1) ?? ""]?.options.generated;
    return (isChosen ? [false, true] : [false]).map((isLeftOut) => ({ definition, words, loss, isLeftOut }));
  }),
).filter((_, index) => IS_LONG || index % 11 === 0);

test.each(cases)(
  "$definition.type, where $words (id left out: $isLeftOut)",
  async ({ definition, loss, isLeftOut }) => {
    const { type } = definition;
    const { config, state: before } = await made(type);
    const { depends_on: _, ...written } = config;
    const own = definition.importId.at(-1) ?? "id";
    const wanted = isLeftOut ? { ...written, [own]: null } : written;
    const first = await started();
    const core = createCore(first, type);
    const wholly = await ids(definition, before);
    await core.apply(
      await core.plan({ ...before, ...(definition.timeouts ? { timeouts: null } : {}), ...unprotected(before) }, null),
    );
    const others = await ids(definition, before);
    const apply = await applied(core, first, type, wanted);
    server.garble = loss(() => first.stop());
    const { state, errors } = await apply.run();
    server.garble = TRUE;
    if (state === null && errors.length === 0) throw new Error("Neither a state nor an error.");
    expect(errors.join()).not.toContain("should not happen");
    const fresh = (await ids(definition, before)).filter((id) => !others.includes(id));
    // A key that the server chooses by what it is made of (a relationship's) is met again by the next run.
    if (isLeftOut && apply.isChance) expect(fresh.filter((id) => id !== state?.[own])).toEqual([]);

    // The next run: what failed half-way is tainted, and so replaced.
    const second = await started();
    const next = createCore(second, type);
    const there = state === null ? null : await next.read(state);
    if (there !== null && errors.length > 0)
      await next.apply(await next.plan({ ...there, ...unprotected(there) }, null));
    const final = there !== null && errors.length === 0 ? there : await next.apply(await next.plan(null, wanted));
    expect((await next.plan(final, wanted)).action).toBe("none");
    expect(await ids(definition, before)).toHaveLength(wholly.length);
  },
);

const updates = catalogue.resources
  .filter(({ type, attributes }) => attributes["project_id"] && existsSync(join(EXAMPLES, type, "update.tf")))
  .flatMap((definition) => Object.entries(LOSSES).map(([words, loss]) => ({ definition, words, loss })))
  .filter((_, index) => IS_LONG || index % 9 === 0);

test.each(updates)("an update of $definition.type, where $words", async ({ definition, loss }) => {
  const { type } = definition;
  const { depends_on: _, ...wanted } = (await made(type, "update.tf")).config;
  const { state } = await made(type);
  const first = await started();
  const core = createCore(first, type);
  const before = await core.read({ ...state, ...(definition.timeouts ? { timeouts: null } : {}) });
  const apply = await applied(core, first, type, wanted, before);
  if (apply.action !== "update") return;
  const wholly = await ids(definition, state);
  server.garble = loss(() => first.stop());
  const reached = await apply.run();
  server.garble = TRUE;
  expect(reached.errors.join()).not.toContain("should not happen");
  expect(reached.state).not.toBeNull();

  const next = createCore(await started(), type);
  const there = await next.read(reached.state as Row);
  const plan = await next.plan(there, wanted);
  // What was renamed without our hearing of it is found under its new key.
  const own = definition.importId.at(-1) ?? "id";
  expect(state[own] === wanted[own] ? ["none", "update"] : ["none", "update", "create"]).toContain(plan.action);
  const final = plan.action === "none" ? there : await next.apply(plan);
  expect((await next.plan(final, wanted)).action).toBe("none");
  expect((await next.plan(await next.read(final as Row), wanted)).action).toBe("none");
  expect(await ids(definition, state)).toHaveLength(wholly.length);
});

const deletions = KINDS.flatMap((definition) =>
  Object.entries(LOSSES).map(([words, loss]) => ({ definition, words, loss })),
).filter((_, index) => IS_LONG || index % 9 === 0);

test.each(deletions)("a deletion of $definition.type, where $words", async ({ definition, loss }) => {
  const { type } = definition;
  const { state } = await made(type);
  const wholly = await ids(definition, state);
  const prior = { ...state, ...(definition.timeouts ? { timeouts: null } : {}), ...unprotected(state) };
  const first = await started();
  const apply = await applied(createCore(first, type), first, type, null, prior);
  server.garble = loss(() => first.stop());
  const reached = await apply.run();
  server.garble = TRUE;
  expect(reached.errors.join()).not.toContain("should not happen");
  // Out of state is only what is off the server.
  if (reached.state === null) expect(await ids(definition, state)).toHaveLength(shrunk(definition, wholly.length));
  expect(reached.state === null).toBe(reached.errors.length === 0);

  const next = createCore(await started(), type);
  const there = reached.state === null ? null : await next.read(reached.state);
  if (there !== null) await next.apply(await next.plan({ ...there, ...unprotected(there) }, null));
  expect(await ids(definition, state)).toHaveLength(shrunk(definition, wholly.length));
});

/** What the server always lists, and the templates that only a console user can take back, stay. */
function shrunk({ type }: ResourceDefinition, count: number): number {
  return ["appwrite_auth_provider", "appwrite_project_email_template"].includes(type) ? count : count - 1;
}

function unprotected(state: Row): Row {
  return "deletion_protection" in state ? { deletion_protection: false } : {};
}

test("two rules of one configuration for the same domain are one too many", async () => {
  emulator.reset();
  server.garble = TRUE;
  const core = createCore(await started(), "appwrite_proxy_rule");
  const config = { domain: "api.example.com", type: "api" };
  const plans = [await core.plan(null, config), await core.plan(null, config)];
  const ends = await Promise.allSettled(plans.map((plan) => core.apply(plan)));
  const [failure, ...others] = ends.flatMap((end) => (end.status === "rejected" ? [String(end.reason)] : []));
  expect(failure).toContain("declared twice");
  expect(others).toEqual([]);
});
