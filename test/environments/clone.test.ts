import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { carryOut, countLosses, type EnvironmentPlan, planEnvironment } from "../../environments/clone.ts";
import type { Snapshot } from "../../environments/entity.ts";
import { type IdMap, openIdMap } from "../../environments/id-map.ts";
import { readSnapshot } from "../../environments/read-snapshot.ts";
import { writeSnapshot } from "../../environments/snapshot-file.ts";
import { catalogue } from "../../provider/resources/index.ts";
import type { Backend } from "../../provider/schema/backend.ts";
import { clientOf, fillProject } from "../support/project.ts";

let staging: Emulator;
let prod: Emulator;
let folder: string;
beforeAll(async () => {
  staging = await startEmulator();
  prod = await startEmulator();
  folder = mkdtempSync(join(tmpdir(), "appwrite-iac-test-"));
  await fillProject(clientOf(staging));
}, 120_000);
afterAll(async () => {
  await staging.close();
  await prod.close();
  rmSync(folder, { recursive: true });
});

const read = (backend: Backend): Promise<Snapshot> =>
  readSnapshot(backend, { definitions: catalogue.resources, data: new Set(), isExcluded: () => false });

async function planned(
  ids: IdMap,
): Promise<{ readonly plan: EnvironmentPlan; readonly source: Snapshot; readonly target: Snapshot }> {
  const source = await read(clientOf(staging));
  const target = await read(clientOf(prod));
  const plan = planEnvironment({
    source,
    target,
    fromProject: staging.projectId,
    isSameServer: false,
    ids,
    definitions: catalogue.resources,
    rules: {
      project: prod.projectId,
      target: "prod",
      allowed: [],
      secrets: new Map(),
      values: new Map(),
      keepsExtra: false,
    },
  });
  return { plan, source, target };
}

test("a clone is equal and a second one writes nothing", async () => {
  const ids = openIdMap(join(folder, "map.json"), true);
  const { plan, target } = await planned(ids);
  const backend = clientOf(prod);
  const counted = await countLosses(plan, backend);
  prod.clearRequests();
  const outcomes = await carryOut(counted, {
    backend,
    ids,
    project: prod.projectId,
    planned: target.entities,
    reread: () => read(backend),
  });
  console.log(prod.requests().length, plan.notCarried, plan.omitted);
  expect(
    outcomes.filter(({ result }) => result !== "done").map(({ change, diagnostics }) => [change.address, diagnostics]),
  ).toEqual([]);
  expect(writeSnapshot(await read(clientOf(prod)))).toBe(writeSnapshot(await read(clientOf(staging))));
  const again = await planned(ids);
  expect(again.plan.changes.map(({ address, fields }) => [address, fields])).toEqual([]);
});
