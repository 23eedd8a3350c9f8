import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { Json, JsonObject } from "../../emulator/json.ts";
import { type Api, apiOf } from "../support/api.ts";

/** Columns and indexes beyond what the recordings show: the server's checks in their order, and what a deletion leaves. */

let emulator: Emulator;
let api: Api;

const TABLE = "/tablesdb/d/tables/t";

beforeAll(async () => {
  emulator = await startEmulator({ jobDelay: 0 });
  api = apiOf(emulator);
});

afterAll(() => emulator.close());

const TEXTS: readonly JsonObject[] = [
  { key: "a", type: "string", size: 100 },
  { key: "b", type: "string", size: 100 },
  { key: "c", type: "string", size: 100 },
  { key: "n", type: "integer" },
  { key: "pt", type: "point", required: true },
];

beforeEach(async () => {
  emulator.reset();
  await api("POST", "/tablesdb", { databaseId: "d", name: "D" });
  await api("POST", "/tablesdb/d/tables", { tableId: "t", name: "T", columns: TEXTS });
});

const column = (type: string, body: JsonObject) =>
  api("POST", `${TABLE}/columns/${type}`, { required: false, ...body });
const index = (key: string, type: string, columns: readonly string[], more: JsonObject = {}) =>
  api("POST", `${TABLE}/indexes`, { key, type, columns, ...more });

describe("the deletion of an indexed column", () => {
  test.each<[string, string, JsonObject, JsonObject]>([
    ["keeps the lengths that differ from its own", "key", { lengths: [10, 20, 30] }, { lengths: [20, 30], orders: [] }],
    ["takes equal lengths along", "key", { lengths: [10, 10, 30] }, { lengths: [30] }],
    ["takes equal orders along", "key", { orders: ["ASC", "ASC", "DESC"] }, { orders: ["DESC"] }],
    ["shrinks a fulltext index as well", "fulltext", {}, { type: "fulltext" }],
  ])("%s", async (_, type, more, left) => {
    await index("i", type, ["a", "b", "c"], more);
    await emulator.idle();
    await api("DELETE", `${TABLE}/columns/a`);
    await emulator.idle();
    const { body } = await api("GET", `${TABLE}/indexes/i`);
    expect(body).toMatchObject({ columns: ["b", "c"], status: "available", ...left });
  });

  test("leaves it to rows until it is done, also where the database refuses it", async () => {
    await index("i", "unique", ["a", "b"]);
    await emulator.idle();
    emulator.worker.pause();
    await api("DELETE", `${TABLE}/columns/a`);
    await column("string", { key: "late", size: 10 });
    const row = { rowId: "r", data: { a: "1", b: "1", pt: [1, 2] } };
    expect((await api("POST", `${TABLE}/rows`, row)).body).toMatchObject({ a: "1", b: "1" });
    const where = (key: string) =>
      api(
        "GET",
        `${TABLE}/rows?queries[]=${encodeURIComponent(`{"method":"equal","attribute":"${key}","values":["1"]}`)}`,
      );
    expect((await where("a")).body).toMatchObject({ total: 1 });
    expect((await where("late")).body).toMatchObject({
      message: "Invalid query: Attribute not found in schema: late",
    });
    emulator.worker.resume();
    await emulator.idle();
    expect((await api("GET", `${TABLE}/columns/a`)).body).toMatchObject({ status: "stuck" });
    expect((await api("PATCH", `${TABLE}/rows/r`, { data: { a: "2" } })).body).toMatchObject({ a: "2", b: "1" });
    expect((await api("POST", `${TABLE}/rows`, { ...row, rowId: "s" })).status).toBe(201);
    expect((await api("POST", `${TABLE}/rows`, { ...row, rowId: "t" })).status).toBe(409);
    await api("DELETE", `${TABLE}/indexes/i`);
    await api("DELETE", `${TABLE}/columns/a`);
    await emulator.idle();
    expect((await api("GET", `${TABLE}/rows/r`)).body).not.toHaveProperty("a");
  });

  test("of one side of a relationship marks the other side as well", async () => {
    await api("POST", "/tablesdb/d/tables", { tableId: "far", name: "F" });
    const body = { relatedTableId: "far", type: "oneToMany", key: "fars", twoWay: true, twoWayKey: "near" };
    await api("POST", `${TABLE}/columns/relationship`, body);
    await emulator.idle();
    emulator.worker.pause();
    await api("DELETE", `${TABLE}/columns/fars`);
    const far = await api("GET", "/tablesdb/d/tables/far/columns/near");
    emulator.worker.resume();
    expect(far.body).toMatchObject({ status: "deleting" });
  });
});

