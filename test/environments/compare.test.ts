import { post, startTwoEnvironments, type TwoEnvironments } from "../support/environments.ts";
import { fillProject } from "../support/project.ts";

let two: TwoEnvironments;

beforeAll(async () => {
  two = await startTwoEnvironments();
});
afterAll(() => two.close());
beforeEach(() => two.reset());

const bucket = (id: string, name: string, more: { readonly [name: string]: unknown } = {}) => ({
  bucketId: id,
  name,
  ...more,
});
const patch = (name: string) => two.prodClient.call({ method: "PUT", path: "/storage/buckets/photos", body: { name } });

describe("diff", () => {
  test("tells differences field by field, and its exit code says that there are some", async () => {
    await post(two.stagingClient, "/storage/buckets", bucket("photos", "Photos", { allowedFileExtensions: ["jpg"] }));
    await post(two.stagingClient, "/storage/buckets", bucket("films", "Films"));
    await post(two.prodClient, "/storage/buckets", bucket("photos", "Pictures", { allowedFileExtensions: ["jpg"] }));
    await post(two.prodClient, "/storage/buckets", bucket("old", "Old"));
    const { code, out } = await two.run(["diff", "staging", "prod", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      format: "appwrite-iac/diff/1",
      equal: false,
      summary: { create: 1, update: 1, replace: 0, delete: 1 },
      changes: [
        {
          action: "update",
          address: "appwrite_storage_bucket.photos",
          fields: [{ path: "name", code: "changed", from: "Pictures", to: "Photos" }],
        },
        { action: "create", address: "appwrite_storage_bucket.films" },
        { action: "delete", address: "appwrite_storage_bucket.old", destructive: true },
      ],
    });
    const text = await two.run(["diff", "staging", "prod", "--exclude", "storage_bucket.films"]);
    expect(text.out).toContain('~ appwrite_storage_bucket.photos\n      name: "Pictures" → "Photos"');
    expect(text.out).not.toContain("films");
    const markdown = await two.run(["diff", "staging", "prod", "--format", "markdown"]);
    expect(markdown.out).toContain("> [!WARNING]\n> 1 of them delete something: `appwrite_storage_bucket.old`.");
  });

  test("lists differences that are allowed, and does not count them", async () => {
    await post(two.stagingClient, "/storage/buckets", bucket("photos", "Photos", { enabled: false }));
    await post(two.prodClient, "/storage/buckets", bucket("photos", "Pictures"));
    await post(two.prodClient, "/storage/buckets", bucket("audit", "Audit"));
    two.configure({ differences: ["storage_bucket.* name", "storage_bucket.audit", "storage_bucket.photos enabled"] });
    const { code, out } = await two.run(["diff", "staging", "prod"]);
    expect(code).toBe(0);
    expect(out).toContain("appwrite_storage_bucket.photos name (by storage_bucket.* name)");
    expect(out).toContain("appwrite_storage_bucket.audit (by storage_bucket.audit)");
  });

  test("says which scopes a key lacks, for all kinds at once", async () => {
    const key = two.prod.addKey(two.prod.projectId, ["buckets.read", "databases.read"]);
    const { code, err } = await two.run(["diff", "staging", "prod"], { environment: { PROD_KEY: key } });
    expect(code).toBe(1);
    expect(err).toContain("appwrite_auth_team needs teams.read");
    expect(err).toContain("appwrite_function needs functions.read");
    expect(err).not.toContain("appwrite_storage_bucket needs");
  });

  test.each([
    { words: ["diff", "stagin", "prod"], err: "Did you mean staging?" },
    { words: ["diff", "staging", "prod", "--only", "bucket"], err: "names no kind" },
    { words: ["diff", "staging", "prod", "--only", "storage_buckets"], err: "Did you mean appwrite_storage_bucket?" },
    { words: ["diff", "staging", "prod", "--jsn"], err: "Did you mean --json?" },
    { words: ["diff", "staging"], err: "Usage: appwrite-iac diff <from> <to>" },
  ])("refuses $words", async ({ words, err }) => {
    const end = await two.run(words);
    expect(end.code).toBe(1);
    expect(end.err).toContain(err);
  });

  test("says which environment variable is missing, and nothing of a key that stands in the file", async () => {
    const end = await two.run(["diff", "staging", "prod"], { environment: { PROD_KEY: "" } });
    expect(end.err).toContain("PROD_KEY (the API key)");
    two.configure({ prod: { key: "standard_0123456789" } });
    const written = await two.run(["diff", "staging", "prod"]);
    expect(written.err).toContain("environments.prod.key must be an object, not a text.");
    expect(written.err).not.toContain("standard_0123456789");
  });
});

