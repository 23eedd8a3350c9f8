import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { JsonObject } from "../../emulator/json.ts";
import { client } from "../support/emulator-client.ts";

/** DocumentsDB and VectorsDB of the emulator, of which the recorded servers had none. */

let emulator: Emulator;
let call: ReturnType<typeof client>;
const PAGES = "/documentsdb/d/collections/pages/documents";
const ARTICLES = "/vectorsdb/v/collections/articles/documents";

beforeAll(async () => {
  emulator = await startEmulator({ jobDelay: 0 });
});

beforeEach(async () => {
  emulator.reset();
  call = client(emulator);
  await call("POST", "/documentsdb", { databaseId: "d", name: "D" });
  await call("POST", "/documentsdb/d/collections", { collectionId: "pages", name: "Pages" });
  await call("POST", "/vectorsdb", { databaseId: "v", name: "V" });
  await call("POST", "/vectorsdb/v/collections", { collectionId: "articles", name: "Articles", dimension: 2 });
});

afterAll(() => emulator.close());

const add = (path: string, documentId: string, data: object) => call("POST", path, { documentId, data });
const idsOf = async (path: string, ...queries: object[]) => {
  const text = queries.map((query) => `queries[]=${encodeURIComponent(JSON.stringify(query))}`).join("&");
  const { body } = await call("GET", `${path}?${text}`);
  return (body["documents"] as JsonObject[]).map(({ $id }) => $id);
};

test("documents take any content, change key by key, and are found by what is inside", async () => {
  await add(PAGES, "a", { address: { city: "Oslo" }, tags: ["x"], views: 1 });
  await add(PAGES, "b", { address: { city: "Rome" } });
  expect((await call("PATCH", `${PAGES}/a`, { data: { views: 2 } })).body).toMatchObject({
    address: { city: "Oslo" },
    views: 2,
    $collectionId: "pages",
  });
  expect(await idsOf(PAGES, { method: "equal", attribute: "address.city", values: ["Rome"] })).toEqual(["b"]);
  expect((await call("PATCH", `${PAGES}/a/views/increment`, { value: 3 })).body).toMatchObject({ views: 5 });
  expect((await call("PUT", `${PAGES}/a`, { data: { only: true } })).body).not.toHaveProperty("views");
});

test("a unique index is enforced once it is there", async () => {
  const indexes = "/documentsdb/d/collections/pages/indexes";
  const index = { key: "slug", type: "unique", attributes: ["slug"] };
  expect(await call("POST", indexes, index)).toMatchObject({ status: 202, body: { status: "processing" } });
  await emulator.idle();
  expect((await call("GET", `${indexes}/slug`)).body).toMatchObject({ status: "available" });
  await add(PAGES, "a", { slug: "x" });
  expect((await add(PAGES, "b", { slug: "x" })).body).toMatchObject({ type: "document_already_exists" });
  await call("DELETE", `${indexes}/slug`);
  await emulator.idle();
  expect((await add(PAGES, "b", { slug: "x" })).status).toBe(201);
});

test.each([
  ["a second fulltext index", { key: "two", type: "fulltext", attributes: ["b"] }],
  ["the same attributes again", { key: "three", type: "key", attributes: ["a"] }],
  ["an attribute twice", { key: "four", type: "key", attributes: ["c", "c"] }],
])("an index with %s is refused", async (_what, index) => {
  const indexes = "/documentsdb/d/collections/pages/indexes";
  await call("POST", indexes, { key: "one", type: "fulltext", attributes: ["a"] });
  expect((await call("POST", indexes, index)).body).toMatchObject({ type: "index_invalid", code: 400 });
});

test("embeddings have the length of their collection, and the nearest comes first", async () => {
  await add(ARTICLES, "far", { embeddings: [0, 1], metadata: { title: "Far" } });
  await add(ARTICLES, "near", { embeddings: [2, 0.1] });
  for (const method of ["vectorCosine", "vectorDot", "vectorEuclidean"]) {
    expect(await idsOf(ARTICLES, { method, attribute: "embeddings", values: [[1, 0]] })).toEqual(["near", "far"]);
  }
  for (const data of [
    { embeddings: [1] },
    { metadata: {} },
    { embeddings: [1, 2], title: "x" },
    { embeddings: ["a", 1] },
  ]) {
    expect((await add(ARTICLES, "wrong", data)).body).toMatchObject({ type: "document_invalid_structure" });
  }
});

test("a collection of embeddings has its attributes and an index from the beginning", async () => {
  const { attributes, indexes, dimension } = (await call("GET", "/vectorsdb/v/collections/articles")).body;
  expect(attributes).toMatchObject([
    { key: "embeddings", type: "vector", size: 2, required: true },
    { key: "metadata", type: "object", required: false },
  ]);
  expect([dimension, indexes]).toMatchObject([2, [{ key: "_key_metadata", type: "object", status: "available" }]]);
  const index = { key: "nearest", type: "hnsw_dot", attributes: ["metadata"] };
  expect((await call("POST", "/vectorsdb/v/collections/articles/indexes", index)).status).toBe(400);
});

test("each product has its own databases, whose ids are unique over all of them", async () => {
  expect((await call("GET", "/tablesdb/d")).status).toBe(404);
  expect((await call("GET", "/vectorsdb/d")).status).toBe(404);
  expect((await call("GET", "/tablesdb")).body["total"]).toBe(0);
  expect((await call("POST", "/tablesdb", { databaseId: "d", name: "D" })).status).toBe(409);
});

test("without a database behind it, the first collection fails", async () => {
  const plain = await startEmulator({ documentBackends: false });
  try {
    const ask = client(plain);
    expect((await ask("POST", "/documentsdb", { databaseId: "d", name: "D" })).status).toBe(201);
    const collection = { collectionId: "c", name: "C" };
    expect(await ask("POST", "/documentsdb/d/collections", collection)).toMatchObject({
      status: 500,
      body: { type: "general_unknown", message: "Server Error" },
    });
  } finally {
    await plain.close();
  }
});

test("the classic routes serve databases of any type, TablesDB those of tables; 1.9.0 asks for no type", async () => {
  const old = await startEmulator({ version: "1.9.0" });
  try {
    for (const [version, other] of [
      ["1.9.6", 404],
      ["1.9.0", 200],
    ] as const) {
      const running = version === "1.9.0" ? old : emulator;
      const call = client(running);
      await call("POST", "/documentsdb", { databaseId: "kinds", name: "K" });
      await call("POST", "/tablesdb", { databaseId: "rows", name: "R" });
      expect(await call("GET", "/databases/kinds")).toMatchObject({ status: 200, body: { type: "documentsdb" } });
      expect((await call("GET", "/tablesdb/kinds")).status).toBe(other);
      expect((await call("GET", "/documentsdb/rows")).status).toBe(other);
      expect((await call("PUT", "/databases/kinds", { name: "K2" })).body).toMatchObject({ name: "K2" });
      expect((await call("DELETE", "/databases/kinds")).status).toBe(204);
      expect((await call("GET", "/documentsdb/kinds")).status).toBe(404);
    }
  } finally {
    await old.close();
  }
});

test("a redirect names its resource's type in lower case", async () => {
  const rule = { domain: "r.example.com", url: "https://example.com", statusCode: 301, resourceId: "x" };
  const refused = await call("POST", "/proxy/rules/redirect", { ...rule, resourceType: "SITE" });
  expect(refused.body).toMatchObject({ type: "general_argument_invalid", message: "Invalid resource type: SITE" });
});
