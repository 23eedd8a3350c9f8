import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { writeTar } from "../../provider/resources/functions/tar.ts";
import type { Row } from "../../provider/schema/value.ts";
import { type Running, startRunning } from "../support/running.ts";

/** Changes that the server refuses because of what is there already. */

let running: Running;

beforeAll(async () => {
  running = await startRunning({ jobDelay: 0 });
  await running.call("POST", "/tablesdb", { databaseId: "d", name: "D" });
  await running.call("POST", "/tablesdb/d/tables", { tableId: "t", name: "T" });
  await running.call("POST", "/storage/buckets", { bucketId: "b", name: "B", allowedFileExtensions: ["txt"] });
});
afterAll(() => running.close());

test("the default of a point is taken away although rows have no value", async () => {
  await running.call("POST", "/tablesdb/d/tables/t/columns/boolean", { key: "flag", required: false });
  await running.emulator.idle();
  await running.call("POST", "/tablesdb/d/tables/t/rows", { rowId: "r", data: { flag: true } });
  const config = { database_id: "d", table_id: "t", key: "place", type: "point" };
  const { state } = await running.apply("appwrite_tablesdb_column", null, { ...config, default: "[1,2]" });
  const after = await running.apply("appwrite_tablesdb_column", state, config);
  expect(after.state["default"]).toBeNull();
  expect((await running.core("appwrite_tablesdb_column").plan(after.state, config)).action).toBe("none");
});

test("a polygon's default may be one ring without a list around it", async () => {
  const config = {
    database_id: "d",
    table_id: "t",
    key: "area",
    type: "polygon",
    default: "[[0,0],[1,0],[1,1],[0,0]]",
  };
  const { state } = await running.apply("appwrite_tablesdb_column", null, config);
  expect((await running.core("appwrite_tablesdb_column").plan(state, config)).action).toBe("none");
});

test("bounds and defaults of 64 bits stay exact in a table, also after an import", async () => {
  const big = { type: "bigint", min: -(2n ** 53n) - 1n, max: 2n ** 53n + 1n, default: "9007199254740993" };
  const config = { database_id: "d", id: "wide", name: "W", columns: { big } };
  const table = running.core("appwrite_tablesdb_table");
  const { state } = await running.apply("appwrite_tablesdb_table", null, config);
  expect((await table.plan(state, config)).action).toBe("none");
  const imported = await table.read(await table.import("d/wide"));
  expect((await table.plan(imported, config)).action).toBe("none");
});

test("a bigint of a row may be written as text", async () => {
  await running.call("POST", "/tablesdb/d/tables", {
    tableId: "n",
    name: "N",
    columns: [{ key: "big", type: "bigint" }],
  });
  const config = { database_id: "d", table_id: "n", id: "r", data: '{"big":"9223372036854775807"}' };
  const { state } = await running.apply("appwrite_tablesdb_row", null, config);
  expect((await running.core("appwrite_tablesdb_row").plan(state, config)).action).toBe("none");
});

test.each([
  ["fewer orders than columns", { orders: ["desc"] }],
  ["fewer lengths than columns", { lengths: [10] }],
  ["no orders and no lengths", { orders: [], lengths: [] }],
  ["an order of each", { orders: ["asc", "DESC"] }],
])("an index of a new table may have %s", async (_, parts) => {
  const id = `i${JSON.stringify(parts).length}`;
  const text = { type: "string", size: 40 };
  const indexes = { i: { type: "key", columns: ["a", "b"], ...parts } };
  const config = { database_id: "d", id, name: "I", columns: { a: text, b: text }, indexes };
  const { state } = await running.apply("appwrite_tablesdb_table", null, config);
  expect((await running.core("appwrite_tablesdb_table").plan(state, config)).action).toBe("none");
});

test("an enum may have elements that a table's create call does not take", async () => {
  const columns = { e: { type: "enum", elements: ["0", "ä".repeat(200)] } };
  const config = { database_id: "d", id: "e", name: "E", columns };
  const { state } = await running.apply("appwrite_tablesdb_table", null, config);
  expect((await running.core("appwrite_tablesdb_table").plan(state, config)).action).toBe("none");
});

const content = { bucket_id: "b", content_base64: Buffer.from("hello").toString("base64") };

test("a file that is there takes a name of 128 characters", async () => {
  const { state } = await running.apply("appwrite_storage_file", null, { ...content, id: "f", name: "a.txt" });
  const core = running.core("appwrite_storage_file");
  const longer = (length: number) => ({ ...content, id: "f", name: `${"n".repeat(length - 4)}.txt` });
  await expect(core.plan(state, longer(129))).rejects.toThrow(/takes 128/);
  const renamed = await core.apply(await core.plan(state, longer(128)));
  expect(renamed?.["name"]).toHaveLength(128);
});

