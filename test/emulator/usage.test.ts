import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { isObject } from "../../emulator/json.ts";
import { apiOf } from "../support/api.ts";

/** Usage before the worker that counts has run (the actions and models `Usage*` of 1.9.6). */

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ jobDelay: 0 });
  const api = apiOf(emulator);
  await api("POST", "/tablesdb", { databaseId: "d", name: "D" });
  await api("POST", "/tablesdb/d/tables", { tableId: "t", name: "T" });
  await api("POST", "/documentsdb", { databaseId: "docs", name: "Docs" });
  await api("POST", "/storage/buckets", { bucketId: "b", name: "B" });
});

afterAll(() => emulator.close());

const get = async (path: string) => {
  const { status, body } = await apiOf(emulator)("GET", path);
  return [status, body] as const;
};

test("numbers are 0, and series have a zero for each hour or day up to now", async () => {
  const [, body] = await get("/storage/usage?range=24h");
  const hour = new Date().toISOString().replace(/:\d\d:.*/, ":00:00.000+00:00");
  expect(body).toMatchObject({ range: "24h", bucketsTotal: 0, filesTotal: 0, filesStorageTotal: 0 });
  expect(isObject(body) && body["files"]).toHaveLength(24);
  expect(isObject(body) && body["files"]).toContainEqual({ value: 0, date: hour });
  const [, month] = await get("/users/usage");
  const today = `${new Date().toISOString().slice(0, 10)}T00:00:00.000+00:00`;
  expect(month).toMatchObject({ range: "30d", usersTotal: 0, sessionsTotal: 0 });
  expect(isObject(month) && month["users"]).toHaveLength(30);
  expect(isObject(month) && month["users"]).toContainEqual({ value: 0, date: today });
});

test("each has the names of its model, in their order", async () => {
  const names = async (path: string) => Object.keys((await get(path))[1] as object).join(" ");
  expect(await names("/storage/b/usage")).toBe(
    "range filesTotal filesStorageTotal files storage imageTransformations imageTransformationsTotal",
  );
  expect(await names("/tablesdb/d/usage")).toBe(
    "range collectionsTotal tablesTotal documentsTotal rowsTotal storageTotal databaseReadsTotal databaseWritesTotal collections tables documents rows storage databaseReads databaseWrites",
  );
  expect(await names("/tablesdb/d/tables/t/usage")).toBe("range rowsTotal rows");
  expect(await names("/documentsdb/docs/usage")).toBe(
    "range collectionsTotal documentsTotal storageTotal databaseReadsTotal databaseWritesTotal collections documents storage databaseReads databaseWrites",
  );
});

test.each([
  ["/storage/none/usage", 404, "storage_bucket_not_found"],
  ["/storage/usage?range=7d", 400, "general_argument_invalid"],
  ["/tablesdb/none/usage", 404, "database_not_found"],
  ["/tablesdb/docs/usage", 404, "database_not_found"],
  ["/tablesdb/d/tables/none/usage", 404, "table_not_found"],
  ["/tablesdb/none/tables/t/usage", 500, "general_unknown"],
  ["/functions/none/usage", 404, "function_not_found"],
  ["/sites/none/usage", 404, "site_not_found"],
])("%s is %i %s", async (path, status, type) => {
  expect(await get(path)).toMatchObject([status, { type }]);
});
