import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { isObject } from "../../emulator/json.ts";
import { type Api, apiOf } from "../support/api.ts";

/** What can be made to go wrong: each fault strikes what it is for, as often as it says, and leaves what it should. */

let emulator: Emulator;
let api: Api;

beforeAll(async () => {
  emulator = await startEmulator({ jobDelay: 0 });
  api = apiOf(emulator);
});

afterAll(() => emulator.close());

beforeEach(async () => {
  emulator.reset();
  await api("POST", "/tablesdb", { databaseId: "shop", name: "Shop" });
  await api("POST", "/tablesdb/shop/tables", { tableId: "items", name: "Items" });
});

const create = { databaseId: "other", name: "Other" };
const COLUMNS = "/tablesdb/shop/tables/items/columns";

test("a status takes the place of the answer, so often, and nothing is done", async () => {
  emulator.faults.add({
    kind: "status",
    method: "POST",
    route: "^/v1/tablesdb$",
    status: 429,
    retryAfter: 2,
    count: 1,
  });
  const limited = await api("POST", "/tablesdb", create);
  expect(limited).toMatchObject({ status: 429, headers: { "retry-after": "2" } });
  expect(limited.body).toMatchObject({ type: "general_rate_limit_exceeded" });
  expect((await api("GET", "/tablesdb/other")).status).toBe(404);
  expect((await api("POST", "/tablesdb", create)).status).toBe(201);
});

test.each([
  ["before", 404],
  ["after", 200],
] as const)("a reset %s the write leaves the write undone or done", async (when, status) => {
  emulator.faults.add({ kind: "reset", when, method: "POST", count: 1 });
  await expect(api("POST", "/tablesdb", create)).rejects.toMatchObject({ code: "ECONNRESET" });
  expect((await api("GET", "/tablesdb/other")).status).toBe(status);
});

test("a truncated body ends the connection in the middle", async () => {
  emulator.faults.add({ kind: "truncate", count: 1 });
  await expect(api("GET", "/tablesdb/shop")).rejects.toThrow(/aborted|hang up/);
  expect((await api("GET", "/tablesdb/shop")).status).toBe(200);
});

test("HTML instead of JSON, as a proxy answers", async () => {
  emulator.faults.add({ kind: "html", status: 502, count: 1 });
  const answer = await api("GET", "/tablesdb/shop");
  expect([answer.status, answer.headers["content-type"]]).toEqual([502, "text/html; charset=UTF-8"]);
});

test("a request that hangs is never answered", async () => {
  emulator.faults.add({ kind: "hang", count: 1 });
  const aborted = fetch(`${emulator.endpoint}/tablesdb`, { signal: AbortSignal.timeout(50) });
  await expect(aborted).rejects.toThrow(/timeout/);
});

test("latency and a slow body only take their time", async () => {
  emulator.faults.add({ kind: "latency", milliseconds: 5 });
  emulator.faults.add({ kind: "slow-body", milliseconds: 5 });
  expect(await api("GET", "/tablesdb/shop")).toMatchObject({ status: 200, body: { $id: "shop" } });
  expect(emulator.requests().at(-1)?.faults).toEqual(["latency", "slow-body"]);
});

test.each(["failed", "stuck", "processing"] as const)("a column that ends as %s", async (outcome) => {
  emulator.faults.add({ kind: "life-cycle", target: "column", key: "^bad$", outcome, error: "no space" });
  await api("POST", `${COLUMNS}/boolean`, { key: "bad", required: false });
  await api("POST", `${COLUMNS}/boolean`, { key: "good", required: false });
  await emulator.idle();
  expect((await api("GET", `${COLUMNS}/good`)).body).toMatchObject({ status: "available" });
  const error = outcome === "processing" ? "" : "no space";
  expect((await api("GET", `${COLUMNS}/bad`)).body).toMatchObject({ status: outcome, error });
  // Only an available column can be changed or indexed; a wrong one can be deleted and its key used again.
  const changed = await api("PATCH", `${COLUMNS}/boolean/bad`, { required: false, default: null });
  expect(changed.body).toMatchObject({ type: "column_not_available" });
  expect((await api("DELETE", `${COLUMNS}/bad`)).status).toBe(204);
  await emulator.idle();
  emulator.faults.clear();
  expect((await api("POST", `${COLUMNS}/boolean`, { key: "bad", required: false })).status).toBe(202);
});