test("a project is like itself, under whatever name", async () => {
  await fillProject(two.prodClient);
  two.configure({ staging: { endpoint: two.prod.endpoint, project: two.prod.projectId, key: { env: "PROD_KEY" } } });
  const { code, out } = await two.run(["diff", "staging", "prod", "--json"]);
  expect({ code, changes: JSON.parse(out).changes }).toEqual({ code: 0, changes: [] });
});

describe("promote", () => {
  beforeEach(async () => {
    await post(two.stagingClient, "/storage/buckets", bucket("photos", "Photos"));
    expect((await two.run(["promote", "staging", "prod", "--yes"])).code).toBe(0);
  });

  test("brings over what changed, and keeps what only the target changed", async () => {
    await two.prodClient.call({
      method: "PUT",
      path: "/storage/buckets/photos",
      body: { name: "Photos", maximumFileSize: 1000 },
    });
    await post(two.prodClient, "/storage/buckets", bucket("hotfix", "Hotfix"));
    await two.stagingClient.call({ method: "PUT", path: "/storage/buckets/photos", body: { name: "Pictures" } });
    const { code, out } = await two.run(["promote", "staging", "prod", "--yes"]);
    expect(code).toBe(0);
    expect(out).toContain("appwrite_storage_bucket.hotfix: only there");
    const photos = await two.prodClient.call({ method: "GET", path: "/storage/buckets/photos" });
    expect(photos).toMatchObject({ name: "Pictures", maximumFileSize: 1000 });
    expect(await two.prodClient.call({ method: "GET", path: "/storage/buckets/hotfix" })).toMatchObject({
      name: "Hotfix",
    });
  });

  test("stops at a conflict with both values, and goes on when it is said who wins", async () => {
    await patch("Prod");
    await two.stagingClient.call({ method: "PUT", path: "/storage/buckets/photos", body: { name: "Staging" } });
    two.prod.clearRequests();
    const stopped = await two.run(["promote", "staging", "prod", "--yes"]);
    expect(stopped.code).toBe(2);
    expect(stopped.out).toContain(
      'appwrite_storage_bucket.photos name: staging has "Staging", prod has "Prod"; it was "Photos".',
    );
    expect(two.prod.requests().filter(({ method }) => method !== "GET")).toEqual([]);
    expect((await two.run(["promote", "staging", "prod", "--yes", "--resolve", "source"])).code).toBe(0);
    expect(await two.prodClient.call({ method: "GET", path: "/storage/buckets/photos" })).toMatchObject({
      name: "Staging",
    });
  });

  test("deletes what was deleted, and only with its own consent", async () => {
    await two.stagingClient.call({ method: "DELETE", path: "/storage/buckets/photos" });
    expect((await two.run(["promote", "staging", "prod", "--yes"])).code).toBe(1);
    expect((await two.run(["promote", "staging", "prod", "--yes", "--allow-destructive"])).code).toBe(0);
    expect((await two.run(["diff", "staging", "prod"])).code).toBe(0);
  });
});

describe("drift", () => {
  test("from a snapshot is told with exit code 2", async () => {
    await post(two.prodClient, "/storage/buckets", bucket("photos", "Photos"));
    await two.run(["export", "prod", "--format", "snapshot", "--out", "prod.json"]);
    expect((await two.run(["drift", "prod", "--from", "prod.json"])).code).toBe(0);
    await patch("Changed in the console");
    const { code, out } = await two.run(["drift", "prod", "--from", "prod.json"]);
    expect(code).toBe(2);
    expect(out).toContain('name: "Changed in the console" → "Photos"');
  });

  test("is none where a snapshot of every kind is compared to its own project: a file holds no secrets, and no project id", async () => {
    await fillProject(two.prodClient);
    await two.run(["export", "prod", "--format", "snapshot", "--out", "prod.json"]);
    const { code, out } = await two.run(["drift", "prod", "--from", "prod.json", "--json"]);
    expect({ code, changes: JSON.parse(out).changes }).toEqual({ code: 0, changes: [] });
  });
});

