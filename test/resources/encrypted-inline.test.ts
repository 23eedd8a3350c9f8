import { type Running, startRunning } from "../support/running.ts";

/** An encrypted text among the columns of a table stays, with its values, whatever else of the table changes. */

let running: Running;

beforeAll(async () => {
  running = await startRunning({ jobDelay: 0 });
  await running.call("POST", "/tablesdb", { databaseId: "d", name: "D" });
});
afterAll(() => running.close());

test.each([
  ["varchar", { type: "varchar", size: 200 }],
  ["text", { type: "text" }],
  ["longtext", { type: "longtext" }],
])("an encrypted %s keeps its values when another column comes", async (id, column) => {
  const config = { database_id: "d", id, name: "T", columns: { secret: { ...column, encrypt: true } } };
  const { state } = await running.apply("appwrite_tablesdb_table", null, config);
  const rows = `/tablesdb/d/tables/${id}/rows`;
  await running.call("POST", rows, { rowId: "r", data: { secret: "kept" } });
  await running.apply("appwrite_tablesdb_table", state, {
    ...config,
    columns: { ...config.columns, other: { type: "boolean" } },
  });
  expect(await running.call("GET", `${rows}/r`)).toMatchObject({ body: { secret: "kept", other: null } });
});

test("a varchar that comes to be encrypted is made anew", async () => {
  const config = { database_id: "d", id: "later", name: "T", columns: { secret: { type: "varchar", size: 200 } } };
  const { state } = await running.apply("appwrite_tablesdb_table", null, config);
  const columns = { secret: { type: "varchar", size: 200, encrypt: true } };
  await running.apply("appwrite_tablesdb_table", state, { ...config, columns });
  const column = await running.call("GET", "/tablesdb/d/tables/later/columns/secret");
  expect(column).toMatchObject({ body: { encrypt: true } });
});
