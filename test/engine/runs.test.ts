import type { ProviderService } from "../../provider/engine/service.ts";
import type { Row } from "../../provider/schema/value.ts";
import { createCore } from "../support/provider-calls.ts";
import { type Running, startRunning } from "../support/running.ts";

/** The end of a run, and one run after another in the same process, as for a debugger. */

let running: Running;
let service: ProviderService;

beforeAll(async () => {
  running = await startRunning({ jobDelay: 0 });
});

beforeEach(async () => {
  await running.reset();
  service = running.service();
});

afterAll(() => running.close());

const configure = () =>
  service.configure({
    config: {},
    terraformVersion: "1.11.4",
    client: { deferralAllowed: false, writeOnlyAttributesAllowed: true },
  });
const bucket = { id: "photos", name: "Photos" };

async function made(config: Row): Promise<Row> {
  const core = createCore(service, "appwrite_storage_bucket");
  return (await core.apply(await core.plan(null, config))) as Row;
}

test("a session that a stopped run opened is closed", async () => {
  await running.call("POST", "/users", { userId: "ada" });
  const sessions = async () => (await running.call("GET", "/users/ada/sessions")).body["sessions"];
  const { privateState, diagnostics } = await service.openEphemeral("appwrite_auth_session", { user_id: "ada" });
  expect(diagnostics).toEqual([]);
  expect(await sessions()).toHaveLength(1);
  service.stop();
  expect(await service.closeEphemeral("appwrite_auth_session", privateState)).toEqual([]);
  expect(await sessions()).toEqual([]);
  // Gone is as good as closed.
  expect(await service.closeEphemeral("appwrite_auth_session", privateState)).toEqual([]);
});

test("a run that is stopped asks nothing more of the server, and the next one does", async () => {
  service.stop();
  await expect(made(bucket)).rejects.toThrow("Terraform asked to stop");
  expect((await running.call("GET", "/storage/buckets/photos")).status).toBe(404);
  await configure();
  expect(await made(bucket)).toMatchObject(bucket);
  // A stop that is said twice, or late, is for all that runs.
  service.stop();
  service.stop();
  await expect(made({ id: "films", name: "Films" })).rejects.toThrow("Terraform asked to stop");
});

test("an object that another run made is not declared twice", async () => {
  await made(bucket);
  await expect(made(bucket)).rejects.toThrow("declared twice");
  await configure();
  expect(await made(bucket)).toMatchObject(bucket);
});

test("an object that is found to be gone can be made again", async () => {
  const state = await made(bucket);
  await running.call("DELETE", "/storage/buckets/photos");
  expect(await createCore(service, "appwrite_storage_bucket").read(state)).toBeNull();
  expect(await made(bucket)).toMatchObject(bucket);
});

test("a run sees what was changed since the one before", async () => {
  const core = createCore(service, "appwrite_storage_bucket");
  const states = [await made(bucket), await made({ id: "films", name: "Films" })];
  // Read often enough that the list is kept.
  for (let round = 0; round < 3; round++) for (const state of states) await core.read(state);
  await running.call("PUT", "/storage/buckets/photos", { name: "Pictures" });
  await configure();
  expect(await core.read(states[0] as Row)).toMatchObject({ id: "photos", name: "Pictures" });
});

test("a value that turned out to be wrong is refused by the apply, and nothing is asked", async () => {
  const state = await made(bucket);
  const asked = running.emulator.requests().length;
  const config = { ...bucket, name: "", timeouts: null };
  const request = { type: "appwrite_storage_bucket", config, plannedPrivate: new Uint8Array(), identity: null };
  for (const prior of [null, state]) {
    const answer = await service.apply({ ...request, prior, planned: { ...state, name: "" } });
    expect(answer.state).toEqual(prior);
    expect(answer.diagnostics).toMatchObject([{ severity: "error", path: [{ kind: "attribute", name: "name" }] }]);
  }
  expect(running.emulator.requests()).toHaveLength(asked);
});

test("an update of what only a replacement changes is refused", async () => {
  const type = "appwrite_proxy_rule";
  const core = createCore(service, type);
  const config = { domain: "api.example.com", type: "api" };
  const prior = (await core.apply(await core.plan(null, config))) as Row;
  const other = { ...config, domain: "api.example.org" };
  const request = { type, plannedPrivate: new Uint8Array(), identity: null };
  const answer = await service.apply({ ...request, prior, planned: { ...prior, ...other }, config: other });
  expect(answer.state).toEqual(prior);
  expect(answer.diagnostics).toMatchObject([{ severity: "error", detail: expect.stringContaining("Plan again") }]);
});
