import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { Json, JsonObject } from "../../emulator/json.ts";
import { type Api, apiOf } from "../support/api.ts";

/** Writes of several rows, counters, times and transactions: the server's checks in their order (its `Documents` and `Transactions` actions). */

let emulator: Emulator;
let api: Api;

const ROWS = "/tablesdb/d/tables/t/rows";

beforeAll(async () => {
  emulator = await startEmulator({ jobDelay: 0 });
  api = apiOf(emulator);
});

afterAll(() => emulator.close());

beforeEach(async () => {
  emulator.reset();
  const columns = [
    { key: "name", type: "string", size: 20, required: true },
    { key: "n", type: "integer" },
    { key: "texts", type: "string", size: 5, array: true },
  ];
  await api("POST", "/tablesdb", { databaseId: "d", name: "D" });
  await api("POST", "/tablesdb/d/tables", { tableId: "t", name: "T", columns });
});

const told = async (method: string, path: string, body?: Json) => {
  const answer = await api(method, path, body);
  return [answer.status, answer.body] as const;
};
const query = (method: string, attribute: string, values: Json) => JSON.stringify({ method, attribute, values });
const asked = (...queries: readonly string[]) => queries.map((one) => `queries[]=${encodeURIComponent(one)}`).join("&");

test.each<[string, JsonObject, JsonObject]>([
  ["nothing", {}, { type: "row_missing_data" }],
  [
    "one and several",
    { rowId: "a", data: { name: "A" }, rows: [{ name: "B" }] },
    { type: "general_bad_request", message: "You can only send one of the following parameters: data, rows" },
  ],
  ["one without an id", { data: { name: "A" } }, { type: "row_missing_data" }],
  ["several with an id", { rowId: "a", rows: [{ name: "B" }] }, { type: "general_bad_request" }],
  [
    "several with permissions",
    { permissions: ['read("any")'], rows: [{ name: "B" }] },
    { type: "general_bad_request" },
  ],
])("a request that creates %s is refused before the table is looked for", async (_, body, error) => {
  expect(await told("POST", "/tablesdb/none/tables/none/rows", body)).toMatchObject([400, error]);
});

test("rows that are created together are checked one by one", async () => {
  const refused = (rows: Json) => told("POST", ROWS, { rows });
  expect(await refused([{ $id: "-x", name: "A" }])).toMatchObject([400, { type: "general_bad_request" }]);
  expect(await refused([{ $id: "x", name: "A", $permissions: ["read"] }])).toMatchObject([
    400,
    { type: "general_bad_request" },
  ]);
  const twice = [
    { $id: "x", name: "A" },
    { $id: "x", name: "B" },
  ];
  expect(await refused(twice)).toMatchObject([409, { message: expect.stringContaining("ID ''") }]);
  expect(await told("PUT", ROWS, { rows: twice })).toMatchObject([
    409,
    { message: expect.stringContaining("'multiple'") },
  ]);
  expect((await api("GET", ROWS)).body).toMatchObject({ total: 0 });
});

test("writes of many rows take all that the queries mean, and tell a hundred of them", async () => {
  for (const from of [0, 100])
    await api("POST", ROWS, { rows: Array.from({ length: 60 }, (_, at) => ({ $id: `r${from + at}`, name: "A" })) });
  const changed = await api("PATCH", ROWS, { data: { n: 1 } });
  expect(changed.body).toMatchObject({ total: 120 });
  expect((changed.body as { readonly rows: readonly Json[] }).rows).toHaveLength(100);
  expect((await api("GET", `${ROWS}?${asked(query("equal", "n", [1]))}`)).body).toMatchObject({ total: 120 });
  expect((await api("DELETE", ROWS, { queries: [query("limit", "", [50])] })).body).toMatchObject({ total: 50 });
  expect((await api("DELETE", ROWS, {})).body).toMatchObject({ total: 70 });
});

test("a change of many rows is checked even when there are none", async () => {
  expect(await told("PATCH", ROWS, { data: { none: 1 } })).toMatchObject([400, { type: "row_invalid_structure" }]);
  expect(await told("PATCH", ROWS, { data: { n: "x" } })).toMatchObject([400, { type: "row_invalid_structure" }]);
  expect(await told("PATCH", ROWS, { data: {} })).toMatchObject([400, { type: "row_missing_payload" }]);
});

