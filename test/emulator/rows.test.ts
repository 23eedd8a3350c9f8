import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { Json, JsonObject } from "../../emulator/json.ts";
import { type Api, apiOf } from "../support/api.ts";

/** Related rows and transactions, beyond what the recordings show (API chapter R1, real-server.md, F7 and F29). */

let emulator: Emulator;
let api: Api;

const SHOP = "/tablesdb/shop/tables";

beforeAll(async () => {
  emulator = await startEmulator({ jobDelay: 0 });
  api = apiOf(emulator);
});

afterAll(() => emulator.close());

beforeEach(async () => {
  emulator.reset();
  await api("POST", "/tablesdb", { databaseId: "shop", name: "Shop" });
  for (const tableId of ["makers", "items"]) {
    const columns = [{ key: "name", type: "string", size: 20 }];
    await api("POST", SHOP, { tableId, name: tableId, columns });
  }
});

async function relate(type: string, onDelete: string): Promise<void> {
  const more = { key: "items", twoWay: true, twoWayKey: "maker", onDelete };
  await api("POST", `${SHOP}/makers/columns/relationship`, { relatedTableId: "items", type, ...more });
  await emulator.idle();
  await api("POST", `${SHOP}/makers/rows`, { rowId: "m", data: { name: "M", items: [{ $id: "i", name: "I" }] } });
}

const status = async (path: string) => (await api("GET", `${SHOP}/${path}`)).status;

test("restrict refuses to delete a row that others belong to, not those others", async () => {
  await relate("oneToMany", "restrict");
  const refused = await api("DELETE", `${SHOP}/makers/rows/m`);
  expect([refused.status, refused.body]).toMatchObject([403, { type: "row_delete_restricted" }]);
  expect((await api("DELETE", `${SHOP}/items/rows/i`)).status).toBe(204);
  expect((await api("DELETE", `${SHOP}/makers/rows/m`)).status).toBe(204);
});

describe("the deletion of a related row", () => {
  /** What becomes of the other row: a dangling one keeps the id of the one that is gone. */
  type Fate = "refused" | "gone" | "free" | "dangling";

  test.each<[type: string, twoWay: boolean, onDelete: string, maker: Fate, item: Fate]>([
    ["oneToOne", true, "restrict", "refused", "dangling"],
    ["oneToOne", true, "cascade", "gone", "gone"],
    ["oneToOne", true, "setNull", "free", "free"],
    ["oneToOne", false, "restrict", "refused", "free"],
    ["oneToOne", false, "cascade", "gone", "dangling"],
    ["oneToOne", false, "setNull", "free", "free"],
    ["oneToMany", true, "restrict", "refused", "free"],
    ["oneToMany", false, "cascade", "gone", "free"],
    ["manyToOne", true, "restrict", "free", "refused"],
    ["manyToOne", false, "restrict", "free", "refused"],
    ["manyToOne", true, "cascade", "free", "gone"],
    ["manyToOne", false, "cascade", "free", "gone"],
    ["manyToOne", false, "setNull", "free", "free"],
    ["manyToMany", true, "restrict", "refused", "free"],
    ["manyToMany", false, "cascade", "gone", "free"],
    ["manyToMany", true, "setNull", "free", "free"],
  ])("of %s, two-way %p, with %s", async (type, twoWay, onDelete, maker, item) => {
    const isOne = type === "oneToOne" || type === "manyToOne";
    const rule = { key: "items", twoWay, twoWayKey: "maker", onDelete };
    await api("POST", `${SHOP}/makers/columns/relationship`, { relatedTableId: "items", type, ...rule });
    await emulator.idle();
    const put = async () => {
      const data = { name: "M", items: isOne ? { $id: "i" } : [{ $id: "i" }] };
      await api("PUT", `${SHOP}/makers/rows/m`, { data });
    };
    const fate = async (asked: string, other: string): Promise<Fate> => {
      const refused = await api("DELETE", `${SHOP}/${asked}`);
      if (refused.status === 403) return "refused";
      const left = await api("GET", `${SHOP}/${other}`);
      if (left.status === 404) return "gone";
      const { items = null, maker: far = null } = left.body as JsonObject;
      return items === null && far === null ? "free" : "dangling";
    };
    await put();
    expect(await fate("makers/rows/m", "items/rows/i")).toBe(maker);
    await put();
    expect(await fate("items/rows/i", "makers/rows/m")).toBe(item);
  });
});

