import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { apiOf } from "../support/api.ts";

/** Health checks as the actions of 1.9.6 and 1.9.0 answer them (`Modules/Health`). */

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(() => emulator.close());

const get = async (path: string) => {
  const { status, body } = await apiOf(emulator)("GET", `/health/${path}`);
  return [status, body] as const;
};

test("the checks name what they are of, storage names nothing", async () => {
  const one = (name: string) => ({ total: 1, statuses: [{ name, ping: 0, status: "pass" }] });
  expect(await get("cache")).toEqual([200, one("Cache")]);
  expect(await get("pubsub")).toEqual([200, one("PubSub (pubsub)")]);
  expect(await get("storage")).toEqual([200, { name: "", ping: 0, status: "pass" }]);
  expect(await get("storage/local")).toEqual([200, { name: "", ping: 0, status: "pass" }]);
  const old = await startEmulator({ version: "1.9.0" });
  expect((await apiOf(old)("GET", "/health/cache")).body).toEqual(one("Cache (cache_redis_main)"));
  await old.close();
});

test("a queue of failed jobs is checked by a name in any case, and found in lower case alone", async () => {
  expect(await get("queue/failed/v1-mails")).toEqual([200, { size: 0 }]);
  expect(await get("queue/failed/v1-Mails")).toMatchObject([500, { type: "general_server_error" }]);
  expect(await get("queue/failed/v1-mail")).toMatchObject([400, { type: "general_argument_invalid" }]);
  expect(await get("queue/failed/v1-mails?threshold=0")).toMatchObject([
    503,
    { message: "Queue failed jobs threshold hit. Current value is 0 and threshold is 0." },
  ]);
});

test.each([
  ["localhost", "1. Value must be a valid domain \n2. Value must be a public domain \n"],
  ["https://localhost", "1. Value must be a valid URL \n2. Value must be a public domain \n"],
  ["a b", "1. Value must be a valid domain \n2. Value must be a public domain \n"],
])("no certificate is looked for at %s", async (domain, words) => {
  expect(await get(`certificate?domain=${encodeURIComponent(domain)}`)).toMatchObject([
    400,
    { type: "general_argument_invalid", message: `Invalid \`domain\` param: ${words}` },
  ]);
});

test("no host answers with a certificate, and without one the action breaks", async () => {
  expect(await get("certificate?domain=https://example.com/x")).toMatchObject([
    404,
    { type: "health_invalid_host", message: expect.stringMatching(/^Failed to connect to host: \(0\) .*example\.com/) },
  ]);
  expect(await get("certificate")).toMatchObject([500, { type: "general_unknown", message: "Server Error" }]);
});

test("without a way to the internet there is no time to compare with", async () => {
  expect(await get("time")).toMatchObject([200, { diff: 0 }]);
  const offline = await startEmulator({ offline: true });
  expect(await apiOf(offline)("GET", "/health/time")).toMatchObject({
    status: 500,
    body: { type: "general_server_error" },
  });
  await offline.close();
});