test.each<[string, string, readonly string[], JsonObject, string]>([
  ["a length of a number", "key", ["n"], { lengths: [4] }, 'Cannot set a length on "integer" attributes'],
  ["more lengths than columns", "key", ["a"], { lengths: [1, 2] }, "Invalid index lengths."],
  ["a point", "key", ["pt"], {}, "Spatial attributes require spatial indexes."],
  ["two points", "spatial", ["pt", "n"], {}, "Spatial index must have exactly one attribute"],
  ["the id with 600 characters", "key", ["$id", "long"], {}, "Index length is longer than the maximum: 768"],
])("no index of %s", async (_, type, columns, more, message) => {
  await column("string", { key: "long", size: 600 });
  await emulator.idle();
  const refused = await index("i", type, columns, more);
  expect(refused).toMatchObject({ status: 400, body: { type: "column_index_invalid" } });
  expect((refused.body as JsonObject)["message"]).toContain(message);
});

test("an index's columns are named as they are written, and its key may not be reserved", async () => {
  expect((await index("i", "key", ["A"])).body).toMatchObject({ type: "column_unknown" });
  expect((await index("primary", "key", ["a"])).body).toMatchObject({ message: "Index key name is reserved" });
});

test("what the definition itself does not allow is told before what the table does not", async () => {
  const elsewhere = await api("POST", "/tablesdb/d/tables/none/columns/integer", {
    key: "x",
    required: false,
    min: 2,
    max: 1,
  });
  expect(elsewhere.body).toMatchObject({ type: "column_value_invalid" });
  const both = await column("integer", { key: "x", required: true, max: 1, default: 2 });
  expect(both.body).toMatchObject({ type: "column_value_invalid" });
  const inline = { tableId: "t", name: "T", columns: [{ key: "x", type: "nonsense" }] };
  expect((await api("POST", "/tablesdb/d/tables", inline)).body).toMatchObject({ type: "table_already_exists" });
});

test("a table takes 1010 columns", async () => {
  const columns = (from: number): Json =>
    Array.from({ length: 100 }, (_, at) => ({ key: `k${from + at}`, type: "boolean" }));
  await api("POST", "/tablesdb/d/tables", { tableId: "wide", name: "W", columns: columns(0) });
  const add = (key: string) => api("POST", "/tablesdb/d/tables/wide/columns/boolean", { key, required: false });
  for (let at = 100; at < 1010; at++) await add(`k${at}`);
  expect(await add("more")).toMatchObject({ status: 400, body: { type: "column_limit_exceeded" } });
  // A thousand requests take long on a busy machine.
}, 240_000);

describe("a change of a column", () => {
  test("cannot take all elements of an enum, nor make it shorter than an index needs", async () => {
    await column("enum", { key: "e", elements: ["x"] });
    await index("i", "key", ["a"], { lengths: [60] });
    await emulator.idle();
    const change = (type: string, key: string, more: JsonObject) =>
      api("PATCH", `${TABLE}/columns/${type}/${key}`, { required: false, default: null, ...more });
    expect(await change("enum", "e", { elements: [] })).toMatchObject({
      status: 400,
      body: { message: "Enum elements must not be empty" },
    });
    expect(await change("string", "a", { size: 50 })).toMatchObject({
      status: 400,
      body: { type: "column_index_invalid" },
    });
    expect(await change("string", "a", { size: 60 })).toMatchObject({ status: 200 });
  });

  test("cannot make a point optional that a spatial index covers", async () => {
    await index("i", "spatial", ["pt"]);
    await emulator.idle();
    const refused = await api("PATCH", `${TABLE}/columns/point/pt`, { required: false });
    expect(refused).toMatchObject({ status: 400, body: { type: "column_index_invalid" } });
  });
});

