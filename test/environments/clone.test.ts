import { readSnapshot } from "../../environments/read-snapshot.ts";
import { writeSnapshot } from "../../environments/snapshot-file.ts";
import { catalogue } from "../../provider/resources/index.ts";
import type { Backend } from "../../provider/schema/backend.ts";
import { post, startTwoEnvironments, type TwoEnvironments } from "../support/environments.ts";
import { fillProject } from "../support/project.ts";

let two: TwoEnvironments;

beforeAll(async () => {
  two = await startTwoEnvironments();
});
afterAll(() => two.close());
beforeEach(() => {
  two.reset();
  two.configure({});
});

const snapshotOf = async (client: Backend): Promise<string> =>
  writeSnapshot(
    await readSnapshot(client, { definitions: catalogue.resources, data: new Set(), isExcluded: () => false }),
  );

const writes = (): readonly string[] =>
  two.prod
    .requests()
    .filter(({ method }) => !["GET", "JOB"].includes(method))
    .map(({ method, path }) => `${method} ${path}`);

describe("a project with every kind in it", () => {
  beforeEach(() => fillProject(two.stagingClient), 120_000);

  test("is cloned so that both are equal, and a second clone writes nothing", async () => {
    const first = await two.run(["clone", "staging", "prod", "--yes"]);
    expect(first.err.split("\n").filter((line) => !line.startsWith("["))).toEqual([]);
    expect(first.code).toBe(0);
    expect(await snapshotOf(two.prodClient)).toBe(await snapshotOf(two.stagingClient));

    two.prod.clearRequests();
    const second = await two.run(["clone", "staging", "prod", "--yes"]);
    expect({ code: second.code, writes: writes() }).toEqual({ code: 0, writes: [] });
    expect(second.out).toContain("prod is like staging");
    expect((await two.run(["diff", "staging", "prod"])).code).toBe(0);
  }, 120_000);
});

describe("consent", () => {
  beforeEach(async () => {
    await post(two.stagingClient, "/storage/buckets", { bucketId: "photos", name: "Photos" });
    await post(two.prodClient, "/storage/buckets", { bucketId: "old", name: "Old" });
    two.prod.clearRequests();
  });

  test("is needed for everything where nobody can be asked", async () => {
    const { code, err } = await two.run(["clone", "staging", "prod", "--keep-extra"]);
    expect({ code, err, writes: writes() }).toEqual({
      code: 1,
      err: "Error: Nobody is there to ask. Give --yes to make these changes.",
      writes: [],
    });
  });

  test("of --yes covers no deletion", async () => {
    const { code, err } = await two.run(["clone", "staging", "prod", "--yes"]);
    expect({ code, writes: writes() }).toEqual({ code: 1, writes: [] });
    expect(err).toContain("appwrite_storage_bucket.old. --yes does not cover that. Give --allow-destructive");
  });

  test("is asked for in a terminal, and a deletion wants the name of the environment", async () => {
    const declined = await two.run(["clone", "staging", "prod"], { answer: async () => "y" });
    expect({ code: declined.code, writes: writes() }).toEqual({ code: 1, writes: [] });
    const given = await two.run(["clone", "staging", "prod"], { answer: async () => "prod" });
    expect(given.code).toBe(0);
    expect(await snapshotOf(two.prodClient)).toBe(await snapshotOf(two.stagingClient));
  });

  test("cannot be given for a deletion in a protected environment", async () => {
    two.configure({ prod: { protected: true } });
    const { code, err } = await two.run(["clone", "staging", "prod", "--yes", "--allow-destructive"]);
    expect({ code, writes: writes() }).toEqual({ code: 1, writes: [] });
    expect(err).toContain("The environment prod is protected");
    expect((await two.run(["clone", "staging", "prod", "--yes", "--keep-extra"])).code).toBe(0);
  });

  test("is for the plan that was shown: a target that changed in between is left alone", async () => {
    const { code, err } = await two.run(["clone", "staging", "prod", "--keep-extra"], {
      answer: async () => {
        await post(two.prodClient, "/storage/buckets", { bucketId: "hotfix", name: "Hotfix" });
        two.prod.clearRequests();
        return "y";
      },
    });
    expect({ code, writes: writes() }).toEqual({ code: 1, writes: [] });
    expect(err).toContain("The target changed since the plan was made, so nothing was written.");
  });

  test("a reviewed plan is made only while it is the same", async () => {
    const { out } = await two.run(["diff", "staging", "prod", "--json", "--keep-extra"]);
    const { fingerprint } = JSON.parse(out) as { readonly fingerprint: string };
    await post(two.prodClient, "/storage/buckets", { bucketId: "new", name: "New" });
    two.prod.clearRequests();
    const late = await two.run(["clone", "staging", "prod", "--yes", "--keep-extra", "--plan", fingerprint]);
    expect({ code: late.code, writes: writes() }).toEqual({ code: 1, writes: [] });
    expect(late.err).toContain(`This is not the plan ${fingerprint} any more`);
  });
});
