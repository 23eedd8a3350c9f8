import { post, startTwoEnvironments, type TwoEnvironments } from "../support/environments.ts";
import { fillProject } from "../support/project.ts";

let two: TwoEnvironments;

beforeAll(async () => {
  two = await startTwoEnvironments();
});
afterAll(() => two.close());

/** Kinds of columns that the server makes together with the table. */
const COLUMNS = [
  ...Array.from({ length: 6 }, (_, index) => ({ key: `text${index}`, type: "string", size: 200 })),
  ...Array.from({ length: 3 }, (_, index) => ({ key: `number${index}`, type: "integer", min: 0 })),
  ...Array.from({ length: 3 }, (_, index) => ({ key: `flag${index}`, type: "boolean", default: true })),
  ...Array.from({ length: 3 }, (_, index) => ({ key: `time${index}`, type: "datetime", required: true })),
];

test("100 tables with 1,500 columns and all settings are cloned with at most 250 requests", async () => {
  await fillProject(
    two.stagingClient,
    (type) => /appwrite_(auth|project)_/.test(type) && !/user|member|target/.test(type),
  );
  await post(two.stagingClient, "/tablesdb", { databaseId: "shop", name: "Shop" });
  for (let number = 0; number < 100; number += 1) {
    await post(two.stagingClient, "/tablesdb/shop/tables", {
      tableId: `table${number}`,
      name: `Table ${number}`,
      columns: COLUMNS,
      indexes: [{ key: "by_text", type: "key", attributes: ["text0"] }],
    });
  }
  two.staging.clearRequests();
  two.prod.clearRequests();
  const { code, err } = await two.run(["clone", "staging", "prod", "--yes"]);
  expect(code === 0 ? "" : err).toBe("");
  const sent = [...two.staging.requests(), ...two.prod.requests()].filter(({ method }) => method !== "JOB");
  expect(sent.length).toBeLessThanOrEqual(250);
}, 120_000);
