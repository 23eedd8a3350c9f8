import { catalogue } from "../../provider/resources/index.ts";
import { type Running, startRunning } from "../support/running.ts";
import { IS_LONG } from "../support/runs.ts";
import { sweep } from "../support/sweep.ts";
import { WORLD } from "../support/world.ts";

/**
 * Generated configurations through a whole life on the emulator: applied, planned empty, changed, planned empty, imported, destroyed. Kinds
 * whose values depend on each other in ways that no constraint tells (a column's default, an index's columns) have tests of their own.
 */

const SWEPT = [
  "appwrite_tablesdb",
  "appwrite_database",
  "appwrite_documentsdb_document",
  "appwrite_documentsdb_index",
  "appwrite_vectorsdb_collection",
  "appwrite_storage_bucket",
  "appwrite_storage_file",
  "appwrite_auth_user",
  "appwrite_auth_team",
  "appwrite_auth_membership",
  "appwrite_auth_target",
  "appwrite_auth_methods",
  "appwrite_auth_policies",
  "appwrite_messaging_provider",
  "appwrite_messaging_topic",
  "appwrite_messaging_subscriber",
  "appwrite_function_variable",
  "appwrite_site_variable",
  "appwrite_project_platform",
  "appwrite_project_services",
  "appwrite_project_protocols",
  "appwrite_project_labels",
  "appwrite_project_variable",
];

/** How many pairs of configurations each kind gets. */
const PAIRS = IS_LONG ? 100 : 6;

let running: Running;

beforeAll(async () => {
  running = await startRunning({ jobDelay: 0 });
});
afterAll(() => running.close());

test.each(SWEPT)(
  "%s keeps the laws of plan, apply and import",
  async (type) => {
    const definition = catalogue.resources.find((one) => one.type === type);
    if (!definition) throw new Error(`There is no ${type}.`);
    expect((await sweep(running, definition, WORLD, PAIRS)).judged).toBe(PAIRS);
  },
  PAIRS * 2000,
);