describe("appwrite.config.json", () => {
  test("says which parts of it are not carried, deep inside as well", async () => {
    const security = { limit: 5, mockNumbers: [{ phone: "+12065550100", otp: "123456" }], mfa: true };
    const content = { projectId: "x", settings: { auth: { security, other: 1 } }, messages: [], pushes: [{}] };
    two.write("parts.json", JSON.stringify(content));
    const { out } = await two.run(["diff", "parts.json", "prod", "--json"]);
    const { omitted, changes } = JSON.parse(out) as {
      readonly [list in "omitted" | "changes"]: readonly { readonly address: string }[];
    };
    expect(changes.map(({ address }) => address)).toContain("appwrite_auth_mock_phone.+12065550100");
    const parts = omitted.filter(({ address }) => address.includes("parts.json"));
    expect(parts.map(({ address }) => address.split(" ").at(-1))).toEqual([
      "settings.auth.security.mfa",
      "settings.auth.other",
      "pushes",
    ]);
    expect(out).not.toContain("123456");
  });

  test("has test numbers without their codes, and leaves to the server what a bucket does not say", async () => {
    const number = { number: "+12065550101", otp: "654321" };
    await post(two.stagingClient, "/project/mock-phones", number);
    const told = await two.run(["export", "staging", "--format", "appwrite-config"]);
    const { settings } = JSON.parse(told.out);
    expect(settings.auth.security).toMatchObject({ duration: 31_536_000, mockNumbers: [{ phone: number.number }] });
    expect(told.out + told.err).not.toContain(number.otp);
    expect(told.err).toContain("appwrite_auth_mock_phone.+12065550101 otp: A file holds no secrets.");

    const mockNumbers = [{ phone: number.number, otp: number.otp }];
    const content = {
      projectId: "x",
      settings: { auth: { security: { mockNumbers } } },
      buckets: [{ $id: "a", name: "A" }],
    };
    two.write("said.json", JSON.stringify(content));
    expect((await two.run(["clone", "said.json", "prod", "--yes"])).code).toBe(0);
    const phone = { method: "GET", path: `/project/mock-phones/${number.number}` } as const;
    expect(await two.prodClient.call(phone)).toMatchObject(number);
    expect(await two.prodClient.call({ method: "GET", path: "/storage/buckets/a" })).toMatchObject({
      transformations: true,
    });
    expect((await two.run(["diff", "said.json", "prod"])).code).toBe(0);
  });

  test("is written from an environment and makes another one like it", async () => {
    await post(two.stagingClient, "/storage/buckets", bucket("photos", "Photos", { compression: "gzip" }));
    await post(two.stagingClient, "/teams", { teamId: "editors", name: "Editors" });
    await post(two.stagingClient, "/tablesdb", { databaseId: "shop", name: "Shop" });
    await post(two.stagingClient, "/tablesdb/shop/tables", {
      tableId: "books",
      name: "Books",
      permissions: ['read("any")'],
      columns: [{ key: "title", type: "string", size: 100, required: true }],
      indexes: [{ key: "by_title", type: "key", attributes: ["title"] }],
    });
    await two.run(["export", "staging", "--format", "appwrite-config", "--out", "appwrite.config.json"]);
    expect(JSON.parse(two.read("appwrite.config.json"))).toMatchObject({
      projectId: two.staging.projectId,
      buckets: [{ $id: "photos", name: "Photos", compression: "gzip" }],
      tables: [{ $id: "books", databaseId: "shop", columns: [{ key: "title", type: "string", size: 100 }] }],
    });
    const { code, err } = await two.run(["clone", "appwrite.config.json", "prod", "--yes"]);
    expect(code === 0 ? "" : err).toBe("");
    expect((await two.run(["diff", "appwrite.config.json", "prod"])).code).toBe(0);
    expect((await two.run(["diff", "staging", "prod"])).code).toBe(0);
  });
});