test("a file's extension may be in capitals, one that a bucket allows never fits then", async () => {
  const upload = { ...content, id: "g", name: "A.TXT" };
  const { state } = await running.apply("appwrite_storage_file", null, upload);
  expect(state["name"]).toBe("A.TXT");
  await running.call("POST", "/storage/buckets", { bucketId: "caps", name: "C", allowedFileExtensions: ["TXT"] });
  const refused = running.apply("appwrite_storage_file", null, { ...upload, bucket_id: "caps" });
  await expect(refused).rejects.toThrow(/extension not allowed/i);
});

test.each([
  ["of exactly one part", 5 * 1024 * 1024, 1],
  ["of one part and a byte", 5 * 1024 * 1024 + 1, 2],
  ["of nothing", 0, 1],
])("a file %s is whole", async (_, size, parts) => {
  const bytes = Buffer.alloc(size, 7);
  const id = `s${size}`;
  const config = { bucket_id: "b", id, name: "a.txt", content_base64: bytes.toString("base64") };
  const { state } = await running.apply("appwrite_storage_file", null, config);
  const { body } = await running.call("GET", `/storage/buckets/b/files/${id}`);
  expect(body).toMatchObject({ sizeOriginal: size, chunksTotal: parts, chunksUploaded: parts });
  expect((await running.core("appwrite_storage_file").plan(state, config)).action).toBe("none");
});

test("a column is not renamed to the key of another one, in whatever case", async () => {
  await running.call("POST", "/tablesdb/d/tables", { tableId: "keys", name: "K" });
  const column = (key: string) => ({ database_id: "d", table_id: "keys", key, type: "boolean" });
  const first = await running.apply("appwrite_tablesdb_column", null, column("a"));
  await running.apply("appwrite_tablesdb_column", null, column("b"));
  const core = running.core("appwrite_tablesdb_column");
  await expect(core.plan(first.state, column("b"))).rejects.toThrow(/that key already/);
  await expect(core.plan(first.state, column("B"))).rejects.toThrow(/that key already/);
  expect((await core.plan(first.state, column("c"))).action).toBe("update");
});

test("a value that went with its column, made anew by the same apply, is written again", async () => {
  await running.call("POST", "/tablesdb/d/tables", {
    tableId: "anew",
    name: "A",
    columns: ["kept", "lost"].map((key) => ({ key, type: "string", size: 9 })),
  });
  const row = running.core("appwrite_tablesdb_row");
  const config = (kept: string) => ({
    database_id: "d",
    table_id: "anew",
    id: "r",
    data: JSON.stringify({ kept, lost: "x" }),
  });
  const { state } = await running.apply("appwrite_tablesdb_row", null, config("one"));
  const planned = await row.plan(state, config("two"));
  await running.call("DELETE", "/tablesdb/d/tables/anew/columns/lost");
  await running.emulator.idle();
  await running.call("POST", "/tablesdb/d/tables/anew/columns/string", { key: "lost", size: 9, required: false });
  await running.emulator.idle();
  const after = await row.apply(planned);
  expect(JSON.parse(String(after?.["data"]))).toEqual({ kept: "two", lost: "x" });
  const { body } = await running.call("GET", "/tablesdb/d/tables/anew/rows/r");
  expect(body).toMatchObject({ kept: "two", lost: "x" });
});

test("a new row needs data, one that is there does not", async () => {
  await running.call("POST", "/tablesdb/d/tables", { tableId: "bare", name: "B" });
  const row = running.core("appwrite_tablesdb_row");
  const config = { database_id: "d", table_id: "bare", id: "r", data: "{}" };
  await expect(row.plan(null, config)).rejects.toThrow("Appwrite makes no row without data");
  await running.call("POST", "/tablesdb/d/tables/bare/columns/boolean", { key: "flag", required: false });
  await running.emulator.idle();
  await running.call("POST", "/tablesdb/d/tables/bare/rows", { rowId: "r", data: { flag: null } });
  const { state } = await running.apply("appwrite_tablesdb_row", await row.import("d/bare/r"), config);
  expect(state["data"]).toBe("{}");
});