test("setNull lets the others go free, cascade takes them along, also after a PATCH that says restrict by leaving it out", async () => {
  await relate("oneToMany", "setNull");
  await api("DELETE", `${SHOP}/makers/rows/m`);
  expect((await api("GET", `${SHOP}/items/rows/i`)).body).toMatchObject({ name: "I", maker: null });

  await api("PATCH", `${SHOP}/makers/columns/items/relationship`, { onDelete: "cascade" });
  const told = await api("PATCH", `${SHOP}/makers/columns/items/relationship`, {});
  expect(told.body).toMatchObject({ onDelete: "restrict" });
  await api("POST", `${SHOP}/makers/rows`, { rowId: "m", data: { items: ["i"] } });
  await api("DELETE", `${SHOP}/makers/rows/m`);
  expect(await status("items/rows/i")).toBe(404);
});

test("a row belongs to one maker at most: another one takes it over", async () => {
  await relate("oneToMany", "setNull");
  await api("POST", `${SHOP}/makers/rows`, { rowId: "n", data: { name: "N", items: ["i"] } });
  expect((await api("GET", `${SHOP}/items/rows/i`)).body).toMatchObject({ maker: "n" });
  const select = encodeURIComponent(JSON.stringify({ method: "select", values: ["*", "items.*"] }));
  expect((await api("GET", `${SHOP}/makers/rows/m?queries[]=${select}`)).body).toMatchObject({ items: [] });
});

