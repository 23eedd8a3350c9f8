import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { isList, isObject, type Json } from "../../emulator/json.ts";
import { type Api, apiOf } from "../support/api.ts";

/** Lists: pages, cursors, totals and wrong queries (real-server.md, F30; API chapter A4). */

let emulator: Emulator;
let api: Api;

const ROWS = "/tablesdb/shop/tables/items/rows";
const MANY = 5050;

beforeAll(async () => {
  emulator = await startEmulator();
  api = apiOf(emulator);
  await api("POST", "/tablesdb", { databaseId: "shop", name: "Shop" });
  const columns = [
    { key: "n", type: "integer", size: 8 },
    { key: "s", type: "string", size: 200, encrypt: true },
    { key: "tags", type: "string", size: 20, array: true },
  ];
  await api("POST", "/tablesdb/shop/tables", { tableId: "items", name: "Items", columns });
  for (let from = 0; from < MANY; from += 100) {
    const count = Math.min(100, MANY - from);
    await api("POST", ROWS, {
      rows: Array.from({ length: count }, (_, at) => ({ $id: `r${from + at}`, n: from + at })),
    });
  }
});

afterAll(() => emulator.close());

function list(...queries: readonly Json[]) {
  const pairs = queries.map((query) => `queries[]=${encodeURIComponent(JSON.stringify(query))}`);
  return api("GET", `${ROWS}?${pairs.join("&")}`);
}

async function ids(...queries: readonly Json[]): Promise<readonly string[]> {
  const { body } = await list(...queries);
  const rows = isObject(body) && isList(body["rows"]) ? body["rows"] : [];
  return rows.map((row) => (isObject(row) ? String(row["$id"]) : ""));
}

test("a page has 25 items and a total of at most 5000; a limit may be larger than that", async () => {
  const { body } = await list();
  expect(body).toMatchObject({ total: 5000 });
  expect(await ids()).toHaveLength(25);
  expect(await ids({ method: "limit", values: [5001] })).toHaveLength(5001);
});

test("the total is left out for total=0, not for the word false", async () => {
  expect((await api("GET", `${ROWS}?total=0`)).body).toMatchObject({ total: 0 });
  expect((await api("GET", `${ROWS}?total=false`)).body).toMatchObject({ total: 5000 });
});

test("cursors go forwards and backwards in the order that is asked for", async () => {
  const two = { method: "limit", values: [2] };
  expect(await ids(two, { method: "cursorAfter", values: ["r3"] })).toEqual(["r4", "r5"]);
  expect(await ids(two, { method: "cursorBefore", values: ["r3"] })).toEqual(["r1", "r2"]);
  const down = { method: "orderDesc", attribute: "n" };
  expect(await ids(two, down, { method: "cursorAfter", values: ["r3"] })).toEqual(["r2", "r1"]);
  expect(await ids(two, down, { method: "offset", values: [1] })).toEqual(["r5048", "r5047"]);
});

test.each<[string, Json]>([
  ["general_cursor_not_found", { method: "cursorAfter", values: ["nobody"] }],
  ["general_query_invalid", { method: "equal", attribute: "nothing", values: ["x"] }],
  ["general_query_invalid", { method: "equal", attribute: "n", values: ["text"] }],
  ["general_query_invalid", { method: "equal", attribute: "n", values: [] }],
  ["general_query_invalid", { method: "limit", values: [0] }],
  ["general_query_invalid", { method: "nonsense", values: [1] }],
  ["general_query_invalid", { method: "search", attribute: "s", values: ["x"] }],
  ["general_query_invalid", { method: "select", values: [] }],
  ["general_query_invalid", { method: "between", attribute: "n", values: [1] }],
])("%s: %j", async (type, query) => {
  expect(await list(query)).toMatchObject({ status: 400, body: { type } });
});

test("databases and columns refuse select and filters on other fields", async () => {
  const select = encodeURIComponent(JSON.stringify({ method: "select", values: ["name"] }));
  for (const path of ["/tablesdb", "/tablesdb/shop/tables", "/tablesdb/shop/tables/items/columns"]) {
    expect(await api("GET", `${path}?queries[]=${select}`)).toMatchObject({
      status: 400,
      body: { message: "Invalid `queries` param: Invalid query method: select" },
    });
  }
});

