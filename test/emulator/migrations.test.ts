import { gzipSync } from "node:zlib";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { JsonObject } from "../../emulator/json.ts";
import { type Call, callOf, failuresOf, fileForm, make as makeWith, type Step } from "../support/migrations.ts";

/** Migrations beyond what the recordings show: that what is copied is there, from this server and from another. */

let emulator: Emulator;
let to: Call;
let from: Call;
let source: { readonly projectId: string; readonly apiKey: string };

const make = (call: Call, steps: readonly Step[]) => makeWith(emulator, call, steps);

beforeAll(async () => {
  emulator = await startEmulator({ jobDelay: 0 });
});

afterAll(() => emulator.close());

beforeEach(() => {
  emulator.reset();
  source = emulator.addProject({ id: "source" });
  from = callOf(emulator, source);
  to = callOf(emulator, emulator);
});

async function migrate(resources: readonly string[], more: JsonObject = {}): Promise<JsonObject> {
  const body = { resources, endpoint: emulator.endpoint, ...source, ...more };
  const { status, body: told } = await to("POST", "/migrations/appwrite", body);
  expect(status).toBe(202);
  await emulator.idle();
  return (await to("GET", `/migrations/${told["$id"]}`)).body;
}

function count(status: string, total: number): JsonObject {
  const none = { pending: 0, success: 0, error: 0, skip: 0, processing: 0, warning: 0 };
  return { ...none, [status]: total };
}

describe("tables with rows", () => {
  const TABLES = "/tablesdb/d/tables";
  const relation = (key: string, more: JsonObject) =>
    [
      "POST",
      `${TABLES}/books/columns/relationship`,
      { key, relatedTableId: "authors", onDelete: "setNull", ...more },
    ] as const;

  beforeEach(async () => {
    const columns = [
      { key: "name", type: "string", size: 50 },
      { key: "n", type: "integer", min: 1, max: 9 },
    ];
    await make(from, [
      ["POST", "/tablesdb", { databaseId: "d", name: "D" }],
      ["POST", TABLES, { tableId: "books", name: "Books", columns, rowSecurity: true }],
      ["POST", TABLES, { tableId: "authors", name: "Authors", columns: [{ key: "name", type: "string", size: 50 }] }],
      relation("writer", { type: "manyToOne", twoWay: true, twoWayKey: "books" }),
      relation("readers", { type: "manyToMany", twoWay: true, twoWayKey: "read" }),
      relation("lost", { type: "oneToMany", twoWayKey: "loser" }),
      ["POST", `${TABLES}/authors/rows`, { rowId: "ann", data: { name: "Ann" } }],
      ["POST", `${TABLES}/authors/rows`, { rowId: "bob", data: { name: "Bob" } }],
      [
        "POST",
        `${TABLES}/books/rows`,
        {
          rowId: "one",
          data: { name: "One", n: 3, writer: "ann", readers: ["ann", "bob"], lost: ["bob"] },
          permissions: ['read("any")'],
        },
      ],
    ]);
  });

  const all = ["database", "table", "column", "index", "row"];
  const whole = (table: string, row: string, parts: readonly string[]) => {
    const query = JSON.stringify({ method: "select", values: ["*", ...parts.map((part) => `${part}.*`)] });
    return to("GET", `${TABLES}/${table}/rows/${row}?queries[]=${encodeURIComponent(query)}`);
  };

  test("are copied with their links, dates and permissions", async () => {
    const done = await migrate(all);
    expect(done).toMatchObject({ status: "completed", stage: "finished", errors: [] });
    // The child sides of the two relationships that have two are counted before and come with the others.
    expect(done["statusCounters"]).toEqual({
      database: count("success", 1),
      table: count("success", 2),
      column: { ...count("success", 6), pending: 2 },
      row: count("success", 3),
    });
    const { body: row } = await whole("books", "one", ["writer", "readers", "lost"]);
    const { body: original } = await from("GET", `${TABLES}/books/rows/one`);
    expect(row).toMatchObject({
      name: "One",
      n: 3,
      writer: { $id: "ann" },
      readers: [{ $id: "ann" }, { $id: "bob" }],
      $createdAt: original["$createdAt"],
      $permissions: ['read("any")'],
    });
    const { body: author } = await whole("authors", "ann", ["books", "read"]);
    expect(author).toMatchObject({ books: [{ $id: "one" }], read: [{ $id: "one" }] });
  });

  test("lose the links of a one-way relationship to many, as on the server", async () => {
    await migrate(all);
    expect((await whole("books", "one", ["lost"])).body).toMatchObject({ lost: [] });
  });

  test("have bounds that no longer hold", async () => {
    await migrate(all);
    const { body: column } = await to("GET", `${TABLES}/books/columns/n`);
    expect(column).toMatchObject({ min: 1, max: 9, status: "available" });
    expect((await to("POST", `${TABLES}/books/rows`, { rowId: "two", data: { n: 100 } })).status).toBe(201);
  });

  test("are refused, left alone or replaced when they are there", async () => {
    await migrate(all);
    await from("PATCH", `${TABLES}/books/rows/one`, { data: { name: "Changed" } });
    const refused = await migrate(["database", "table", "row"]);
    expect(failuresOf(refused)).toContainEqual(
      expect.objectContaining({ code: 0, message: "Document already exists", resourceName: "row", resourceId: "one" }),
    );
    const name = async () => (await to("GET", `${TABLES}/books/rows/one`)).body["name"];
    expect(await migrate(all, { onDuplicate: "skip" })).toMatchObject({ status: "completed" });
    expect(await name()).toBe("One");
    expect(await migrate(all, { onDuplicate: "overwrite" })).toMatchObject({ status: "completed" });
    expect(await name()).toBe("Changed");
  });

  test("lose what only they have, and two-way relationships, when they are overwritten", async () => {
    await migrate(all);
    await make(to, [["POST", `${TABLES}/books/columns/boolean`, { key: "own", required: false }]]);
    await migrate(all, { onDuplicate: "overwrite" });
    const { body } = await to("GET", `${TABLES}/books`);
    expect((body["columns"] as JsonObject[]).map(({ key }) => key)).toEqual(["name", "n", "lost"]);
  });

  test("are copied with any key, for the server reads its own projects without", async () => {
    expect(await migrate(all, { apiKey: "wrong" })).toMatchObject({ status: "completed" });
    expect(failuresOf(await migrate(["user", "database"], { apiKey: "wrong" }))).toEqual([
      {
        code: 401,
        message: "Migration failed due to an unexpected error.",
        resourceName: "",
        resourceGroup: "",
        resourceId: null,
      },
    ]);
  });
});