describe("the partners of a row", () => {
  const relateAs = async (type: string, twoWay: boolean) => {
    const rule = { key: "items", twoWay, twoWayKey: "maker", onDelete: "setNull" };
    await api("POST", `${SHOP}/makers/columns/relationship`, { relatedTableId: "items", type, ...rule });
    await emulator.idle();
  };
  const make = (table: string, rowId: string, data: JsonObject) =>
    api("POST", `${SHOP}/${table}/rows`, { rowId, data: { name: "N", ...data } });
  const change = (path: string, data: JsonObject) => api("PATCH", `${SHOP}/${path}`, { data });
  const value = async (path: string, key: string) => ((await api("GET", `${SHOP}/${path}`)).body as JsonObject)[key];

  test("that are made with it have its permissions", async () => {
    await relateAs("oneToMany", true);
    const permissions = ['read("any")', 'write("users")'];
    const own = { $id: "own", $permissions: ['read("users")'] };
    const row = { rowId: "m", permissions, data: { items: [{ $id: "i" }, own] } };
    await api("POST", `${SHOP}/makers/rows`, row);
    await change("makers/rows/m", { items: ["i", "own", { $id: "later" }] });
    const inherited = ['read("any")', 'update("users")', 'delete("users")'];
    expect(await value("items/rows/i", "$permissions")).toEqual(inherited);
    expect(await value("items/rows/later", "$permissions")).toEqual(inherited);
    expect(await value("items/rows/own", "$permissions")).toEqual(['read("users")']);
  });

  test.each([true, false])("are not taken from another where one belongs to one, two-way %p", async (twoWay) => {
    await relateAs("oneToOne", twoWay);
    await make("items", "j", {});
    await make("makers", "m", { items: { $id: "i" } });
    expect(await make("makers", "n", { items: "i" })).toMatchObject({
      status: 409,
      body: { type: "row_already_exists", message: expect.stringContaining("'n'") },
    });
    expect(await status("makers/rows/n")).toBe(404);
    await make("makers", "n", {});
    expect((await change("makers/rows/n", { items: "i" })).status).toBe(409);
    // Either side has a unique index, and the new partner is written before the old one is let go.
    expect((await change("makers/rows/m", { items: "j" })).status).toBe(twoWay ? 409 : 200);
    await change("makers/rows/m", { items: null });
    expect((await change("makers/rows/n", { items: "i" })).status).toBe(200);
  });

  test("that are not there are kept by a new row that has one, and passed over otherwise", async () => {
    await relateAs("manyToOne", true);
    await make("makers", "m", { items: "none" });
    expect(await value("makers/rows/m", "items")).toBe("none");
    await change("makers/rows/m", { items: "neither" });
    expect(await value("makers/rows/m", "items")).toBeNull();
    await make("items", "i", { maker: ["m", "none"] });
    await make("makers", "none", {});
    expect(await value("makers/rows/m", "items")).toBe("i");
    expect(await value("makers/rows/none", "items")).toBeNull();
  });

  test.each<[type: string, old: Json, wrong: Json, create: string, update: string]>([
    [
      "oneToOne",
      "i",
      ["i"],
      "either a document ID or a document, array given.",
      "either a document, document ID or null.",
    ],
    [
      "manyToOne",
      "i",
      ["i"],
      "either a document ID or a document, array given.",
      "either a document ID or a document, array given.",
    ],
    [
      "oneToMany",
      ["i"],
      "i",
      "either an array of documents or document IDs, document ID given.",
      "either an array of documents or document IDs, string given.",
    ],
    [
      "manyToMany",
      ["i"],
      { $id: "i" },
      "either an array of documents or document IDs, document given.",
      "an array of documents or document IDs.",
    ],
  ])("of %s are written in its shape", async (type, old, wrong, create, update) => {
    await relateAs(type, true);
    await make("items", "i", {});
    const refused = (words: string) => ({
      status: 400,
      body: { type: "relationship_value_invalid", message: `Invalid relationship value. Must be ${words}` },
    });
    expect(await make("makers", "m", { items: wrong })).toMatchObject(refused(create));
    await make("makers", "m", { items: old });
    expect(await change("makers/rows/m", { items: wrong })).toMatchObject(refused(update));
  });

  test("in a list cannot be left by null", async () => {
    await relateAs("oneToMany", true);
    await make("makers", "m", {});
    expect((await change("makers/rows/m", { items: null })).status).toBe(200);
    await change("makers/rows/m", { items: [{ $id: "i" }] });
    expect((await change("makers/rows/m", { items: null })).body).toMatchObject({
      message: expect.stringMatching(/IDs, NULL given\.$/),
    });
    expect((await change("makers/rows/m", { items: [] })).status).toBe(200);
    expect(await value("items/rows/i", "maker")).toBeNull();
  });
});

test("values of the wrong shape, and bulk writes on related tables, are refused", async () => {
  await relate("oneToMany", "setNull");
  const single = await api("POST", `${SHOP}/items/rows`, { rowId: "j", data: { maker: ["m"] } });
  expect(single.body).toMatchObject({ type: "relationship_value_invalid" });
  const list = await api("POST", `${SHOP}/makers/rows`, { rowId: "n", data: { items: "i" } });
  expect(list.body).toMatchObject({ type: "relationship_value_invalid" });
  const bulk = await api("POST", `${SHOP}/items/rows`, { rows: [{ $id: "k", name: "K" }] });
  expect(bulk.body).toMatchObject({ type: "general_bad_request" });
});