test("a key sets the times of a row", async () => {
  const times = { $createdAt: "2020-01-02T03:04:05+02:00", $updatedAt: "2021-01-01" };
  expect((await api("POST", ROWS, { rowId: "a", data: { name: "A", ...times } })).body).toMatchObject({
    $createdAt: "2020-01-02T01:04:05.000+00:00",
    $updatedAt: "2021-01-01T00:00:00.000+00:00",
  });
  const wrong = await told("PATCH", `${ROWS}/a`, { data: { $createdAt: "soon" } });
  expect(wrong).toMatchObject([400, { type: "row_invalid_structure" }]);
  expect(await told("PATCH", `${ROWS}/a`, { data: { $own: 1 } })).toMatchObject([
    400,
    { message: 'Invalid document structure: Unknown attribute: "$own"' },
  ]);
});

test.each<[string, string, JsonObject, number, JsonObject]>([
  ["less than nothing", "a/n/increment", { value: -1 }, 400, { type: "general_argument_invalid" }],
  ["a text", "a/name/increment", {}, 400, { message: 'tablesDB "name" is not a number' }],
  ["no column", "a/none/increment", {}, 404, { type: "column_not_found" }],
  ["no row", "none/n/increment", {}, 404, { message: "Column with the requested key '%s' could not be found." }],
  [
    "too much",
    "a/n/increment",
    { value: 5, max: 4 },
    400,
    { message: 'tablesDB "n" has reached the maximum value of 4' },
  ],
  ["too little", "a/n/decrement", { value: 5, min: 0 }, 400, { type: "column_limit_exceeded" }],
])("a counter refuses %s", async (_, path, body, status, error) => {
  await api("POST", ROWS, { rowId: "a", data: { name: "A" } });
  expect(await told("PATCH", `${ROWS}/${path}`, body)).toMatchObject([status, error]);
});

test("a counter of whole numbers tells the part that it does not keep", async () => {
  await api("POST", ROWS, { rowId: "a", data: { name: "A" } });
  expect(await told("PATCH", `${ROWS}/a/n/decrement`, { value: 1.5 })).toMatchObject([200, { n: -1.5 }]);
  expect((await api("GET", `${ROWS}/a`)).body).toMatchObject({ n: -2 });
});

test.each<[string, string, string]>([
  ["not JSON", "x", "Invalid query: Syntax error"],
  ["an unknown method", query("like", "n", [1]), "Invalid query method: like"],
  ["a bad cursor", query("cursorAfter", "", ["-"]), "Invalid cursor: UID must contain"],
  ["an empty list", query("equal", "n", [[]]), "Invalid query: Equal queries require at least one value."],
  ["a vector", query("vectorDot", "n", [[1]]), "Invalid query: Vector queries can only be used on vector attributes"],
  ["an unknown name", query("select", "", ["none"]), "Invalid query: Attribute not found in schema: none"],
  [
    "no fulltext index within another",
    query("or", "", [
      { method: "search", attribute: "name", values: ["x"] },
      { method: "isNull", attribute: "n" },
    ]),
    'Searching by attribute "name" requires a fulltext index.',
  ],
  ["no fulltext index", query("notSearch", "name", ["x"]), 'Searching by attribute "name" requires a fulltext index.'],
])("a list refuses a query of %s", async (_, text, message) => {
  expect(await told("GET", `${ROWS}?${asked(text)}`)).toMatchObject([
    400,
    {
      type: "general_query_invalid",
      message: expect.stringMatching(new RegExp(`^${message.replace(/[.*?]/g, "\\$&")}`)),
    },
  ]);
});

test.each<[string, string]>([
  ["a part that is no query", query("or", "", ["x"])],
  ["an expression that is none", query("regex", "name", ["("])],
  ["what MariaDB does not know", query("exists", "name", ["x"])],
])("a list fails on %s", async (_, text) => {
  await api("POST", ROWS, { rowId: "a", data: { name: "A" } });
  expect(await told("GET", `${ROWS}?${asked(text)}`)).toMatchObject([
    500,
    { type: "general_unknown", message: "Server Error" },
  ]);
  expect(emulator.requests().filter(({ failure }) => failure !== undefined)).toEqual([]);
});

test("a value must fit the width of a column", async () => {
  await api("POST", "/tablesdb/d/tables/t/columns/integer", { key: "wide", required: false });
  await emulator.idle();
  const ask = (name: string) => told("GET", `${ROWS}?${asked(query("lessThan", name, [5_000_000_000]))}`);
  expect(await ask("n")).toMatchObject([400, { message: 'Invalid query: Query value is invalid for attribute "n"' }]);
  expect(await ask("wide")).toMatchObject([200, {}]);
});