describe("everything else", () => {
  test("files are copied, also those of several parts", async () => {
    const [size, part] = [6 * 1024 * 1024, 5 * 1024 * 1024];
    const large = Uint8Array.from({ length: size }, (_, at) => at % 251);
    await make(from, [
      ["POST", "/storage/buckets", { bucketId: "b", name: "B", encryption: false }],
      [
        "POST",
        "/storage/buckets/b/files",
        fileForm("small.txt", "hello", { fileId: "small", "permissions[]": 'read("any")' }),
      ],
    ]);
    for (const [start, end] of [[0, part] as const, [part, size] as const]) {
      const range = { "content-range": `bytes ${start}-${end - 1}/${size}`, "x-appwrite-id": "large" };
      const form = fileForm("large.bin", large.subarray(start, end), { fileId: "large" });
      expect((await from("POST", "/storage/buckets/b/files", form, range)).status).toBe(201);
    }
    const done = await migrate(["bucket", "file"]);
    expect(done).toMatchObject({ status: "completed", statusCounters: { file: count("success", 2) } });
    for (const id of ["small", "large"]) {
      const { body: original } = await from("GET", `/storage/buckets/b/files/${id}`);
      const { body: copy } = await to("GET", `/storage/buckets/b/files/${id}`);
      const { name, signature, sizeOriginal, $permissions } = original;
      expect(copy).toMatchObject({ name: name ?? "", signature: signature ?? "", sizeOriginal: sizeOriginal ?? 0 });
      expect(copy["$permissions"]).toEqual($permissions);
    }
  });

  test("a file of one byte cannot be read in parts, and fails alone", async () => {
    await make(from, [
      ["POST", "/storage/buckets", { bucketId: "b", name: "B" }],
      ["POST", "/storage/buckets/b/files", fileForm("one.txt", "1", { fileId: "one" })],
      ["POST", "/storage/buckets/b/files", fileForm("two.txt", "12", { fileId: "two" })],
    ]);
    const done = await migrate(["bucket", "file"]);
    expect(failuresOf(done)).toMatchObject([{ code: 416, resourceName: "file", resourceId: "one" }]);
    expect((await to("GET", "/storage/buckets/b/files/two")).status).toBe(200);
  });

  test("users with teams, memberships, targets, subscriptions and messages", async () => {
    await make(from, [
      ["POST", "/users", { userId: "u", email: "u@example.com", password: "password-1", name: "U" }],
      ["PATCH", "/users/u/prefs", { prefs: { dark: true } }],
      ["PUT", "/users/u/labels", { labels: ["vip"] }],
      ["PATCH", "/users/u/verification", { emailVerification: true }],
      ["POST", "/messaging/providers/fcm", { providerId: "p", name: "P", serviceAccountJSON: { a: 1 }, enabled: true }],
      ["POST", "/users/u/targets", { targetId: "t", providerType: "push", identifier: "device", providerId: "p" }],
      ["POST", "/teams", { teamId: "team", name: "T" }],
      ["POST", "/teams/team/memberships", { roles: ["chief"], userId: "u" }],
      ["POST", "/messaging/topics", { topicId: "topic", name: "N" }],
      ["POST", "/messaging/topics/topic/subscribers", { subscriberId: "s", targetId: "t" }],
      [
        "POST",
        "/messaging/messages/email",
        { messageId: "m", subject: "S", content: "C", topics: ["topic"], draft: true },
      ],
    ]);
    const kinds = ["user", "team", "membership", "provider", "topic", "subscriber", "message"];
    const done = await migrate(kinds);
    expect(done).toMatchObject({ status: "completed", errors: [] });
    expect(done["statusCounters"]).toEqual(Object.fromEntries(kinds.map((kind) => [kind, count("success", 1)])));
    const { body: user } = await to("GET", "/users/u");
    expect(user).toMatchObject({ name: "U", prefs: { dark: true }, labels: ["vip"], emailVerification: true });
    expect(user["password"]).toBe((await from("GET", "/users/u")).body["password"]);
    expect(user["targets"]).toContainEqual(
      expect.objectContaining({ $id: "t", providerId: "p", identifier: "device" }),
    );
    expect((await to("GET", "/teams/team/memberships")).body).toMatchObject({
      total: 1,
      memberships: [{ userId: "u", roles: ["chief"], confirm: true }],
    });
    expect((await to("GET", "/messaging/topics/topic")).body).toMatchObject({ pushTotal: 1 });
    expect((await to("GET", "/messaging/topics/topic/subscribers/s")).body).toMatchObject({ targetId: "t" });
    expect((await to("GET", "/messaging/messages/m")).body).toMatchObject({ status: "draft", topics: ["topic"] });
  });

  test("memberships need the users with them", async () => {
    await make(from, [
      ["POST", "/users", { userId: "u", email: "u@example.com" }],
      ["POST", "/teams", { teamId: "team", name: "T" }],
      ["POST", "/teams/team/memberships", { roles: [], userId: "u" }],
    ]);
    expect(failuresOf(await migrate(["team", "membership"]))).toEqual([
      { code: 404, message: "User not found", resourceName: "membership", resourceGroup: "auth", resourceId: null },
    ]);
  });

  test("functions come with their variables and the deployment in service, asked for or not", async () => {
    const code = gzipSync(Buffer.concat([Buffer.alloc(257), Buffer.from("ustar"), Buffer.alloc(250)]));
    await make(from, [
      ["POST", "/functions", { functionId: "f", name: "F", runtime: "node-22", entrypoint: "main.js" }],
      ["POST", "/functions/f/variables", { variableId: "v", key: "K", value: "V", secret: false }],
      ["POST", "/functions/f/deployments", fileForm("code.tar.gz", new Uint8Array(code), { activate: "true" })],
    ]);
    const done = await migrate(["function"]);
    expect(done).toMatchObject({ status: "completed", statusCounters: { function: count("success", 1) } });
    await emulator.idle();
    const { body: copy } = await to("GET", "/functions/f");
    expect(copy).toMatchObject({ vars: [{ $id: "v", key: "K" }], latestDeploymentStatus: "ready" });
    expect(copy["deploymentId"]).not.toBe("");
  });
});

