import type { Json, JsonObject } from "../../provider/schema/backend.ts";
import { post, startTwoEnvironments, type TwoEnvironments } from "../support/environments.ts";
import { applyExample } from "../support/project.ts";

let two: TwoEnvironments;

beforeAll(async () => {
  two = await startTwoEnvironments();
});
afterAll(() => two.close());
beforeEach(() => two.reset());

const LIBRARY = `
resource "appwrite_tablesdb" "shop" {
  id = "shop"
  name = "Shop"
}
resource "appwrite_tablesdb_table" "authors" {
  database_id = appwrite_tablesdb.shop.id
  id = "authors"
  name = "Authors"
  columns = { name = { type = "string", size = 100 }, born = { type = "datetime" }, copies = { type = "integer" } }
}
resource "appwrite_tablesdb_table" "visits" {
  database_id = appwrite_tablesdb.shop.id
  id = "visits"
  name = "Visits"
  columns = { page = { type = "string", size = 100 }, at = { type = "datetime" }, seconds = { type = "integer" }, kind = { type = "string", size = 20, default = "page" } }
}
resource "appwrite_tablesdb_table" "books" {
  database_id = appwrite_tablesdb.shop.id
  id = "books"
  name = "Books"
  columns = {
    title = { type = "string", size = 100 }
    author = {
      type = "relationship"
      related_table_id = appwrite_tablesdb_table.authors.id
      relationship_type = "manyToOne"
      two_way = true
      two_way_key = "books"
      on_delete = "setNull"
    }
  }
}`;
const rows = (table: string) => ({ path: `/tablesdb/shop/tables/${table}/rows`, items: "rows", key: "$id" });

test("rows are carried in bulk with their relations, their numbers are verified, and a second time writes nothing", async () => {
  await applyExample(two.stagingClient, LIBRARY, two.folder, "");
  const visits = Array.from({ length: 250 }, (_, index) => ({
    $id: `visit${index}`,
    page: `/page/${index}`,
    at: "2026-10-08T00:00:00.000+00:00",
    seconds: index,
    $permissions: ['read("any")'],
  }));
  for (let at = 0; at < visits.length; at += 100) {
    await two.stagingClient.call({
      method: "PUT",
      path: rows("visits").path,
      body: { rows: visits.slice(at, at + 100) },
    });
  }
  await post(two.stagingClient, rows("authors").path, { rowId: "author7", data: { name: "Ada" } });
  for (const number of [1, 2, 3]) {
    await post(two.stagingClient, rows("books").path, {
      rowId: `book${number}`,
      data: { title: `Book ${number}`, author: number === 3 ? null : "author7" },
    });
  }
  const { code, out, err } = await two.run(["clone", "staging", "prod", "--yes", "--with-rows"]);
  expect(code === 0 ? "" : err).toBe("");
  expect(out).toContain("appwrite_tablesdb_table.shop/visits: 250 rows, 250 written, the same number there.");

  const related = [JSON.stringify({ method: "select", values: ["*", "author.$id"] })];
  const told = async (client: TwoEnvironments["prodClient"], table: string): Promise<readonly JsonObject[]> =>
    (await client.list(rows(table), table === "books" ? related : [])).map((row) => withoutTimes(row) as JsonObject);
  for (const table of ["authors", "books", "visits"]) {
    expect(await told(two.prodClient, table)).toEqual(await told(two.stagingClient, table));
  }
  expect((await told(two.prodClient, "books"))[0]).toMatchObject({ author: { $id: "author7" } });

  two.prod.clearRequests();
  const again = await two.run(["clone", "staging", "prod", "--yes", "--with-rows"]);
  expect(again.code).toBe(0);
  expect(two.prod.requests().filter(({ method }) => !["GET", "JOB"].includes(method))).toEqual([]);
}, 60_000);

test("files are carried part by part, and a second time sends none", async () => {
  await post(two.stagingClient, "/storage/buckets", { bucketId: "photos", name: "Photos" });
  const path = "/storage/buckets/photos/files";
  const contents = [Buffer.from("hello"), Buffer.alloc(5 * 1024 * 1024 + 1, "x"), Buffer.alloc(0)];
  for (const [index, bytes] of contents.entries()) {
    await two.stagingClient.upload({
      method: "POST",
      path,
      field: "file",
      source: {
        name: `file${index}.txt`,
        size: bytes.length,
        read: async (start, length) => bytes.subarray(start, start + length),
      },
      fields: { fileId: `file${index}`, permissions: ['read("any")'] },
    });
  }
  const { code, out, err } = await two.run(["clone", "staging", "prod", "--yes", "--with-files"]);
  expect(code === 0 ? "" : err).toBe("");
  expect(out).toContain("appwrite_storage_bucket.photos: 3 files, 3 written, the same number there.");
  for (const [index, bytes] of contents.entries()) {
    const file = await two.prodClient.call({ method: "GET", path: `${path}/file${index}` });
    expect(file).toMatchObject({ name: `file${index}.txt`, $permissions: ['read("any")'], sizeOriginal: bytes.length });
    const copied = await two.prodClient.download(`${path}/file${index}/download`, 0, bytes.length, bytes.length);
    expect(Buffer.from(copied).equals(bytes)).toBe(true);
  }
  two.prod.clearRequests();
  expect((await two.run(["clone", "staging", "prod", "--yes", "--with-files"])).code).toBe(0);
  expect(two.prod.requests().filter(({ method }) => !["GET", "JOB"].includes(method))).toEqual([]);
}, 60_000);

test("users are carried with the hash of their password, their preferences, targets and memberships", async () => {
  await post(two.stagingClient, "/users", {
    userId: "ada",
    email: "ada@example.com",
    password: "correct-horse-battery",
    name: "Ada",
  });
  await two.stagingClient.call({ method: "PATCH", path: "/users/ada/prefs", body: { prefs: { theme: "dark" } } });
  await two.stagingClient.call({ method: "PUT", path: "/users/ada/labels", body: { labels: ["vip"] } });
  await post(two.stagingClient, "/teams", { teamId: "editors", name: "Editors" });
  await post(two.stagingClient, "/teams/editors/memberships", { userId: "ada", roles: ["owner"] });
  const { code, err } = await two.run(["clone", "staging", "prod", "--yes", "--with-users"]);
  expect(code === 0 ? "" : err).toBe("");
  const ada = async (client: TwoEnvironments["prodClient"]) => {
    const { password, hash, prefs, labels, name } = (await client.call({
      method: "GET",
      path: "/users/ada",
    })) as JsonObject;
    return { password, hash, prefs, labels, name };
  };
  expect(await ada(two.prodClient)).toEqual(await ada(two.stagingClient));
  expect(await two.prodClient.call({ method: "GET", path: "/teams/editors/memberships" })).toMatchObject({
    memberships: [{ userId: "ada", roles: ["owner"] }],
  });
  two.prod.clearRequests();
  expect((await two.run(["clone", "staging", "prod", "--yes", "--with-users"])).code).toBe(0);
  expect(two.prod.requests().filter(({ method }) => !["GET", "JOB"].includes(method))).toEqual([]);
}, 60_000);

function withoutTimes(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as JsonObject).filter(
    ([name]) => !["$createdAt", "$updatedAt", "$sequence", "$databaseId"].includes(name),
  );
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutTimes(inner)]));
}