describe("what is refused of inline columns and indexes", () => {
  const inline = (at: Api, body: JsonObject) =>
    at("POST", "/tablesdb/d/tables", { tableId: "new", name: "N", ...body });
  const column = (type: string, more: JsonObject) => ({ columns: [{ key: "x", type, size: 9, ...more }] });

  test("more than 58 indexes, and more than 100 attributes in one", async () => {
    const indexes = Array.from({ length: 59 }, (_, at) => ({ key: `i${at}`, type: "key", attributes: ["x"] }));
    const many = await inline(api, { ...column("string", {}), indexes });
    expect(many.body).toMatchObject({ type: "general_argument_invalid", message: "Maximum of 58 indexes allowed" });
    const attributes = Array.from({ length: 101 }, () => "x");
    const wide = await inline(api, { ...column("string", {}), indexes: [{ key: "i", type: "key", attributes }] });
    expect(wide.body).toMatchObject({ message: "Index 'i' cannot have more than 100 attributes" });
  });

  test("bounds of a text, in the words of the version", async () => {
    const told = "Attribute 'x': min/max can only be used with integer, bigint or float types";
    expect((await inline(api, column("string", { min: 1 }))).body).toMatchObject({ message: told });
    const old = await startEmulator({ version: "1.9.0" });
    try {
      await apiOf(old)("POST", "/tablesdb", { databaseId: "d", name: "D" });
      const refused = await inline(apiOf(old), column("string", { signed: true }));
      const then = "Attribute 'x': 'signed' can only be used with integer or float types";
      expect(refused.body).toMatchObject({ message: then });
    } finally {
      await old.close();
    }
  });
});

describe("a relationship that leads one way", () => {
  const FAR = "/tablesdb/d/tables/far/columns";

  beforeEach(async () => {
    await api("POST", "/tablesdb/d/tables", { tableId: "far", name: "F" });
    await api("POST", `${TABLE}/columns/relationship`, { relatedTableId: "far", type: "oneToOne" });
    await emulator.idle();
  });

  test("keeps a key of the other table from another relationship", async () => {
    const back = { relatedTableId: "t", type: "oneToOne" };
    expect((await api("POST", `${FAR}/relationship`, back)).body).toMatchObject({
      type: "column_already_exists",
      message: expect.stringContaining("'t'"),
    });
    expect((await api("POST", `${FAR}/relationship`, { ...back, key: "back", twoWayKey: "b" })).status).toBe(202);
  });

  test("fails when another, which was still to be made, has taken its key of the other table", async () => {
    await api("POST", "/tablesdb/d/tables", { tableId: "third", name: "T" });
    const make = (key: string) =>
      api("POST", `${TABLE}/columns/relationship`, { relatedTableId: "third", type: "manyToOne", key });
    emulator.worker.pause();
    const statuses = [await make("one"), await make("two")].map(({ status }) => status);
    emulator.worker.resume();
    expect(statuses).toEqual([202, 202]);
    await emulator.idle();
    expect((await make("three")).status).toBe(409);
    expect((await api("GET", `${TABLE}/columns/one`)).body).toMatchObject({ status: "available" });
    expect((await api("GET", `${TABLE}/columns/two`)).body).toMatchObject({
      status: "failed",
      error: "Related attribute already exists",
    });
  });

  test("keeps a key of the other table from a column, until it is deleted", async () => {
    const make = async (key: string) => {
      await api("POST", `${FAR}/boolean`, { key, required: false });
      await emulator.idle();
      return (await api("GET", `${FAR}/${key}`)).body;
    };
    expect(await make("t")).toMatchObject({ status: "failed", error: "Attribute already exists in metadata" });
    await api("DELETE", `${FAR}/t`);
    await emulator.idle();
    expect((await api("GET", `${FAR}/t`)).body).toMatchObject({
      status: "stuck",
      error: "Cannot delete relationship as an attribute",
    });
    await api("DELETE", `${TABLE}/columns/far`);
    await api("DELETE", `${FAR}/t`);
    await emulator.idle();
    expect(await make("t")).toMatchObject({ status: "available" });
  });
});

test("a second manyToMany between two collections is refused in their own words", async () => {
  for (const id of ["c1", "c2"]) await api("POST", "/databases/d/collections", { collectionId: id, name: id });
  const relate = (key: string) =>
    api("POST", "/databases/d/collections/c1/attributes/relationship", {
      relatedCollectionId: "c2",
      type: "manyToMany",
      key,
      twoWayKey: `${key}Back`,
    });
  await relate("one");
  await emulator.idle();
  expect((await relate("two")).body).toMatchObject({
    type: "attribute_already_exists",
    message: 'Creating more than one "manyToMany" relationship on the same collection is currently not permitted.',
  });
});