describe("a report", () => {
  const report = (resources: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const { projectId: projectID, apiKey: key } = source;
    const asked = new URLSearchParams({ endpoint: emulator.endpoint, projectID, key, ...more });
    resources.forEach((one, at) => asked.set(`resources[${at}]`, one));
    return to("GET", `/migrations/appwrite/report?${asked}`);
  };

  test("counts what the source has, and tells the source's version", async () => {
    await make(from, [
      ["POST", "/users", { userId: "u", email: "u@example.com" }],
      ["POST", "/storage/buckets", { bucketId: "b", name: "B" }],
    ]);
    const { status, body } = await report(["user", "bucket", "file", "database", "policies", "api-key"]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ user: 1, bucket: 1, file: 0, database: 0, policies: 1, "api-key": 1, team: 0 });
    expect(body["version"]).toBe("1.9.6");
  });

  test("fails with databases, with a wrong key and where nobody answers", async () => {
    const refused = { status: 400, body: { type: "migration_provider_error" } };
    expect(await report(["user"], { key: "wrong" })).toMatchObject(refused);
    expect(await report(["user"], { endpoint: "http://nobody.invalid/v1" })).toMatchObject(refused);
    await make(from, [["POST", "/tablesdb", { databaseId: "d", name: "D" }]]);
    expect(await report(["database"])).toMatchObject(refused);
  });
});

