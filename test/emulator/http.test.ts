import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { apiOf } from "../support/api.ts";

/** How the emulator speaks HTTP: unknown routes, oversized bodies, compression, methods, and who may ask (real-server.md, F35 to F42). */

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(() => emulator.close());

beforeEach(() => emulator.reset());

test("an unknown route or method is a page of HTML, and JSON on 1.9.0", async () => {
  const api = apiOf(emulator);
  for (const [method, path] of [
    ["GET", "/nothing"],
    ["PATCH", "/tablesdb/shop"],
  ] as const) {
    const answer = await api(method, path, undefined, { accept: "application/json" });
    expect([answer.status, answer.headers["content-type"]]).toEqual([404, "text/html; charset=UTF-8"]);
  }
  const older = await startEmulator({ version: "1.9.0" });
  try {
    const answer = await apiOf(older)("GET", "/nothing");
    expect([answer.status, answer.body]).toMatchObject([404, { type: "general_route_not_found", version: "1.9.0" }]);
  } finally {
    await older.close();
  }
});

test("a double slash and a slash at the end do not matter", async () => {
  const api = apiOf(emulator);
  expect((await api("GET", "//tablesdb")).status).toBe(200);
  expect((await api("GET", "/tablesdb/")).status).toBe(200);
});

test("HEAD answers without a body, OPTIONS with nothing", async () => {
  const api = apiOf(emulator);
  expect(await api("HEAD", "/tablesdb")).toMatchObject({ status: 200, body: "" });
  expect(await api("OPTIONS", "/tablesdb")).toMatchObject({ status: 204, body: "" });
});

test("a body beyond 12 MiB resets the connection", async () => {
  const name = "x".repeat(13 * 1024 * 1024);
  await expect(apiOf(emulator)("POST", "/tablesdb", { databaseId: "big", name })).rejects.toMatchObject({
    code: expect.stringMatching(/ECONNRESET|EPIPE/),
  });
  expect((await apiOf(emulator)("GET", "/tablesdb/big")).status).toBe(404);
});

test("answers of more than 1 kB are compressed for those who accept gzip", async () => {
  const api = apiOf(emulator);
  for (let at = 0; at < 10; at += 1) await api("POST", "/tablesdb", { databaseId: `db${at}`, name: "n".repeat(100) });
  const response = await fetch(`${emulator.endpoint}/tablesdb`, {
    headers: {
      "x-appwrite-project": emulator.projectId,
      "x-appwrite-key": emulator.apiKey,
      "accept-encoding": "gzip",
    },
  });
  expect(response.headers.get("content-encoding")).toBe("gzip");
  expect(await response.json()).toMatchObject({ total: 10 });
  const small = await api("GET", "/tablesdb/db1", undefined, { "accept-encoding": "gzip" });
  expect(small.headers["content-encoding"]).toBeUndefined();
});

test("a body that is no JSON object counts as empty", async () => {
  const url = `${emulator.endpoint}/tablesdb`;
  const headers = { "x-appwrite-project": emulator.projectId, "x-appwrite-key": emulator.apiKey };
  for (const [type, body] of [
    ["application/json", '{"databaseId": "q", '],
    ["text/plain", '{"databaseId":"q","name":"x"}'],
    ["application/json", "[1]"],
  ] as const) {
    const answer = await fetch(url, { method: "POST", headers: { ...headers, "content-type": type }, body });
    expect(await answer.json()).toMatchObject({ code: 400, message: 'Param "databaseId" is not optional.' });
  }
});

test.each<[string, Record<string, string>, number, string]>([
  ["no key", { "x-appwrite-key": "" }, 401, "general_unauthorized_scope"],
  ["a wrong key", { "x-appwrite-key": "standard_00" }, 401, "user_unauthorized"],
  ["a key without its project", { "x-appwrite-project": "" }, 403, "project_id_missing"],
  ["an unknown project", { "x-appwrite-project": "nope", "x-appwrite-key": "" }, 404, "project_not_found"],
  ["another case of the project", { "x-appwrite-project": "EMULATOR" }, 403, "project_id_missing"],
])("%s is refused", async (_what, headers, status, type) => {
  const answer = await apiOf(emulator)("GET", "/tablesdb", undefined, headers);
  expect([answer.status, answer.body]).toMatchObject([status, { type }]);
});

test("a missing scope is told as JSON, any one of several is enough", async () => {
  const { endpoint, projectId } = emulator;
  const narrow = apiOf({ endpoint, projectId, apiKey: emulator.addKey(projectId, ["databases.write"]) });
  await narrow("POST", "/tablesdb", { databaseId: "shop", name: "Shop" });
  const refused = await narrow("GET", "/tablesdb/shop/tables");
  expect(refused.status).toBe(401);
  expect(refused.body).toMatchObject({
    type: "general_unauthorized_scope",
    message: 'app.emulator@service.127.0.0.1 (role: applications) missing scopes (["tables.read","collections.read"])',
  });
  const classic = apiOf({ endpoint, projectId, apiKey: emulator.addKey(projectId, ["collections.read"]) });
  expect((await classic("GET", "/tablesdb/shop/tables")).status).toBe(200);
});

test("the version is told without a key only", async () => {
  const api = apiOf(emulator);
  expect((await api("GET", "/health/version", undefined, { "x-appwrite-key": "" })).body).toEqual({ version: "1.9.6" });
  expect((await api("GET", "/health/version")).status).toBe(401);
});

test("an expired key is told as such", async () => {
  const { endpoint, projectId } = emulator;
  const apiKey = emulator.addKey(projectId, ["databases.read"], { expire: "2020-01-01T00:00:00.000+00:00" });
  expect(await apiOf({ endpoint, projectId, apiKey })("GET", "/tablesdb")).toMatchObject({
    status: 401,
    body: { type: "project_key_expired" },
  });
});

test("null for what is optional is an error of the server unless its action takes it", async () => {
  const api = apiOf(emulator);
  const bucket = (more: { readonly [name: string]: null }) =>
    api("POST", "/storage/buckets", { bucketId: "unique()", name: "B", ...more });
  expect(await bucket({ encryption: null })).toMatchObject({ status: 201, body: { encryption: true } });
  expect(await bucket({ antivirus: null })).toMatchObject({ status: 500, body: { type: "general_unknown" } });
});

test("a queue that holds as many jobs as are asked about is not well", async () => {
  const asked = (path: string) => apiOf(emulator)("GET", `/health/queue/${path}`);
  expect(await asked("mails?threshold=1")).toMatchObject({ status: 200, body: { size: 0 } });
  expect(await asked("mails?threshold=0")).toMatchObject({
    status: 503,
    body: { message: "Queue jobs threshold hit. Current value is 0 and threshold is 0." },
  });
});