test("data names no key of the server's, but for times", async () => {
  const document = running.core("appwrite_documentsdb_document");
  await running.call("POST", "/documentsdb", { databaseId: "dollars", name: "D" });
  await running.call("POST", "/documentsdb/dollars/collections", { collectionId: "c", name: "C" });
  const place = { database_id: "dollars", collection_id: "c", id: "d" };
  expect(await document.faults({ ...place, data: '{"$": 0}' })).toEqual([["data"]]);
  expect(await document.faults({ ...place, data: '{"$sequence": 1}' })).toEqual([["data"]]);
  const config = { ...place, data: '{"a":1,"$createdAt":"2020-01-01T00:00:00.000+00:00"}' };
  const { state } = await running.apply("appwrite_documentsdb_document", null, config);
  expect((await document.plan(await document.read(state), config)).action).toBe("none");
});

describe("what was uploaded, and is not on this machine any more", () => {
  const folder = mkdtempSync(join(tmpdir(), "appwrite-iac-gone-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ["appwrite_storage_file", { bucket_id: "b", id: "gone", name: "a.txt" }, "file_path", { bucket_id: "b2" }],
    ["appwrite_function_deployment", { function_id: "f", source_type: "code" }, "code_path", { code_hash: "2" }],
  ])("is taken as unchanged for %s, but not for its replacement", async (type, needed, attribute, replacing) => {
    await running.call("POST", "/storage/buckets", { bucketId: "b2", name: "B" });
    await running.call("POST", "/functions", { functionId: "f", name: "F", runtime: "node-22", entrypoint: "main.js" });
    const path = join(folder, `${attribute}.tar.gz`);
    const entry = { kind: "file", path: "main.js", executable: false, content: Buffer.from("1") } as const;
    writeFileSync(path, gzipSync(writeTar([entry])));
    const config = { ...needed, [attribute]: path };
    const { state } = await running.apply(type, null, config);
    await running.emulator.idle();
    rmSync(path);

    const core = running.core(type);
    expect((await core.plan(await core.read(state), config)).action).toBe("none");
    await expect(core.plan(state, { ...config, ...replacing })).rejects.toThrow("there is no such file");
    await expect(core.plan(state, { ...config, [attribute]: `${path}.other` })).rejects.toThrow(
      "there is no such file",
    );
  });
});

test("an import tells the data of a row and of a document as jsonencode writes them", async () => {
  await running.call("POST", "/tablesdb/d/tables", {
    tableId: "people",
    name: "P",
    columns: ["name", "email"].map((key) => ({ key, type: "string", size: 50 })),
  });
  const data = { name: "Ada", email: "ada@example.com" };
  await running.call("POST", "/tablesdb/d/tables/people/rows", { rowId: "ada", data });
  const row = running.core("appwrite_tablesdb_row");
  const imported = await row.read(await row.import("d/people/ada"));
  expect(imported?.["data"]).toBe('{"email":"ada@example.com","name":"Ada"}');

  await running.call("POST", "/documentsdb", { databaseId: "ordered", name: "O" });
  await running.call("POST", "/documentsdb/ordered/collections", { collectionId: "c", name: "C" });
  const nested = { z: [{ b: 1, a: 2 }], a: true };
  await running.call("POST", "/documentsdb/ordered/collections/c/documents", { documentId: "x", data: nested });
  const document = running.core("appwrite_documentsdb_document");
  const told = await document.read(await document.import("ordered/c/x"));
  expect(told?.["data"]).toBe('{"a":true,"z":[{"a":2,"b":1}]}');
});

test("an import of a row does not take up what other rows say of it", async () => {
  const table = (id: string) => running.call("POST", "/tablesdb/d/tables", { tableId: id, name: id });
  await table("near");
  await table("far");
  const title = { key: "title", required: false, size: 20 };
  await running.call("POST", "/tablesdb/d/tables/far/columns/varchar", title);
  const relation = { relatedTableId: "far", type: "oneToMany", twoWay: true, key: "fars", twoWayKey: "near" };
  await running.call("POST", "/tablesdb/d/tables/near/columns/relationship", relation);
  await running.emulator.idle();
  await running.call("POST", "/tablesdb/d/tables/far/rows", { rowId: "f", data: { title: "F" } });
  await running.call("POST", "/tablesdb/d/tables/near/rows", { rowId: "n", data: { fars: ["f"] } });

  const row = running.core("appwrite_tablesdb_row");
  const imported = await row.read(await row.import("d/far/f"));
  const config = { database_id: "d", table_id: "far", id: "f", data: '{"title":"F"}' };
  expect((await row.plan(imported, config)).action).toBe("none");

  const near = { database_id: "d", table_id: "near", id: "n", data: '{"fars":["f"]}' };
  expect((await row.plan(await row.read(await row.import("d/near/n")), near)).action).toBe("none");
});