describe("another server", () => {
  let other: Emulator;

  beforeAll(async () => {
    other = await startEmulator({ jobDelay: 0 });
  });

  afterAll(() => other.close());

  test("is read over HTTP, though its project is called like one here", async () => {
    await make(callOf(other, other), [
      ["POST", "/users", { userId: "there", email: "there@example.com" }],
      ["POST", "/storage/buckets", { bucketId: "b", name: "B" }],
      ["POST", "/storage/buckets/b/files", fileForm("a.txt", "from there", { fileId: "a" })],
    ]);
    const { endpoint, projectId, apiKey } = other;
    const done = await migrate(["user", "bucket", "file"], { endpoint, projectId, apiKey });
    expect(done).toMatchObject({ status: "completed", errors: [] });
    expect((await to("GET", "/users/there")).status).toBe(200);
    expect((await to("GET", "/storage/buckets/b/files/a/view")).body["text"]).toBe("from there");
  });

  test("cannot be read databases from, as SDK and server disagree about them", async () => {
    await make(callOf(other, other), [["POST", "/tablesdb", { databaseId: "d", name: "D" }]]);
    const { endpoint, projectId, apiKey } = other;
    const done = await migrate(["database"], { endpoint, projectId, apiKey });
    expect(done).toMatchObject({ status: "failed", statusCounters: [] });
    expect(failuresOf(done)).toMatchObject([{ code: 500, message: "Migration failed due to an unexpected error." }]);
  });
});

test("a migration is retried only when it failed, and may go while it waits", async () => {
  const { body: waiting } = await to("POST", "/migrations/appwrite", {
    resources: ["user"],
    endpoint: emulator.endpoint,
    ...source,
  });
  expect(await to("PATCH", `/migrations/${waiting["$id"]}`)).toMatchObject({
    status: 409,
    body: { type: "migration_in_progress", message: "Migration not failed yet" },
  });
  expect((await to("DELETE", `/migrations/${waiting["$id"]}`)).status).toBe(204);
  await emulator.idle();
  expect((await to("GET", "/migrations")).body).toMatchObject({ total: 0 });

  await make(from, [["POST", "/teams", { teamId: "t", name: "T" }]]);
  await make(to, [["POST", "/teams", { teamId: "t", name: "Mine" }]]);
  const failed = await migrate(["team"]);
  expect(failed).toMatchObject({ status: "failed", statusCounters: { team: count("error", 1) } });
  await to("DELETE", "/teams/t");
  emulator.worker.pause();
  expect((await to("PATCH", `/migrations/${failed["$id"]}`)).status).toBe(204);
  expect((await to("GET", `/migrations/${failed["$id"]}`)).body["status"]).toBe("failed");
  emulator.worker.resume();
  await emulator.idle();
  const { body: retried } = await to("GET", `/migrations/${failed["$id"]}`);
  expect(retried).toMatchObject({ status: "completed", errors: [], statusCounters: { team: count("success", 1) } });
});

describe("products elsewhere", () => {
  const account = JSON.stringify({ project_id: "p", client_email: "a@example.com", private_key: "k" });
  const supabase = {
    endpoint: "https://p.supabase.co",
    apiKey: "k",
    databaseHost: "db.p.supabase.co",
    username: "u",
    password: "p",
  };
  const nhost = { subdomain: "s", region: "r", adminSecret: "a", database: "d", username: "u", password: "p" };

  test.each<[string, string, JsonObject, number]>([
    ["firebase", "Firebase", { serviceAccount: account }, 500],
    ["supabase", "Supabase", supabase, 7],
    ["nhost", "NHost", nhost, 7],
  ])("%s cannot be reached", async (path, name, credentials, code) => {
    const { status, body } = await to("POST", `/migrations/${path}`, { resources: ["user"], ...credentials });
    expect([status, body]).toEqual([
      202,
      expect.objectContaining({ status: "pending", source: name, destination: "Appwrite", options: [] }),
    ]);
    await emulator.idle();
    const { body: done } = await to("GET", `/migrations/${body["$id"]}`);
    expect(done).toMatchObject({ status: "failed", stage: "finished", statusCounters: [] });
    expect(failuresOf(done)).toMatchObject([{ code, message: "Migration failed due to an unexpected error." }]);
    const asked = new URLSearchParams({ "resources[0]": "user", ...(credentials as Record<string, string>) });
    expect(await to("GET", `/migrations/${path}/report?${asked}`)).toMatchObject({
      status: 400,
      body: { type: "migration_provider_error" },
    });
  });

  test("a service account of Firebase must be one", async () => {
    const body = { resources: ["user"], serviceAccount: '{"project_id":"p"}' };
    expect((await to("POST", "/migrations/firebase", body)).body).toMatchObject({
      code: 400,
      type: "migration_provider_error",
      message: "Invalid Service Account JSON",
    });
  });
});

test.each(["GET", "PATCH", "DELETE"])("%s of an unknown migration is 404", async (method) => {
  expect(await to(method, "/migrations/nope")).toMatchObject({ status: 404, body: { type: "migration_not_found" } });
});
