import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readSnapshot } from "../../environments/read-snapshot.ts";
import { writeSnapshot } from "../../environments/snapshot-file.ts";
import { catalogue } from "../../provider/resources/index.ts";
import { post, startTwoEnvironments, type TwoEnvironments } from "../support/environments.ts";
import { CANARY, fillProject } from "../support/project.ts";

let two: TwoEnvironments;

beforeAll(async () => {
  two = await startTwoEnvironments();
});
afterAll(() => two.close());
beforeEach(() => {
  two.reset();
  two.configure({});
});

const snapshotOf = async (name: "staging" | "prod"): Promise<string> =>
  writeSnapshot(
    await readSnapshot(name === "staging" ? two.stagingClient : two.prodClient, {
      definitions: catalogue.resources,
      data: new Set(),
      key: two[name].apiKey,
      isExcluded: () => false,
    }),
  );

const writes = (): readonly string[] =>
  two.prod
    .requests()
    .filter(({ method }) => !["GET", "JOB"].includes(method))
    .map(({ method, path }) => `${method} ${path}`);

/** Secrets that no server tells, as an environments file gives them. */
const SECRETS = Object.fromEntries(
  ["github", "google", "oidc"].map((type) => [`appwrite_auth_provider.${type} client_secret`, { env: "SIGN_IN" }]),
);
const environment = { SIGN_IN: `${CANARY}-sign-in` };

describe("a project with every kind in it", () => {
  beforeEach(() => fillProject(two.stagingClient), 120_000);

  test("is cloned so that both are equal, and a second clone writes nothing", async () => {
    two.configure({ prod: { secrets: SECRETS } });
    const first = await two.run(["clone", "staging", "prod", "--yes"], { environment });
    expect(first.err.split("\n").filter((line) => !line.startsWith("["))).toEqual([]);
    expect(first.code).toBe(0);
    expect(await snapshotOf("prod")).toBe(await snapshotOf("staging"));

    two.prod.clearRequests();
    const second = await two.run(["clone", "staging", "prod", "--yes"], { environment });
    expect({ code: second.code, writes: writes() }).toEqual({ code: 0, writes: [] });
    expect(second.out).toContain("prod is like staging");
    expect((await two.run(["diff", "staging", "prod"], { environment })).code).toBe(0);
  }, 120_000);

  test("tells every secret that it could not carry, with the command that sets it", async () => {
    const first = await two.run(["clone", "staging", "prod", "--yes", "--json"]);
    const told = JSON.parse(first.out) as {
      readonly applied: boolean;
      readonly not_carried: readonly { readonly address: string; readonly remedy: string }[];
    };
    expect(told.applied).toBe(true);
    expect(told.not_carried).toContainEqual({
      address: "appwrite_auth_provider.github enabled",
      reason: "It cannot be switched on while client_secret is missing.",
      remedy: "appwrite-iac set prod appwrite_auth_provider.github enabled=true client_secret=env:NAME",
    });
    two.prod.clearRequests();
    expect((await two.run(["clone", "staging", "prod", "--yes"])).code).toBe(0);
    expect(writes()).toEqual([]);

    const set = await two.run(
      ["set", "prod", "appwrite_auth_provider.github", "enabled=true", "client_secret=env:SIGN_IN"],
      { environment },
    );
    expect(set).toMatchObject({ code: 0, err: "" });
    expect(await snapshotOf("prod")).toContain('"type": "github",\n      "enabled": true');
  }, 120_000);

  test("is cloned from a snapshot file as far as that goes without its secrets, and the rest is told", async () => {
    await two.run(["export", "staging", "--format", "snapshot", "--out", "all.json"]);
    const first = await two.run(["clone", "all.json", "prod", "--yes"]);
    expect(first.err.split("\n").filter((line) => !line.startsWith("["))).toEqual([]);
    expect(first.out).toContain(
      "appwrite_auth_mock_phone.+12065550100: It cannot be made without otp. A file holds no secrets.",
    );
    expect(first.out).toContain('"secrets": { "appwrite_auth_mock_phone.+12065550100 otp": { "env": "NAME" } }');
    expect(first.out).toMatch(/set prod appwrite_messaging_provider\.texts-\d+ enabled=true auth_token=env:NAME/);
    expect((await two.run(["diff", "all.json", "prod"])).code).toBe(0);

    two.configure({ prod: { secrets: { "appwrite_auth_mock_phone.+12065550100 otp": { env: "OTP" } } } });
    const second = await two.run(["clone", "all.json", "prod", "--yes"], { environment: { OTP: "123456" } });
    expect(second).toMatchObject({ code: 0, out: expect.stringContaining("Done: 1 changes made.") });
  }, 120_000);

  test("never shows a secret, in no format, output, map or base", async () => {
    two.configure({ prod: { secrets: SECRETS } });
    const shown: string[] = [];
    const commands = [
      ["diff", "staging", "prod"],
      ["diff", "staging", "prod", "--json"],
      ["diff", "staging", "prod", "--format", "markdown"],
      ["promote", "staging", "prod", "--yes"],
      ...["hcl", "json", "constructs", "snapshot", "appwrite-config"].map((format) =>
        `export staging --format ${format} --out out-${format}`.split(" "),
      ),
    ];
    for (const words of commands) {
      const { out, err } = await two.run(words, { environment });
      shown.push(out, err);
    }
    for (const path of readdirSync(two.folder, { recursive: true, withFileTypes: true })) {
      if (path.isFile()) shown.push(readFileSync(join(path.parentPath, path.name), "utf8"));
    }
    expect(shown.length).toBeGreaterThan(30);
    expect(shown.filter((text) => text.includes(CANARY) || text.includes(two.staging.apiKey))).toEqual([]);
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
    expect(await snapshotOf("prod")).toBe(await snapshotOf("staging"));
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
