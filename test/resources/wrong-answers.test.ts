import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { createAppwriteProvider } from "../../provider/appwrite-provider.ts";
import type { ProviderService } from "../../provider/engine/service.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { hasErrors } from "../../provider/schema/diagnostics.ts";
import type { ResourceDefinition } from "../../provider/schema/resource.ts";
import type { Row } from "../../provider/schema/value.ts";
import { type Answer, type GarblingServer, startGarblingServer } from "../support/garbling-server.ts";
import { clientOf, type Made, makeProject } from "../support/project.ts";
import { IS_LONG } from "../support/runs.ts";

/**
 * Answers that are none of Appwrite's, to every kind: what a proxy makes, what was cut, what another server says. Not one of them may count
 * as an object that is gone, as an object without values, as an empty list, or as nothing to lose.
 */

let emulator: Emulator;
let server: GarblingServer;
let made: readonly Made[];

beforeAll(async () => {
  emulator = await startEmulator({ jobDelay: 0 });
  made = await makeProject(clientOf(emulator));
  server = await startGarblingServer(emulator.endpoint);
}, 120_000);

afterAll(async () => {
  await server.close();
  await emulator.close();
});

const JSON_TYPE = "application/json; charset=UTF-8";
const json = (status: number, body: unknown): Answer => ({ status, type: JSON_TYPE, text: JSON.stringify(body) });
const told = (type: string) => json(404, { message: "No.", code: 404, type, version: "1.9.6" });

/** Writes a true answer anew, where it is an object. */
const written =
  (change: (body: { readonly [name: string]: unknown }) => unknown) =>
  async (truth: () => Promise<Answer>): Promise<Answer> => {
    const { status, text } = await truth();
    return status < 300 ? json(status, change(JSON.parse(text) as { readonly [name: string]: unknown })) : told("none");
  };
const lists = (change: (list: readonly object[]) => unknown) =>
  written((body) =>
    Object.fromEntries(
      Object.entries(body).flatMap(([name, value]) =>
        Array.isArray(value) ? [[name, change(value)]] : name === "total" ? [[name, value]] : [],
      ),
    ),
  );

const WITHOUT_KEYS = "objects without $id and key";

const ANSWERS: { readonly [words: string]: (truth: () => Promise<Answer>) => Promise<Answer> } = {
  "an empty object": async () => json(200, {}),
  null: async () => json(200, null),
  "an empty list": async () => json(200, []),
  "a list of null": async () => json(200, [null]),
  "a text": async () => json(200, "ok"),
  true: async () => json(200, true),
  "an object about something else": async () => json(200, { status: "ok" }),
  "a total without a list": async () => json(200, { total: 0 }),
  "nothing, as JSON": async () => ({ status: 200, type: JSON_TYPE, text: "" }),
  "nothing at all": async () => ({ status: 200, type: "", text: "" }),
  "no content": async () => ({ status: 204, type: "", text: "" }),
  accepted: async () => ({ status: 202, type: JSON_TYPE, text: "" }),
  "a page": async () => ({ status: 200, type: "text/html", text: "<title>Sign in</title>" }),
  "a part of the truth": async (truth) => {
    const { status, type, text } = await truth();
    return { status, type, text: text.slice(0, -2) };
  },
  "the truth, cut off": async (truth) => ({ ...(await truth()), missing: 10 }),
  "lists that are objects": lists((list) => ({ ...list })),
  "lists that are null": lists(() => null),
  "lists of null": lists((list) => list.map(() => null)),
  "lists of empty objects": lists((list) => list.map(() => ({}))),
  "lists of texts": lists((list) => list.map(String)),
  [WITHOUT_KEYS]: written((body) =>
    JSON.parse(JSON.stringify(body), (name, value) => (["$id", "key", "number"].includes(name) ? undefined : value)),
  ),
  "a page that says 404": async () => ({ status: 404, type: "text/html", text: "<title>Not found</title>" }),
  "a text that says 404": async () => ({ status: 404, type: "text/plain", text: "Not Found" }),
  "nothing that says 404": async () => ({ status: 404, type: "", text: "" }),
  "JSON of a proxy that says 404": async () => json(404, { message: "no Route matched with those values" }),
  "an empty object that says 404": async () => json(404, {}),
  "null that says 404": async () => json(404, null),
  "a project that is not there": async () => told("project_not_found"),
  "a route that is not there": async () => told("general_route_not_found"),
  "a host that is not there": async () => told("router_host_not_found"),
  "something else that is not there": async () => told("execution_not_found"),
  "a server that fails": async () => json(500, { message: "Oh.", code: 500, type: "general_unknown" }),
  "a key without the scope": async () => json(401, { message: "No.", code: 401, type: "general_unauthorized_scope" }),
};

async function started(config: Row = {}): Promise<ProviderService> {
  const service = createAppwriteProvider(
    {
      APPWRITE_ENDPOINT: server.endpoint,
      APPWRITE_PROJECT_ID: emulator.projectId,
      APPWRITE_API_KEY: emulator.apiKey,
    },
    () => {},
  );
  const client = { deferralAllowed: false, writeOnlyAttributesAllowed: true };
  await service.configure({ config: { max_retries: 0, ...config }, terraformVersion: "1.11.4", client });
  return service;
}

const client = { deferralAllowed: false, writeOnlyAttributesAllowed: true };
const nothing = new Uint8Array();