test.each(["notEqual", "notStartsWith", "notEndsWith", "notContains"])(
  "%s finds no row without a value",
  async (method) => {
    await api("POST", "/tablesdb/d/tables/t/columns/string", { key: "more", size: 9, required: false });
    await emulator.idle();
    await api("POST", ROWS, { rowId: "a", data: { name: "A" } });
    await api("POST", ROWS, { rowId: "b", data: { name: "B", more: "x" } });
    const answer = await told("GET", `${ROWS}?${asked(query(method, "more", ["y"]))}`);
    expect(answer).toMatchObject([200, { total: 1, rows: [{ $id: "b" }] }]);
  },
);

test("one row takes a select only, a cursor no order without a value", async () => {
  await api("POST", ROWS, { rowId: "a", data: { name: "A" } });
  expect(await told("GET", `${ROWS}/a?${asked(query("equal", "n", [1]))}`)).toMatchObject([
    400,
    { message: "Invalid query method: equal" },
  ]);
  const page = asked(query("orderAsc", "n", []), query("cursorAfter", "", ["a"]));
  expect(await told("GET", `${ROWS}?${page}`)).toMatchObject([
    400,
    {
      type: "database_query_order_null",
      message:
        "The order column 'n' had a null value. Cursor pagination requires all rows order column values are non-null.",
    },
  ]);
});

describe("a transaction", () => {
  let id: string;
  let operations: string;

  beforeEach(async () => {
    id = String(((await api("POST", "/tablesdb/transactions", {})).body as { readonly $id: string }).$id);
    operations = `/tablesdb/transactions/${id}/operations`;
  });

  const operation = (action: string, more: JsonObject): JsonObject => ({
    databaseId: "d",
    tableId: "t",
    action,
    ...more,
  });

  test.each<[string, readonly Json[], number, JsonObject]>([
    ["none", [], 400, { message: "Operations array cannot be empty" }],
    ["one without an action", [{ databaseId: "d", tableId: "t" }], 400, { message: "Missing required key: action" }],
    [
      "one of no row",
      [operation("update", { data: {} })],
      400,
      { message: "Key 'rowId' is required for action 'update'" },
    ],
    ["one without data", [operation("create", { rowId: "a" })], 400, { message: "Missing required key: data" }],
    ["one of a missing row", [operation("delete", { rowId: "a" })], 404, { type: "document_not_found" }],
    [
      "one of a missing table",
      [operation("create", { tableId: "none", rowId: "a", data: {} })],
      404,
      { type: "collection_not_found" },
    ],
    [
      "a counter of nothing",
      [operation("increment", { rowId: "a", data: {} })],
      400,
      { message: "Key 'column' is required in data for increment" },
    ],
  ])("refuses %s", async (_, list, status, error) => {
    const words = error["message"];
    const expected = typeof words === "string" ? { message: expect.stringContaining(words) } : error;
    expect(await told("POST", operations, { operations: list })).toMatchObject([status, expected]);
  });

  test("counts a write of many rows once and tells none of them", async () => {
    const many = await told("POST", ROWS, { rows: [{ name: "A" }, { name: "B" }], transactionId: id });
    expect(many).toMatchObject([200, { total: 2, rows: [] }]);
    expect(await told("PATCH", ROWS, { data: { n: 2 }, transactionId: id })).toMatchObject([
      200,
      { total: 0, rows: [] },
    ]);
    expect(await told("PUT", `${ROWS}/c`, { data: { name: "C" }, transactionId: id })).toMatchObject([
      201,
      { name: "C" },
    ]);
    expect((await api("GET", `/tablesdb/transactions/${id}`)).body).toMatchObject({ operations: 3 });
    expect(await told("GET", `${ROWS}?transactionId=${id}`)).toMatchObject([200, { total: 3 }]);
    expect(await told("PATCH", `/tablesdb/transactions/${id}`, { commit: true })).toMatchObject([
      200,
      { status: "committed" },
    ]);
    expect((await api("GET", ROWS)).body).toMatchObject({ rows: [{ n: 2 }, { n: 2 }, { name: "C", n: null }] });
    expect(await told("DELETE", ROWS, { transactionId: id })).toMatchObject([400, { type: "general_bad_request" }]);
  });

  test("changes what it made, and sees the rows' own errors at the commit", async () => {
    const list = [
      operation("create", { rowId: "a", data: { name: "A", n: 1 } }),
      operation("increment", { rowId: "a", data: { column: "n", value: 2 } }),
      operation("update", { rowId: "a", data: { name: "A2" } }),
    ];
    await api("POST", operations, { operations: list });
    await api("PATCH", `/tablesdb/transactions/${id}`, { commit: true });
    expect((await api("GET", `${ROWS}/a`)).body).toMatchObject({ name: "A2", n: 3 });

    const next = String(((await api("POST", "/tablesdb/transactions", {})).body as { readonly $id: string }).$id);
    await api("PATCH", `${ROWS}/a`, { data: { n: "x" }, transactionId: next });
    expect(await told("PATCH", `/tablesdb/transactions/${next}`, { commit: true })).toMatchObject([
      400,
      { type: "document_invalid_structure" },
    ]);
    expect((await api("GET", `/tablesdb/transactions/${next}`)).body).toMatchObject({ status: "failed" });
  });
});