test("an index that fails tells the server's error", async () => {
  emulator.faults.add({ kind: "life-cycle", target: "index", outcome: "failed", error: "Specified key was too long" });
  await api("POST", `${COLUMNS}/boolean`, { key: "a", required: false });
  await emulator.idle();
  await api("POST", "/tablesdb/shop/tables/items/indexes", { key: "i", type: "key", columns: ["a"] });
  await emulator.idle();
  expect((await api("GET", "/tablesdb/shop/tables/items/indexes/i")).body).toMatchObject({
    status: "failed",
    error: "Specified key was too long",
  });
});

test("a stale table shows columns and indexes as they were made, the lists do not", async () => {
  emulator.faults.add({ kind: "stale-table", table: "^items$" });
  await api("POST", `${COLUMNS}/boolean`, { key: "a", required: false });
  await emulator.idle();
  expect((await api("GET", "/tablesdb/shop/tables/items")).body).toMatchObject({ columns: [{ status: "processing" }] });
  expect((await api("GET", COLUMNS)).body).toMatchObject({ columns: [{ status: "available" }] });
  expect((await api("GET", "/tablesdb/shop/tables")).body).toMatchObject({
    tables: [{ columns: [{ status: "available" }] }],
  });
});

test("a stopped worker leaves everything pending until it goes on", async () => {
  emulator.worker.pause();
  await api("POST", `${COLUMNS}/boolean`, { key: "a", required: false });
  expect((await api("GET", `${COLUMNS}/a`)).body).toMatchObject({ status: "processing" });
  expect((await api("GET", "/health/queue/databases")).body).toEqual({ size: 1 });
  expect(await api("GET", "/health/queue/databases?threshold=1")).toMatchObject({
    status: 503,
    body: { type: "health_queue_size_exceeded" },
  });
  expect(emulator.worker.step()).toBe(true);
  expect(emulator.worker.step()).toBe(false);
  expect((await api("GET", `${COLUMNS}/a`)).body).toMatchObject({ status: "available" });
  await api("DELETE", `${COLUMNS}/a`);
  expect((await api("GET", `${COLUMNS}/a`)).body).toMatchObject({ status: "deleting" });
  const again = await api("POST", `${COLUMNS}/boolean`, { key: "A", required: false });
  expect(again.body).toMatchObject({ type: "column_already_exists" });
  emulator.worker.resume();
  await emulator.idle();
  expect((await api("GET", `${COLUMNS}/a`)).status).toBe(404);
});

test("a table that is made again does not get the columns of the old one", async () => {
  emulator.worker.pause();
  await api("POST", `${COLUMNS}/boolean`, { key: "old", required: false });
  await api("DELETE", "/tablesdb/shop/tables/items");
  await api("POST", "/tablesdb/shop/tables", { tableId: "items", name: "Items" });
  await api("POST", `${COLUMNS}/boolean`, { key: "new", required: false });
  emulator.worker.resume();
  await emulator.idle();
  expect((await api("GET", COLUMNS)).body).toMatchObject({ total: 1, columns: [{ key: "new", status: "available" }] });
});

test("faults, the log, keys, projects and a reset are reached over HTTP by other processes", async () => {
  const control = (method: string, path: string, body?: object) =>
    fetch(`${emulator.endpoint.replace(/\/v1$/, "")}/__emulator/${path}`, {
      method,
      ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
    }).then((answer) => answer.json() as Promise<unknown>);
  const fault = await control("POST", "faults", { kind: "status", status: 503, route: "^/v1/tablesdb$" });
  expect((await api("GET", "/tablesdb")).status).toBe(503);
  await control("DELETE", `faults/${isObject(fault as never) ? String((fault as { id: string }).id) : ""}`);
  expect((await api("GET", "/tablesdb")).status).toBe(200);
  expect(await control("GET", "requests")).toMatchObject({ counts: { "GET /v1/tablesdb 200": 1 } });
  const made = (await control("POST", "projects", { id: "second" })) as { apiKey: string };
  const second = apiOf({ endpoint: emulator.endpoint, projectId: "second", apiKey: made.apiKey });
  expect((await second("GET", "/tablesdb")).body).toMatchObject({ total: 0 });
  const key = (await control("POST", "keys", { projectId: "second", scopes: [] })) as { apiKey: string };
  expect((await second("GET", "/tablesdb", undefined, { "x-appwrite-key": key.apiKey })).status).toBe(401);
  await control("POST", "worker", { paused: true });
  await control("POST", "reset");
  expect((await api("GET", "/tablesdb")).body).toMatchObject({ total: 0 });
  expect((await second("GET", "/tablesdb")).status).toBe(404);
});