/** What an answer to a read came to, if that is wrong. */
async function readFault({ type, state }: Made): Promise<string[]> {
  const service = await started();
  const read = await service.read({ type, state, privateState: nothing, identity: null, client });
  const text = read.diagnostics.map(({ detail }) => detail).join();
  return [
    ...(read.state === state ? [] : [`${type}: state is ${JSON.stringify(read.state)}`]),
    ...(hasErrors(read.diagnostics) ? [] : [`${type}: no error`]),
    ...(text.includes("should not happen") ? [`${type}: ${text}`] : []),
  ];
}

/** The kinds that no answer tells by $id, key or number: parts of the project's document and of lists of settings. */
const UNKEYED = ["appwrite_auth_policies", "appwrite_project_email_template"];

const isFor = (words: string, type: string): boolean => words !== WITHOUT_KEYS || !UNKEYED.includes(type);

/** How Appwrite itself answers a deletion. */
const SILENT = ["no content", "accepted"];

/** One of each sort; all of them in the long suite. */
const SHORT = [
  "an object about something else",
  "no content",
  "lists that are null",
  "lists of empty objects",
  "a text that says 404",
  "a project that is not there",
];

describe.each(Object.entries(ANSWERS).filter(([words]) => IS_LONG || SHORT.includes(words)))("%s", (words, answer) => {
  beforeEach(() => {
    server.garble = async (method, _path, truth) => (method === "GET" ? answer(truth) : null);
  });

  test("leaves every object in state, with an error", async () => {
    const faults: string[] = [];
    for (const object of made.filter(({ type }) => isFor(words, type))) faults.push(...(await readFault(object)));
    expect(faults).toEqual([]);
  });

  test("is an error of every data source and list", async () => {
    const faults: string[] = [];
    const service = await started();
    for (const [type, config] of lookups().filter(([type]) => isFor(words, type))) {
      const { state, diagnostics } = await service.readDataSource(type, config);
      const text = diagnostics.map(({ detail }) => detail).join();
      if (state !== null || !hasErrors(diagnostics)) faults.push(`${type}: ${JSON.stringify(state)}`);
      if (/There is no (?!such project)|should not happen/.test(text)) faults.push(`${type}: ${text}`);
    }
    for (const { type, state } of made.filter((one) => service.schemas.lists[one.type] && isFor(words, one.type))) {
      const request = { type, config: state, includeObject: true, limit: 0n };
      for await (const { diagnostics, displayName } of service.list(request))
        if (!hasErrors(diagnostics)) faults.push(`${type} is listed as ${displayName}`);
    }
    expect(faults).toEqual([]);
  });

  test("is an error of an import", async () => {
    const faults: string[] = [];
    const service = await started();
    for (const { type, state } of made.filter(({ type }) => isFor(words, type))) {
      const definition = catalogue.resources.find((one) => one.type === type) as ResourceDefinition;
      const id = definition.importId.map((name) => String(state[name])).join("/");
      const { imported, diagnostics } = await service.importState({ type, id, identity: null, client });
      const text = diagnostics.map(({ detail }) => detail).join();
      if (imported.length > 0 || !hasErrors(diagnostics)) faults.push(`${type}: imported ${JSON.stringify(imported)}`);
      if (/There is no (?!such project)|should not happen/.test(text)) faults.push(`${type}: ${text}`);
    }
    expect(faults).toEqual([]);
  });

  test("ends no object", async () => {
    const faults: string[] = [];
    const service = await started();
    // Nothing is deleted: where the truth would be asked for, a server that fails answers.
    server.garble = async (method, _path, truth) =>
      method === "GET" ? null : answer(method === "DELETE" ? async () => json(500, {}) : truth);
    const isDeleted = (type: string) => catalogue.resources.find((one) => one.type === type)?.singleton === undefined;
    for (const { type, state } of made.filter((one) => isDeleted(one.type) && !SILENT.includes(words))) {
      const prior = { ...state, ...("deletion_protection" in state ? { deletion_protection: false } : {}) };
      const request = { type, prior, planned: null, config: null, plannedPrivate: nothing, identity: null };
      const before = server.garbled;
      const { state: after, diagnostics } = await service.apply(request);
      if (server.garbled > before && (after === null || !hasErrors(diagnostics))) faults.push(type);
    }
    expect(faults).toEqual([]);
  });

  test("is not nothing to lose", async () => {
    const faults: string[] = [];
    const service = await started({ data_loss: "refuse" });
    const isCounted = (type: string) =>
      catalogue.resources.find((one) => one.type === type)?.hooks?.atRisk !== undefined;
    for (const { type, state } of made.filter((one) => isCounted(one.type))) {
      const prior = { ...state, ...("deletion_protection" in state ? { deletion_protection: false } : {}) };
      const request = { type, prior, config: null, proposed: null, priorPrivate: nothing, identity: null, client };
      const before = server.garbled;
      const { diagnostics } = await service.plan(request);
      if (server.garbled > before && !hasErrors(diagnostics)) faults.push(type);
    }
    expect(faults).toEqual([]);
  });
});

/** Configurations of the data sources: for each object the one that finds it, and the one that lists it and its like. */
function lookups(): readonly (readonly [type: string, config: Row])[] {
  return made.flatMap(({ type, state }) => {
    const definition = catalogue.resources.find((one) => one.type === type);
    if (!definition?.lookup) return [];
    const pick = (names: readonly string[]): Row =>
      Object.fromEntries(names.filter((name) => name !== "project_id").map((name) => [name, state[name] ?? null]));
    const { plural, by } = definition.lookup;
    const parents = definition.importId.slice(0, -1);
    return [
      [type, pick(definition.importId)] as const,
      ...by.filter((name) => (state[name] ?? null) !== null).map((name) => [type, pick([...parents, name])] as const),
      ...(plural === null ? [] : [[plural, pick(parents)] as const]),
    ];
  });
}