test("a site that changes its framework does not keep an adapter that the new one has not", async () => {
  const site = { id: "s", name: "S", framework: "nextjs", build_runtime: "node-22" };
  const { state } = await running.apply("appwrite_site", null, { ...site, adapter: "ssr" });
  const after = await running.apply("appwrite_site", state, { ...site, framework: "vite" });
  expect(after.state["adapter"]).toBeNull();
  const again = await running.core("appwrite_site").plan(after.state, { ...site, framework: "vite" });
  expect(again.action).toBe("none");
});

test("an import of a row does not take up what the server fills in", async () => {
  const columns = [
    { key: "title", type: "string", size: 20 },
    { key: "names", type: "string", size: 20, array: true },
    { key: "count", type: "integer", default: 3 },
    { key: "at", type: "datetime", default: "2024-01-02T03:04:05Z" },
  ];
  await running.call("POST", "/tablesdb/d/tables", { tableId: "filled", name: "F", columns });
  await running.call("POST", "/tablesdb/d/tables/filled/rows", { rowId: "r", data: { title: "T" } });
  await running.call("POST", "/tablesdb/d/tables/filled/rows", { rowId: "s", data: { title: "S", count: 4 } });
  const row = running.core("appwrite_tablesdb_row");
  const config = { database_id: "d", table_id: "filled" };
  const plan = async (id: string, data: string) =>
    row.plan(await row.read(await row.import(`d/filled/${id}`)), { ...config, id, data });
  expect((await plan("r", '{"title":"T"}')).action).toBe("none");
  expect((await plan("s", '{"title":"S","count":4}')).action).toBe("none");
  // A configuration may name it all the same.
  expect((await plan("r", '{"title":"T","count":3,"at":"2024-01-02T03:04:05Z"}')).action).toBe("none");
  expect((await plan("r", '{"title":"T","count":4}')).action).toBe("update");
});

test.each([
  ["integer", "007", 7],
  ["float", ".5", 0.5],
  ["float", "-2.", -2],
  ["float", "1.50e3", 1500],
  ["datetime", "2024-01-02T05:04:05+02:00", "2024-01-02T05:04:05+02:00"],
  ["point", "[1.0, 2]", [1, 2]],
])("a default of type %s may be written %s, also after an import", async (type, text, value) => {
  const table = { tableId: `spelled${text.replace(/\W/g, "_")}`, name: "S" };
  await running.call("POST", "/tablesdb/d/tables", table);
  const config = { database_id: "d", table_id: table.tableId, key: "a", type, default: text };
  const { state } = await running.apply("appwrite_tablesdb_column", null, config);
  expect(state["default"]).toBe(text);
  const { body } = await running.call("GET", `/tablesdb/d/tables/${table.tableId}/columns/a`);
  expect(body["default"]).toEqual(value);

  const column = running.core("appwrite_tablesdb_column");
  const imported = await column.read(await column.import(`d/${table.tableId}/a`));
  expect((await column.plan(imported, config)).action).toBe("none");
  expect((await column.plan(imported, { ...config, default: null })).action).toBe("update");
  const whole = running.core("appwrite_tablesdb_table");
  const inline = { database_id: "d", id: table.tableId, name: "S", columns: { a: { type, default: text } } };
  expect((await whole.plan(await whole.read(await whole.import(`d/${table.tableId}`)), inline)).action).toBe("none");
});

test("a default of a text that looks like another number is another one", async () => {
  const config = { database_id: "d", table_id: "t", key: "spelled", type: "varchar", size: 9 };
  const { state } = await running.apply("appwrite_tablesdb_column", null, { ...config, default: "2" });
  const { action } = await running.core("appwrite_tablesdb_column").plan(state, { ...config, default: "2.0" });
  expect(action).toBe("update");
});

test("a value that went with its column comes back in the run that makes the column anew", async () => {
  await running.call("POST", "/tablesdb/d/tables", { tableId: "lost", name: "L" });
  const make = async () => {
    await running.call("POST", "/tablesdb/d/tables/lost/columns/varchar", { key: "a", required: false, size: 20 });
    await running.emulator.idle();
  };
  await make();
  const config = { database_id: "d", table_id: "lost", id: "r", data: '{"a":"x"}' };
  const { state } = await running.apply("appwrite_tablesdb_row", null, config);
  await running.call("DELETE", "/tablesdb/d/tables/lost/columns/a");
  await running.emulator.idle();
  const row = running.core("appwrite_tablesdb_row");
  const refreshed = await row.read(state);
  expect((await row.plan(refreshed, config)).action).toBe("update");
  await make();
  const again = await running.apply("appwrite_tablesdb_row", refreshed, config);
  expect(again.state["data"]).toBe('{"a":"x"}');
  expect((await running.call("GET", "/tablesdb/d/tables/lost/rows/r")).body["a"]).toBe("x");
});

