import { type Running, startRunning } from "../support/running.ts";

/**
 * The list of columns, which alone tells their status truly (real-server F1), does not tell whether a varchar or a text is encrypted. An
 * imported column that seemed unencrypted would be replaced, and its values lost.
 */

let running: Running;

beforeAll(async () => {
  running = await startRunning({ jobDelay: 0 });
  await running.call("POST", "/tablesdb", { databaseId: "d", name: "D" });
  await running.call("POST", "/tablesdb/d/tables", { tableId: "t", name: "T" });
  await running.call("POST", "/databases", { databaseId: "c", name: "C" });
  await running.call("POST", "/databases/c/collections", { collectionId: "t", name: "T" });
});
afterAll(() => running.close());

const column = { type: "appwrite_tablesdb_column", parents: { database_id: "d", table_id: "t" }, id: "d/t" };
const attribute = {
  type: "appwrite_collection_attribute",
  parents: { database_id: "c", collection_id: "t" },
  id: "c/t",
};

test.each(
  [column, attribute].flatMap((kind) =>
    ["string", "varchar", "text", "mediumtext", "longtext"].flatMap((type) =>
      [true, false].map((encrypt) => ({ kind, type, encrypt })),
    ),
  ),
)("an imported $kind.type of type $type with encrypt = $encrypt needs no change", async ({ kind, type, encrypt }) => {
  const key = `${type}-${encrypt}`;
  const size = type === "string" || type === "varchar" ? 200 : null;
  const config = { ...kind.parents, key, type, encrypt, size };
  await running.apply(kind.type, null, config);
  const core = running.core(kind.type);
  const imported = await core.read(await core.import(`${kind.id}/${key}`));

  expect(imported?.["encrypt"]).toBe(encrypt);
  expect((await core.plan(imported, config)).action).toBe("none");
});
