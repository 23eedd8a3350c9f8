import { startEmulator } from "../../emulator/index.ts";
import { post, startTwoEnvironments, type TwoEnvironments } from "../support/environments.ts";
import { startForwardProxy } from "../support/forward-proxy.ts";

/** How environments are reached: with which keys, secrets, console users and proxies. */

let two: TwoEnvironments;

beforeAll(async () => {
  two = await startTwoEnvironments();
  await post(two.stagingClient, "/storage/buckets", { bucketId: "photos", name: "Photos" });
});
afterAll(() => two.close());

describe("secrets of an environment", () => {
  beforeAll(() => {
    const secrets = { "appwrite_auth_provider.google client_secret": { env: "GOOGLE" } };
    two.configure({ staging: { secrets }, prod: { secrets } });
  });
  const unset = "The environment prod is not complete: the environment variable is not set: GOOGLE";

  test.each(["export prod --out out", "set prod appwrite_storage_bucket.photos name=Photos"])(
    "are not asked for by %s",
    async (words) => {
      const { err } = await two.run(words.split(" "));
      expect(err).not.toContain("GOOGLE");
    },
  );

  test.each(["diff staging prod", "clone staging prod --yes", "promote staging prod --yes"])(
    "are asked for by %s, of the target alone",
    async (words) => {
      const without = await two.run(words.split(" "));
      expect(without).toMatchObject({ code: 1, err: expect.stringContaining(unset) });
      // The source's are not there either.
      two.configure({ staging: { secrets: { "appwrite_auth_provider.github client_secret": { env: "ABSENT" } } } });
      const { err } = await two.run(words.split(" "));
      two.configure({ prod: { secrets: { "appwrite_auth_provider.google client_secret": { env: "GOOGLE" } } } });
      expect(err).not.toContain("not set");
    },
  );
});

describe("a console user", () => {
  test("reads and changes settings that no API key of Appwrite 1.9.0 reaches", async () => {
    const [old, other] = await Promise.all([startEmulator({ version: "1.9.0" }), startEmulator({ version: "1.9.0" })]);
    try {
      const place = ({ endpoint, projectId, consoleEmail }: typeof old, variable: string) => ({
        endpoint,
        project: projectId,
        consoleEmail,
        consolePassword: { env: variable },
      });
      two.configure({ staging: place(old, "STAGING_PASSWORD"), prod: place(other, "PROD_PASSWORD") });
      const environment = {
        STAGING_KEY: old.apiKey,
        PROD_KEY: other.apiKey,
        STAGING_PASSWORD: old.consolePassword,
        PROD_PASSWORD: other.consolePassword,
      };
      const words = ["set", "staging", "appwrite_auth_methods", "magic_url=false"];
      expect(await two.run(words, { environment })).toMatchObject({ code: 0, err: "" });
      const { out } = await two.run(["diff", "staging", "prod", "--json"], { environment });
      const told = JSON.parse(out) as { readonly changes: readonly { readonly address: string }[] };
      expect(told.changes.map(({ address }) => address)).toEqual(["appwrite_auth_methods"]);
      expect(out).not.toContain("console user");
      expect((await two.run(["clone", "staging", "prod", "--yes"], { environment })).code).toBe(0);
      expect((await two.run(["diff", "staging", "prod"], { environment })).code).toBe(0);

      const refused = await two.run(["export", "prod", "--format", "snapshot"], {
        environment: { ...environment, PROD_PASSWORD: "wrong-password" },
      });
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("The console user could not sign in.") });
      expect(refused.err).not.toContain("wrong-password");
    } finally {
      await Promise.all([old.close(), other.close()]);
    }
  }, 60_000);

  test("is told of where settings are left out for want of one, and needs both address and password", async () => {
    const old = await startEmulator({ version: "1.9.0" });
    try {
      const place = { endpoint: old.endpoint, project: old.projectId };
      two.configure({ staging: place });
      const { err } = await two.run(["export", "staging", "--out", "old"], {
        environment: { STAGING_KEY: old.apiKey },
      });
      expect(err).toContain("or give the environment consoleEmail and consolePassword");
      two.configure({ staging: { ...place, consoleEmail: "admin@example.com" } });
      const half = await two.run(["export", "staging", "--out", "old"], { environment: { STAGING_KEY: old.apiKey } });
      expect(half.err).toContain("environments.staging lacks consolePassword");
      two.configure({ staging: { ...place, consolePassword: "literal" } });
      const literal = await two.run(["export", "staging"], { environment: { STAGING_KEY: old.apiKey } });
      expect(literal.err).toContain("environments.staging.consolePassword must be an object");
    } finally {
      await old.close();
    }
  });
});

test("a proxy that the environment names is used, unless NO_PROXY excepts the host", async () => {
  const proxy = await startForwardProxy(two.staging.endpoint);
  try {
    const { address } = proxy;
    two.configure({ staging: { endpoint: "http://appwrite.invalid/v1" } });
    const words = ["export", "staging", "--format", "snapshot"];
    const through = await two.run(words, { environment: { HTTP_PROXY: address } });
    expect(through).toMatchObject({ code: 0, out: expect.stringContaining("appwrite_storage_bucket.photos") });
    expect([...proxy.hosts]).toEqual(["appwrite.invalid"]);
    const past = await two.run(words, { environment: { HTTP_PROXY: address, NO_PROXY: ".invalid" } });
    expect(past).toMatchObject({ code: 1, err: expect.stringContaining("appwrite.invalid") });
  } finally {
    await proxy.close();
  }
}, 60_000);
