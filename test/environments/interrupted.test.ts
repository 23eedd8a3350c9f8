import { readSnapshot } from "../../environments/read-snapshot.ts";
import { writeSnapshot } from "../../environments/snapshot-file.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { startTwoEnvironments, type TwoEnvironments } from "../support/environments.ts";
import { fillProject } from "../support/project.ts";

/** How often a clone is stopped: a few times with each run of the tests, often where everything is tested. */
const TIMES = process.env["TEST_ALL"] ? 200 : 12;

let two: TwoEnvironments;
let wanted: string;
let requests: number;
const ended: Promise<unknown>[] = [];

const SECRETS = Object.fromEntries(
  ["github", "google", "oidc"].map((type) => [`appwrite_auth_provider.${type} client_secret`, { env: "SIGN_IN" }]),
);
const environment = { SIGN_IN: "not-told" };

async function snapshotOf(name: "staging" | "prod"): Promise<string> {
  const client = name === "staging" ? two.stagingClient : two.prodClient;
  const options = { definitions: catalogue.resources, data: new Set<never>(), key: two[name].apiKey };
  return writeSnapshot(await readSnapshot(client, { ...options, isExcluded: () => false }));
}

beforeAll(async () => {
  two = await startTwoEnvironments();
  two.configure({ prod: { secrets: SECRETS } });
  await fillProject(two.stagingClient);
  wanted = await snapshotOf("staging");
  await two.run(["clone", "staging", "prod", "--yes"], { environment });
  requests = two.prod.requests().length;
}, 120_000);
afterAll(async () => {
  await Promise.all(ended);
  await two.close();
}, 60_000);

/** Points in the life of a clone, spread evenly over its requests and moved a little each time. */
const points = Array.from({ length: TIMES }, (_, index) => ({
  number: index,
  share: (index + ((index * 7919) % 13) / 13) / TIMES,
  kind: index % 2 === 0 ? ("hang" as const) : ("reset" as const),
}));

test.each(points)(
  "a clone that dies at $share of its requests ($kind) is completed by the next one",
  async ({ share, kind }) => {
    two.prod.reset();
    const skip = Math.floor(share * requests);
    // Either the request never arrives, or it does its work and the answer is lost; then the process is gone.
    two.prod.faults.add(kind === "hang" ? { kind, skip } : { kind, when: "after", skip, count: 1 });
    const stopper = new AbortController();
    const running = two.run(["clone", "staging", "prod", "--yes"], { environment, signal: stopper.signal });
    const isOver = running.then(() => true);
    while (!two.prod.faults.list().some(({ struck }) => struck > 0)) {
      if (await Promise.race([isOver, new Promise<false>((resolve) => setTimeout(resolve, 2, false))])) break;
    }
    stopper.abort();
    // A stopped command gives a write that is under way some seconds to end; one that hangs never does anything.
    if (kind === "hang") ended.push(running);
    else await running;
    two.prod.faults.clear();

    const next = await two.run(["clone", "staging", "prod", "--yes"], { environment });
    expect({ code: next.code, failed: next.err.split("\n").filter((line) => !line.startsWith("[")) }).toEqual({
      code: 0,
      failed: next.err === "" ? [""] : [],
    });
    expect(await snapshotOf("prod")).toBe(wanted);
    expect((await two.run(["diff", "staging", "prod"], { environment })).code).toBe(0);
  },
  120_000,
);