describe("operators", () => {
  const TYPED = "/tablesdb/d/tables/o/rows";
  const operator = (method: string, ...values: readonly Json[]) => JSON.stringify({ method, values });

  beforeEach(async () => {
    const columns = [
      { key: "n", type: "integer" },
      { key: "f", type: "double" },
      { key: "s", type: "string", size: 8 },
      { key: "b", type: "boolean" },
      { key: "t", type: "datetime" },
      { key: "list", type: "integer", array: true },
    ];
    await api("POST", "/tablesdb/d/tables", { tableId: "o", name: "O", columns });
    const data = { n: 5, f: 1.5, s: "abc", b: false, t: "2024-01-31T00:00:00.000+00:00", list: [3, 1, 3] };
    await api("POST", TYPED, { rowId: "a", data });
  });

  test.each<[string, string, Json]>([
    ["n", operator("increment", 2), 7],
    ["n", operator("increment", 9, 10), 10],
    ["n", operator("decrement", 9, 0), 0],
    ["n", operator("modulo", 3), 2],
    ["f", operator("divide", 2), 0.75],
    ["f", operator("power", 2), 2.25],
    ["s", operator("stringConcat", "d"), "abcd"],
    ["s", operator("stringReplace", "b", "x"), "axc"],
    ["b", operator("toggle"), true],
    ["t", operator("dateAddDays", 1), "2024-02-01T00:00:00.000+00:00"],
    ["list", operator("arrayAppend", 4), [3, 1, 3, 4]],
    ["list", operator("arrayInsert", 1, 9), [3, 9, 1, 3]],
    ["list", operator("arrayRemove", 3), [1]],
    ["list", operator("arrayUnique"), [3, 1]],
    ["list", operator("arrayFilter", "greaterThan", 1), [3, 3]],
  ])("of %s: %s", async (key, text, value) => {
    expect(await told("PATCH", `${TYPED}/a`, { data: { [key]: text } })).toMatchObject([200, { [key]: value }]);
    expect((await api("GET", `${TYPED}/a`)).body).toMatchObject({ [key]: value });
  });

  test.each<[string, string, string]>([
    ["s", operator("increment", 1), "Cannot apply increment operator to non-numeric field 's'"],
    ["n", operator("divide", 0), "Cannot apply divide operator: division by zero"],
    [
      "n",
      operator("increment", 2147483647),
      "Cannot apply increment operator: would overflow maximum value of 2147483647",
    ],
    [
      "s",
      operator("stringConcat", "123456"),
      "Cannot apply stringConcat operator: result would exceed maximum length of 8",
    ],
    ["s", operator("arrayUnique"), "Cannot apply arrayUnique operator to non-array field 's'"],
    [
      "list",
      operator("arrayInsert", 9, 1),
      "Cannot apply arrayInsert operator: index 9 is out of bounds for array of length 3",
    ],
    ["t", operator("dateAddDays", "1"), "Cannot apply dateAddDays operator: requires an integer number of days"],
  ])("of %s are refused: %s", async (key, text, message) => {
    expect(await told("PATCH", `${TYPED}/a`, { data: { [key]: text } })).toMatchObject([
      400,
      { type: "row_invalid_structure", message: expect.stringContaining(message) },
    ]);
  });

  test("work on many rows, not on new ones, and are refused when they cannot be read", async () => {
    await api("POST", TYPED, { rowId: "b", data: { n: 1 } });
    expect(await told("PATCH", TYPED, { data: { n: operator("multiply", 10) } })).toMatchObject([
      200,
      { rows: [{ n: 50 }, { n: 10 }] },
    ]);
    expect(await told("POST", TYPED, { rowId: "c", data: { n: operator("increment", 1) } })).toMatchObject([
      400,
      { type: "row_invalid_structure" },
    ]);
    expect(await told("PATCH", `${TYPED}/a`, { data: { n: '{"method":"increment","values":1}' } })).toMatchObject([
      400,
      {
        type: "general_bad_request",
        message: 'Invalid operator for attribute "n": Invalid operator values. Must be an array, got integer',
      },
    ]);
    expect(await told("PATCH", TYPED, { data: { none: operator("increment", 1) } })).toMatchObject([
      400,
      { message: 'Invalid document structure: Unknown attribute: "none"' },
    ]);
  });
});