test("the cursor of columns is their key", async () => {
  const after = encodeURIComponent(JSON.stringify({ method: "cursorAfter", values: ["n"] }));
  expect((await api("GET", `/tablesdb/shop/tables/items/columns?queries[]=${after}`)).body).toMatchObject({
    columns: [{ key: "s" }, { key: "tags" }],
  });
});

test.each([
  ["teams", { attribute: "billingPlan", values: ["pro"] }, "Attribute not found in schema: billingPlan"],
  ["messaging/topics", { attribute: "description", values: ["x"] }, "Attribute not found in schema: description"],
  ["messaging/messages", { attribute: "description", values: ["x"] }, "Attribute not found in schema: description"],
  ["project/platforms", { attribute: "packageName", values: ["x"] }, "Attribute not found in schema: packageName"],
  [
    "project/keys",
    { attribute: "scopes", values: ["x"] },
    'Cannot query equal on attribute "scopes" because it is an array.',
  ],
  [
    "webhooks",
    { attribute: "events", values: ["x"] },
    'Cannot query equal on attribute "events" because it is an array.',
  ],
])("the list of %s does not filter by %j", async (path, query, words) => {
  const answer = await apiOf(emulator)(
    "GET",
    `/${path}?queries[0]=${encodeURIComponent(JSON.stringify({ method: "equal", ...query }))}`,
  );
  expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining(words) } });
});

test.each([
  [
    "/tablesdb",
    { method: "or", values: ["x"] },
    /^Invalid `queries` param: Invalid query: Utopia\\Database\\Query::parseQuery\(\): Argument #1 \(\$query\) must be of type array, string given/,
  ],
  [
    "/storage/buckets",
    { method: "equal", attribute: "maximumFileSize", values: [5_000_000_000] },
    /^Invalid `queries` param: Invalid query: Query value is invalid for attribute "maximumFileSize"$/,
  ],
])("%s refuses %j", async (path, query, words) => {
  const answer = await api("GET", `${path}?queries[0]=${encodeURIComponent(JSON.stringify(query))}`);
  expect(answer).toMatchObject({ status: 400, body: { message: expect.stringMatching(words) } });
});

test.each<[string, number, string]>([
  ["/storage/buckets", 400, "general_query_invalid"],
  ["/users", 400, "general_query_invalid"],
  ["/tablesdb", 400, "general_query_invalid"],
  ["/teams", 500, "general_unknown"],
  ["/functions", 500, "general_unknown"],
  ["/project/keys", 500, "general_unknown"],
])("no index of %s finds words in a name, nor does it take many values: %i", async (path, status, type) => {
  const ask = (query: Json) => api("GET", `${path}?queries[0]=${encodeURIComponent(JSON.stringify(query))}`);
  const words = await ask({ method: "search", attribute: "name", values: ["x"] });
  expect(words).toMatchObject({ status, body: { type } });
  if (status === 400)
    expect(words.body).toMatchObject({ message: 'Searching by attribute "name" requires a fulltext index.' });
  const many = Array.from({ length: 501 }, (_, at) => `${at}`);
  expect(await ask({ method: "equal", attribute: "name", values: many })).toMatchObject({ status, body: { type } });
  expect(await ask({ method: "exists", attribute: "name", values: ["x"] })).toMatchObject({ status: 500 });
});

test("a page of logs is wrong as a whole when one of its queries cannot be read", async () => {
  const queries = ['{"method":"limit","values":[1]}', "[]"].map((one) => `queries[]=${encodeURIComponent(one)}`);
  expect(await api("GET", `/tablesdb/shop/tables/items/logs?${queries.join("&")}`)).toMatchObject({
    status: 400,
    body: { message: "Invalid `queries` param: Invalid query: Invalid query method: " },
  });
});

test("1.9.0 filters webhooks by its own names", async () => {
  const old = await startEmulator({ version: "1.9.0" });
  const ask = async (attribute: string, value: unknown) => {
    const query = encodeURIComponent(JSON.stringify({ method: "equal", attribute, values: [value] }));
    return (await apiOf(old)("GET", `/webhooks?queries[0]=${query}`)).status;
  };
  expect([await ask("httpUser", "a"), await ask("security", true)]).toEqual([200, 200]);
  expect([await ask("authUsername", "a"), await ask("tls", true)]).toEqual([400, 400]);
  await old.close();
});