test("a list of a row may be null, which the server tells as an empty one", async () => {
  await running.call("POST", "/tablesdb/d/tables", { tableId: "lists", name: "L" });
  const column = { key: "names", required: false, size: 20, array: true };
  await running.call("POST", "/tablesdb/d/tables/lists/columns/varchar", column);
  await running.emulator.idle();
  const config = { database_id: "d", table_id: "lists", id: "r" };
  const some = await running.apply("appwrite_tablesdb_row", null, { ...config, data: '{"names":["a"]}' });
  const none = { ...config, data: '{"names":null}' };
  const { state } = await running.apply("appwrite_tablesdb_row", some.state, none);
  expect((await running.core("appwrite_tablesdb_row").plan(state, none)).action).toBe("none");
});

describe("indexes over a column that is made anew", () => {
  const COLUMN = "appwrite_tablesdb_column";
  const column = (id: string, key: string, more: Row) => ({ database_id: "d", table_id: id, key, ...more });
  const text = { type: "varchar", size: 20 };
  const indexesOf = async (id: string) => {
    const { body } = await running.call("GET", `/tablesdb/d/tables/${id}/indexes`);
    const told = body["indexes"] as { [name: string]: unknown }[];
    return told.map(({ key, type, columns, orders, status }) => [key, type, columns, orders, status]);
  };
  const made = async (id: string) => {
    await running.call("POST", "/tablesdb/d/tables", { tableId: id, name: id });
    const { state: a } = await running.apply(COLUMN, null, column(id, "a", text));
    const { state: b } = await running.apply(COLUMN, null, column(id, "b", text));
    const index = { database_id: "d", table_id: id };
    const [single, both] = [{ columns: ["a"] }, { columns: ["b", "a"], orders: ["desc", "asc"] }];
    await running.apply("appwrite_tablesdb_index", null, { ...index, key: "single", type: "key", ...single });
    await running.apply("appwrite_tablesdb_index", null, { ...index, key: "both", type: "key", ...both });
    await running.apply("appwrite_tablesdb_index", null, { ...index, key: "only", type: "unique", ...both });
    return { a, b, before: await indexesOf(id) };
  };

  test("come back with it", async () => {
    const { a, before } = await made("anew");
    const { plan } = await running.apply(COLUMN, a, column("anew", "a", { type: "integer" }));
    expect(plan.action).toBe("replace");
    await running.emulator.idle();
    expect(new Set(await indexesOf("anew"))).toEqual(new Set(before));
  });

  test("come back when the last of their columns is there", async () => {
    const { a, b, before } = await made("later");
    const core = running.core(COLUMN);
    await core.apply(await core.plan(a, null));
    await core.apply(await core.plan(b, null));
    await running.apply(COLUMN, null, column("later", "b", { type: "integer" }));
    expect(await indexesOf("later")).toEqual([]);
    await running.apply(COLUMN, null, column("later", "a", { type: "integer" }));
    await running.emulator.idle();
    expect(new Set(await indexesOf("later"))).toEqual(new Set(before));
  });

  test("come back with it in a table that leaves indexes to resources of their own", async () => {
    const config = { database_id: "d", id: "inline", name: "I", columns: { a: text, b: text } };
    const { state } = await running.apply("appwrite_tablesdb_table", null, config);
    const index = { database_id: "d", table_id: "inline", key: "i", type: "unique", columns: ["a", "b"] };
    await running.apply("appwrite_tablesdb_index", null, index);
    const before = await indexesOf("inline");
    const columns = { a: text, b: { type: "integer" } };
    await running.apply("appwrite_tablesdb_table", state, { ...config, columns });
    await running.emulator.idle();
    expect(await indexesOf("inline")).toEqual(before);
  });

  test("do not come back when they were deleted themselves", async () => {
    const { a } = await made("gone");
    const core = running.core(COLUMN);
    await core.apply(await core.plan(a, null));
    const index = running.core("appwrite_tablesdb_index");
    const state = await index.read(await index.import("d/gone/both"));
    await index.apply(await index.plan(state, null));
    await running.apply(COLUMN, null, column("gone", "a", text));
    await running.emulator.idle();
    expect(new Set((await indexesOf("gone")).map(([key]) => key))).toEqual(new Set(["only", "single"]));
  });

  test("are told when they cannot come back", async () => {
    const { a } = await made("never");
    await running.apply(COLUMN, a, column("never", "a", { ...text, array: true }));
    await running.emulator.idle();
    expect((await indexesOf("never")).map(([key]) => key)).toEqual(["both"]);
  });
});