describe("a transaction", () => {
  let id: string;

  beforeEach(async () => {
    id = String(((await api("POST", "/tablesdb/transactions", {})).body as { readonly $id: string }).$id);
  });

  test("shows its writes inside only, and does all of them at its commit", async () => {
    await api("POST", `${SHOP}/items/rows`, { rowId: "a", data: { name: "A" } });
    await api("PATCH", `${SHOP}/items/rows/a`, { data: { name: "A2" }, transactionId: id });
    await api("POST", `${SHOP}/items/rows`, { rowId: "b", data: { name: "B" }, transactionId: id });
    expect((await api("GET", `${SHOP}/items/rows`)).body).toMatchObject({ total: 1, rows: [{ name: "A" }] });
    expect((await api("GET", `${SHOP}/items/rows?transactionId=${id}`)).body).toMatchObject({
      total: 2,
      rows: [{ name: "A2" }, { name: "B" }],
    });
    const done = await api("PATCH", `/tablesdb/transactions/${id}`, { commit: true });
    expect(done.body).toMatchObject({ status: "committed", operations: 2 });
    expect((await api("GET", `${SHOP}/items/rows`)).body).toMatchObject({ rows: [{ name: "A2" }, { name: "B" }] });
  });

  test("does nothing when one of its writes fails, and is over then", async () => {
    await api("POST", `${SHOP}/items/rows`, { rowId: "b", data: { name: "B" }, transactionId: id });
    await api("POST", `${SHOP}/items/rows`, { rowId: "a", data: { name: "A" }, transactionId: id });
    await api("POST", `${SHOP}/items/rows`, { rowId: "a", data: { name: "first" } });
    const failed = await api("PATCH", `/tablesdb/transactions/${id}`, { commit: true });
    expect([failed.status, failed.body]).toMatchObject([409, { type: "transaction_conflict" }]);
    expect((await api("GET", `${SHOP}/items/rows`)).body).toMatchObject({ total: 1, rows: [{ name: "first" }] });
    expect((await api("GET", `/tablesdb/transactions/${id}`)).body).toMatchObject({ status: "failed" });
  });

  test("takes 100 operations", async () => {
    const operation = { databaseId: "shop", tableId: "items", action: "create", data: { name: "x" } };
    const operations = Array.from({ length: 101 }, (_, at) => ({ ...operation, rowId: `r${at}` }));
    const path = `/tablesdb/transactions/${id}/operations`;
    expect((await api("POST", path, { operations })).body).toMatchObject({ type: "transaction_limit_exceeded" });
    expect((await api("POST", path, { operations: operations.slice(1) })).body).toMatchObject({ operations: 100 });
  });
});

test("the orphan of a refused relationship takes the innocent column with it when it is deleted", async () => {
  const more = { key: "orphan", twoWay: true, twoWayKey: "name" };
  const refused = await api("POST", `${SHOP}/makers/columns/relationship`, {
    relatedTableId: "items",
    type: "oneToMany",
    ...more,
  });
  expect(refused.body).toMatchObject({ type: "column_already_exists" });
  await emulator.idle();
  expect((await api("GET", `${SHOP}/makers/columns/orphan`)).body).toMatchObject({ status: "processing" });
  expect((await api("DELETE", `${SHOP}/makers/columns/orphan`)).status).toBe(204);
  await emulator.idle();
  expect(await status("makers/columns/orphan")).toBe(404);
  expect(await status("items/columns/name")).toBe(404);
});

test("a relationship takes no key that its table has, not even its own again", async () => {
  await relate("oneToMany", "setNull");
  for (const newKey of ["name", "items"]) {
    const refused = await api("PATCH", `${SHOP}/makers/columns/items/relationship`, { onDelete: "setNull", newKey });
    expect([refused.status, refused.body]).toMatchObject([500, { type: "general_unknown", message: "Server Error" }]);
  }
});

describe("queries over related rows", () => {
  const query = (method: string, attribute: string, values: readonly string[]) =>
    `queries[]=${encodeURIComponent(JSON.stringify({ method, attribute, values }))}`;

  test("name what is in them", async () => {
    await relate("oneToMany", "setNull");
    await api("POST", `${SHOP}/items/rows`, { rowId: "j", data: { name: "J" } });
    const found = await api("GET", `${SHOP}/items/rows?${query("equal", "maker.name", ["M"])}`);
    expect(found.body).toMatchObject({ total: 1, rows: [{ $id: "i", maker: "m" }] });
    const virtual = await api("GET", `${SHOP}/makers/rows?${query("equal", "items", ["i"])}`);
    expect(virtual.body).toMatchObject({ message: "Invalid query: Cannot query on virtual relationship attribute" });
  });

  test("select what is told of them", async () => {
    await relate("oneToMany", "setNull");
    const select = async (path: string, names: readonly string[]) =>
      (await api("GET", `${SHOP}/${path}?${query("select", "", names)}`)).body;
    expect(await select("items/rows/i", ["maker.name"])).toMatchObject({ maker: { name: "M" } });
    expect(await select("items/rows/i", ["maker.name"])).not.toHaveProperty("name");
    expect(await select("makers/rows/m", ["items.*"])).toMatchObject({ name: "M", items: [{ name: "I" }] });
    expect(await select("items/rows/i", ["maker"])).toMatchObject({
      type: "general_query_invalid",
      message: "Cannot select attributes: maker",
    });
  });
});

