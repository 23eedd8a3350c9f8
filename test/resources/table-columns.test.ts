import { createProvider } from "../../provider/engine/provider.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { type Row, UNKNOWN, type Value } from "../../provider/schema/value.ts";
import { type Running, startRunning } from "../support/running.ts";

/** No column of a table goes, with its values, unless a plan has said so. */

const TABLE = "appwrite_tablesdb_table";
let running: Running;
let table = "";
let count = 0;

beforeAll(async () => {
  running = await startRunning({ jobDelay: 0 });
  await running.call("POST", "/tablesdb", { databaseId: "d", name: "D" });
});
afterAll(() => running.close());
beforeEach(() => {
  count += 1;
  table = `t${count}`;
});

/** A configuration as core hands it over: what is not written is null. */
function config(columns: { readonly [key: string]: Row } | null): Row {
  return { database_id: "d", id: table, name: "T", columns };
}

const varchar = (size: number, more: Row = {}): Row => ({ type: "varchar", size, ...more });

async function value(key: string): Promise<unknown> {
  return (await running.call("GET", `/tablesdb/d/tables/${table}/rows/r`)).body[key];
}

async function fill(data: { readonly [key: string]: unknown }): Promise<void> {
  await running.emulator.idle();
  const { status } = await running.call("POST", `/tablesdb/d/tables/${table}/rows`, { rowId: "r", data });
  expect(status).toBe(201);
}

test("an encrypted text keeps its values when another column changes", async () => {
  const secret = varchar(200, { encrypt: true });
  const long: Row = { type: "text", encrypt: true };
  const { state } = await running.apply(TABLE, null, config({ secret, long, n: { type: "integer" } }));
  await fill({ secret: "x", long: "y" });

  const after = await running.apply(TABLE, state, config({ secret, long, n: { type: "integer", max: 5 } }));

  expect(after.plan.action).toBe("update");
  expect([await value("secret"), await value("long")]).toEqual(["x", "y"]);
});

test("a column that came after the plan is left, and told", async () => {
  const { state } = await running.apply(TABLE, null, config({ a: varchar(20) }));
  const core = running.core(TABLE);
  const plan = await core.plan(state, config({ a: varchar(30) }));
  await running.call("POST", `/tablesdb/d/tables/${table}/columns/varchar`, { key: "b", size: 20, required: false });
  await fill({ b: "kept" });

  await expect(core.apply(plan)).rejects.toThrow('columns["b"]');
  expect(await value("b")).toBe("kept");
});

test("a column that became another one after the plan is left, and told", async () => {
  const { state } = await running.apply(TABLE, null, config({ a: varchar(20) }));
  const core = running.core(TABLE);
  const plan = await core.plan(state, config({ a: varchar(30) }));
  await running.call("DELETE", `/tablesdb/d/tables/${table}/columns/a`);
  await running.emulator.idle();
  await running.call("POST", `/tablesdb/d/tables/${table}/columns/integer`, { key: "a", required: false });
  await fill({ a: 7 });

  await expect(core.apply(plan)).rejects.toThrow("changed since the plan");
  expect(await value("a")).toBe(7);
});

test.each<{ name: string; columns: { readonly [key: string]: Row }; fault: string }>([
  { name: "names all but one", columns: { a: varchar(20) }, fault: "does not name: b" },
  {
    name: "says another type",
    columns: { a: varchar(20), b: { type: "integer" } },
    fault: "column b of the table is another one",
  },
])("a table that begins to manage columns and $name is refused by the plan", async ({ columns, fault }) => {
  const { state } = await running.apply(TABLE, null, config(null));
  for (const key of ["a", "b"])
    await running.call("POST", `/tablesdb/d/tables/${table}/columns/varchar`, { key, size: 20, required: false });
  await running.emulator.idle();

  await expect(running.core(TABLE).plan(state, config(columns))).rejects.toThrow(fault);
});

test("a table that begins to manage all its columns takes them over, and a rename keeps the values", async () => {
  const { state } = await running.apply(TABLE, null, config(null));
  for (const key of ["a", "b"])
    await running.call("POST", `/tablesdb/d/tables/${table}/columns/varchar`, { key, size: 20, required: false });
  await fill({ a: "x", b: "y" });

  const columns: Value = { a: varchar(40), c: varchar(20, { previous_key: "b" }) };
  const after = await running.apply(TABLE, state, config(columns as { readonly [key: string]: Row }));

  expect(Object.keys(after.state["columns"] as Row).sort()).toEqual(["a", "c"]);
  expect([await value("a"), await value("c")]).toEqual(["x", "y"]);
});

test("an integer that is stored in four bytes is told when its min asks for more", async () => {
  await running.call("POST", "/tablesdb/d/tables", { tableId: table, name: "T" });
  const column = (more: Row) => ({ database_id: "d", table_id: table, key: "n", type: "integer", ...more });
  const service = createProvider(catalogue, () => ({ connection: null, diagnostics: [] }));
  const told = async (config: Row) =>
    (
      await service.validateResource("appwrite_tablesdb_column", config, {
        writeOnlyAttributesAllowed: true,
        deferralAllowed: false,
      })
    ).map(({ severity, detail }) => [severity, detail]);
  const low = { min: -3_000_000_000 };

  expect(await told(column({ ...low, max: 5 }))).toEqual([["warning", expect.stringContaining("four bytes")]]);
  for (const wide of [low, { ...low, max: 2 ** 31 }, { min: -(2 ** 31), max: 5 }, { ...low, max: 5, type: "bigint" }])
    expect(await told(column(wide))).toEqual([]);

  await running.call("POST", `/tablesdb/d/tables/${table}/columns/integer`, {
    ...low,
    key: "n",
    required: false,
    max: 5,
  });
  await running.emulator.idle();
  const { status } = await running.call("POST", `/tablesdb/d/tables/${table}/rows`, {
    rowId: "r",
    data: { n: -2_500_000_000 },
  });
  expect(status).toBe(400);
});

test("an index whose lengths are not known yet is not too long", async () => {
  const service = createProvider(catalogue, () => ({ connection: null, diagnostics: [] }));
  const told = async (lengths: Value) => {
    const indexes = { i: { type: "key", columns: ["a"], lengths } };
    const all = { ...config({ a: { type: "text" } }), indexes };
    const client = { writeOnlyAttributesAllowed: true, deferralAllowed: false };
    return (await service.validateResource(TABLE, all, client)).map(({ detail }) => detail);
  };
  expect(await told([0])).toEqual([expect.stringContaining("together have")]);
  for (const lengths of [UNKNOWN, [UNKNOWN], [255]]) expect(await told(lengths)).toEqual([]);
});
