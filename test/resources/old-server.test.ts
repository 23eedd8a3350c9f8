import { type Running, startRunning } from "../support/running.ts";

/** What Appwrite 1.9.0 does not have is told by the plan. */

let old: Running;

beforeAll(async () => {
  old = await startRunning({ version: "1.9.0", jobDelay: 0 });
  await old.call("POST", "/databases", { databaseId: "d", name: "D" });
  await old.call("POST", "/databases/d/collections", { collectionId: "t", name: "T" });
});
afterAll(() => old.close());

const TOO_OLD = "The type bigint needs Appwrite 1.9.5 or later; this server is 1.9.0.";

test("a bigint, on its own or in a table, needs Appwrite 1.9.5", async () => {
  const columns = { big: { type: "bigint" }, small: { type: "integer" } };
  const single = { database_id: "d", key: "big", type: "bigint" };
  const table = { database_id: "d", id: "t2", name: "T" };
  const plans = [
    () => old.core("appwrite_tablesdb_column").plan(null, { ...single, table_id: "t" }),
    () => old.core("appwrite_collection_attribute").plan(null, { ...single, collection_id: "t" }),
    () => old.core("appwrite_tablesdb_table").plan(null, { ...table, columns }),
    () => old.core("appwrite_collection").plan(null, { ...table, attributes: columns }),
  ];
  for (const plan of plans) await expect(plan()).rejects.toThrow(TOO_OLD);
  const integer = { ...single, table_id: "t", type: "integer" };
  expect((await old.core("appwrite_tablesdb_column").plan(null, integer)).action).toBe("create");
});