describe("the values of a row", () => {
  const add = (type: string, body: JsonObject) =>
    api("POST", `${SHOP}/items/columns/${type}`, { required: false, ...body });
  const put = (data: JsonObject) => api("POST", `${SHOP}/items/rows`, { rowId: "unique()", data });

  test("of a list are told by their place, and may be null where the column is optional", async () => {
    await add("integer", { key: "sizes", array: true });
    await emulator.idle();
    expect((await put({ sizes: [1, null] })).body).toMatchObject({ sizes: [1, null] });
    const refused = await put({ sizes: [1, "x"] });
    expect((refused.body as JsonObject)["message"]).toContain(`Attribute "sizes['1']" has invalid format.`);
    expect((await put({ sizes: "x", none: 1 })).body).toMatchObject({
      message: 'Invalid document structure: Unknown attribute: "none"',
    });
  });

  test("of a bigint may be written as text", async () => {
    await add("bigint", { key: "big" });
    await emulator.idle();
    expect((await put({ big: "9223372036854775807" })).body).toMatchObject({ big: 2n ** 63n - 1n });
    const refused = await put({ big: "9223372036854775808" });
    expect((refused.body as JsonObject)["message"]).toMatch(/and 9,223,372,036,854,775,807$/);
  });

  test("must fit encrypted where they are encrypted", async () => {
    await add("varchar", { key: "secret", size: 150, encrypt: true });
    await emulator.idle();
    expect((await put({ secret: "x".repeat(21) })).status).toBe(201);
    expect((await put({ secret: "x".repeat(22) })).body).toMatchObject({ type: "row_invalid_structure" });
  });

  test("are unique as far as an index holds them, and never where they are encrypted", async () => {
    await add("string", { key: "code", size: 20 });
    await add("string", { key: "secret", size: 200, encrypt: true });
    await emulator.idle();
    const index = { type: "unique", lengths: [2] };
    await api("POST", `${SHOP}/items/indexes`, { key: "code", columns: ["code"], ...index });
    await api("POST", `${SHOP}/items/indexes`, { key: "secret", type: "unique", columns: ["secret"] });
    await emulator.idle();
    expect((await put({ code: "abc", secret: "s" })).status).toBe(201);
    expect((await put({ code: "abd" })).status).toBe(409);
    expect((await put({ code: "acd", secret: "s" })).status).toBe(201);
  });
});

test("a list with a time to live is told again as it was, until that is over, the table is purged or its columns change", async () => {
  const list = async (ttl: number, query = "") => {
    const { headers, body } = await api("GET", `${SHOP}/makers/rows?ttl=${ttl}${query}`);
    return [headers["x-appwrite-cache"], (body as JsonObject)["total"]];
  };
  const add = (rowId: string) => api("POST", `${SHOP}/makers/rows`, { rowId, data: { name: rowId } });
  expect(await list(60)).toEqual(["miss", 0]);
  await add("a");
  // Nothing is kept of an empty list.
  expect(await list(60)).toEqual(["miss", 1]);
  await add("b");
  expect(await list(60)).toEqual(["hit", 1]);
  expect(await list(0)).toEqual([undefined, 2]);
  expect(await list(60, `&queries[0]=${encodeURIComponent('{"method":"limit","values":[1]}')}`)).toEqual(["miss", 2]);
  await api("PUT", `${SHOP}/makers`, { name: "makers" });
  expect(await list(60)).toEqual(["hit", 1]);
  await api("PUT", `${SHOP}/makers`, { name: "makers", purge: true });
  expect(await list(60)).toEqual(["miss", 2]);
  await add("c");
  await api("POST", `${SHOP}/makers/columns/integer`, { key: "more", required: false });
  await emulator.idle();
  expect([await list(60), await list(60)]).toEqual([
    ["miss", 3],
    ["hit", 3],
  ]);
});
