import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { isObject, type Json, type JsonObject } from "../../emulator/json.ts";
import { type Api, apiOf } from "../support/api.ts";

/** Rows by where their shapes lie, as MariaDB tells it (its functions `ST_…`, which the server's adapter calls). */

let emulator: Emulator;
let api: Api;

const TABLE = "/tablesdb/d/tables/t";

beforeAll(async () => {
  emulator = await startEmulator({ jobDelay: 0 });
  api = apiOf(emulator);
  await api("POST", "/tablesdb", { databaseId: "d", name: "D" });
  await api("POST", "/tablesdb/d/tables", { tableId: "t", name: "T" });
  for (const [type, key] of [
    ["point", "p"],
    ["line", "l"],
    ["polygon", "g"],
  ] as const)
    await api("POST", `${TABLE}/columns/${type}`, { key, required: false });
  await emulator.idle();
  const rows: Record<string, JsonObject> = {
    middle: {
      p: [5, 5],
      l: [
        [-5, 5],
        [15, 5],
      ],
      g: [
        [
          [0, 0],
          [10, 0],
          [10, 10],
          [0, 10],
          [0, 0],
        ],
      ],
    },
    edge: {
      p: "POINT(10 5)",
      l: [
        [10, 0],
        [10, 10],
      ],
      g: [
        [
          [10, 0],
          [20, 0],
          [20, 10],
          [10, 10],
          [10, 0],
        ],
      ],
    },
    far: {
      p: [50, 50],
      l: [
        [50, 50],
        [60, 60],
      ],
      g: [
        [
          [5, 5],
          [15, 5],
          [15, 15],
          [5, 15],
          [5, 5],
        ],
      ],
    },
    none: { p: null },
  };
  for (const [rowId, data] of Object.entries(rows)) await api("POST", `${TABLE}/rows`, { rowId, data });
});

afterAll(() => emulator.close());

function ask(method: string, attribute: string, values: Json) {
  const query = encodeURIComponent(JSON.stringify({ method, attribute, values }));
  return api("GET", `${TABLE}/rows?queries[0]=${query}`);
}

const square = [
  [
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
    [0, 0],
  ],
];

test.each<[string, string, Json, string]>([
  ["equal", "p", [[5, 5]], "middle"],
  ["equal", "p", [[10, 5]], "edge"],
  ["notEqual", "p", [[5, 5]], "edge far"],
  ["distanceLessThan", "p", [[[5, 5], 6, false]], "middle edge"],
  ["distanceGreaterThan", "p", [[[5, 5], 5, false]], "far"],
  ["distanceEqual", "p", [[[5, 5], 5, false]], "edge"],
  ["distanceNotEqual", "p", [[[5, 5], 5, false]], "middle far"],
  ["distanceLessThan", "p", [[[5, 5], 560_000, true]], "middle edge"],
  ["distanceLessThan", "p", [[[5, 5], 550_000, true]], "middle"],
  ["distanceLessThan", "l", [[[5, 6], 2, false]], "middle"],
  ["intersects", "p", [square], "middle edge"],
  ["notIntersects", "p", [square], "far"],
  ["touches", "p", [square], "edge"],
  ["contains", "g", [[5, 5]], "middle"],
  ["contains", "g", [[7, 12]], "far"],
  ["contains", "g", [[10, 5]], ""],
  ["notContains", "g", [[5, 5]], "edge far"],
  [
    "equal",
    "g",
    [
      [
        [
          [10, 0],
          [10, 10],
          [0, 10],
          [0, 0],
          [10, 0],
        ],
      ],
    ],
    "middle",
  ],
  ["crosses", "l", [square], "middle"],
  ["touches", "l", [square], "edge"],
  ["overlaps", "g", [square], "far"],
  ["touches", "g", [square], "edge"],
  ["notOverlaps", "g", [square], "middle edge"],
])("%s of %s and %j finds %s", async (method, attribute, values, found) => {
  const { body } = await ask(method, attribute, values);
  const rows = isObject(body) ? (body["rows"] as readonly JsonObject[]) : [];
  expect(rows.map((row) => row["$id"]).join(" ")).toBe(found);
});

test("a shape in words is kept as lists", async () => {
  expect((await api("GET", `${TABLE}/rows/edge`)).body).toMatchObject({ p: [10, 5] });
});

test.each<[string, string, Json, number, string]>([
  ["isNull", "p", [], 500, "Server Error"],
  ["intersects", "p", [[1]], 500, "Server Error"],
  [
    "distanceLessThan",
    "p",
    [[[1, 2], 5]],
    400,
    "Invalid query: Distance query requires [[geometry, distance]] parameters",
  ],
  [
    "distanceLessThan",
    "l",
    [[[1, 2], 5, true]],
    400,
    "Distance in meters is not supported between linestring and point",
  ],
])("%s of %s and %j is refused", async (method, attribute, values, status, message) => {
  expect(await ask(method, attribute, values)).toMatchObject({ status, body: { message } });
});
