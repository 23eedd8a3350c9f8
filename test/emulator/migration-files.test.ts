import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { Json, JsonObject } from "../../emulator/json.ts";
import {
  type Call,
  callOf,
  callWith,
  failuresOf,
  fileForm,
  make as makeWith,
  type Step,
} from "../support/migrations.ts";

/** Rows from files and into files: what is read, what is refused and when, and what a file looks like. */

let emulator: Emulator;
let api: Call;

const make = (steps: readonly Step[]) => makeWith(emulator, api, steps);
const TABLE = "/tablesdb/d/tables/t";

beforeAll(async () => {
  emulator = await startEmulator({ jobDelay: 0 });
});

afterAll(() => emulator.close());

beforeEach(async () => {
  emulator.reset();
  api = callOf(emulator, emulator);
  const columns = [
    { key: "name", type: "string", size: 50, required: true },
    { key: "age", type: "integer", min: 0, max: 99 },
    { key: "ok", type: "boolean" },
    { key: "rate", type: "double" },
    { key: "tags", type: "string", size: 20, array: true },
    { key: "at", type: "datetime" },
  ];
  await make([
    ["POST", "/tablesdb", { databaseId: "d", name: "D" }],
    ["POST", "/tablesdb/d/tables", { tableId: "t", name: "T", columns }],
    ["POST", "/storage/buckets", { bucketId: "b", name: "B" }],
  ]);
});

async function finished(path: string, body: JsonObject, call = api): Promise<JsonObject> {
  const { status, body: told } = await call("POST", `/migrations/${path}`, body);
  expect([status, told]).toEqual([202, expect.objectContaining({ status: "pending", stage: "init", errors: [] })]);
  await emulator.idle();
  return (await api("GET", `/migrations/${told["$id"]}`)).body;
}

async function imported(kind: "csv" | "json", content: string, more: JsonObject = {}): Promise<JsonObject> {
  await make([["POST", "/storage/buckets/b/files", fileForm(`f.${kind}`, content, { fileId: "f" })]]);
  const done = await finished(`${kind}/imports`, { bucketId: "b", fileId: "f", resourceId: "d:t", ...more });
  await api("DELETE", "/storage/buckets/b/files/f");
  return done;
}

async function rows(): Promise<JsonObject[]> {
  const { body } = await api("GET", `${TABLE}/rows`);
  const frame = ["$sequence", "$createdAt", "$updatedAt", "$databaseId", "$tableId"];
  const isOwn = ([name]: readonly [string, Json]) => !frame.includes(name);
  return (body["rows"] as JsonObject[]).map((one) => Object.fromEntries(Object.entries(one).filter(isOwn)));
}

const row = (id: string, more: JsonObject): JsonObject => ({
  $id: id,
  $permissions: [],
  age: null,
  ok: null,
  rate: null,
  tags: [],
  at: null,
  ...more,
});

describe("CSV", () => {
  test("is read by the types of the columns", async () => {
    const done = await imported(
      "csv",
      [
        "$id,$permissions,name,age,ok,rate,tags,at,other",
        String.raw`a,"[""read(\""any\"")""]",Ann,7,yes,1.5,"[""x"",""y""]",2024-01-02,ignored`,
        `b,,"Bob, ""B""",,,,"p, q",,`,
        "c,,null is no name,no number,perhaps,,,null,",
        "",
      ].join("\n"),
    );
    expect(done).toMatchObject({ status: "completed", source: "CSV", destination: "Appwrite", resourceId: "d:t" });
    expect(done["resources"]).toEqual(["database", "table", "index", "column", "row"]);
    expect(done["options"]).toEqual({
      path: `/storage/imports/app-${emulator.projectId}/${done["$id"]}_f.csv`,
      size: expect.any(Number) as Json,
      onDuplicate: "fail",
    });
    // The header counts as a row that is still to come when the last line is ended.
    const counts = { pending: 1, success: 3, error: 0, skip: 0, processing: 0, warning: 0 };
    expect(done["statusCounters"]).toEqual({ row: counts });
    expect(await rows()).toEqual([
      row("a", {
        $permissions: ['read("any")'],
        name: "Ann",
        age: 7,
        ok: true,
        rate: 1.5,
        tags: ["x", "y"],
        at: "2024-01-02T00:00:00.000+00:00",
      }),
      row("b", { name: 'Bob, "B"', tags: ["p", "q"] }),
      row("c", { name: "null is no name" }),
    ]);
  });

  test.each([";", "\t", "|"])("is read with %j between its fields", async (delimiter) => {
    const lines = [
      ["$id", "name", "age"],
      ["aa", "Ann the first", "77"],
      ["bb", "Bob", "88"],
    ];
    await imported("csv", lines.map((line) => line.join(delimiter)).join("\r\n"));
    expect(await rows()).toEqual([row("aa", { name: "Ann the first", age: 77 }), row("bb", { name: "Bob", age: 88 })]);
  });

  test.each<[string, string, string]>([
    ["a required column is missing", "age\n1\n", "CSV header validation failed: Missing required column: 'name'"],
    ["a line is short", "name,age\nAnn\n", "CSV row does not match the number of header columns."],
    ["a list is none", "name,tags\nAnn,5\n", "Invalid array format for column 'tags': 5"],
  ])("fails as a whole when %s", async (_, content, message) => {
    const done = await imported("csv", content);
    expect(done).toMatchObject({ status: "failed", stage: "finished", statusCounters: [] });
    expect(failuresOf(done)).toEqual([
      { code: 400, message, resourceName: "row", resourceGroup: "databases", resourceId: null },
    ]);
    expect(await rows()).toEqual([]);
  });
});

describe("JSON", () => {
  test("is read as it is, in parts of a hundred", async () => {
    const items = Array.from({ length: 250 }, (_, at) => ({ $id: `r${at}`, name: `n${at}`, age: at % 99, gone: true }));
    const done = await imported("json", JSON.stringify(items));
    const counts = { pending: 0, success: 250, error: 0, skip: 0, processing: 0, warning: 0 };
    expect(done).toMatchObject({ status: "completed", source: "JSON", statusCounters: { row: counts } });
    expect((await api("GET", `${TABLE}/rows`)).body["total"]).toBe(250);
  });

  test("keeps the parts that were written before one is refused, which is told of its last row", async () => {
    const items = Array.from({ length: 101 }, (_, at) => ({ $id: `r${at}`, name: `n${at}` }));
    const done = await imported("json", JSON.stringify([...items, { $id: "bad" }]));
    expect(failuresOf(done)).toEqual([
      {
        code: 0,
        message: 'Invalid document structure: Missing required attribute "name"',
        resourceName: "row",
        resourceGroup: "databases",
        resourceId: "bad",
      },
    ]);
    expect((await api("GET", `${TABLE}/rows`)).body["total"]).toBe(100);
  });

  test("is refused when it has what is no row, has no such id, or is none", async () => {
    expect(failuresOf(await imported("json", "[1]"))).toMatchObject([
      { code: 400, message: "JSON item at index 0 is not an object." },
    ]);
    expect(failuresOf(await imported("json", '[{"$id":"a b","name":"n"},{"$id":"c","name":"n"}]'))).toMatchObject([
      { code: 0, resourceId: "a b", message: expect.stringContaining("UID must contain at most 36 chars") as Json },
    ]);
    expect(await rows()).toEqual([row("c", { name: "n" })]);
    expect(failuresOf(await imported("json", "nonsense"))).toMatchObject([
      { code: 500, message: "Migration failed due to an unexpected error." },
    ]);
  });

  test.each([
    ["fail", "failed", "Old"],
    ["skip", "completed", "Old"],
    ["overwrite", "completed", "New"],
  ])("over a row that is there: %s", async (onDuplicate, status, name) => {
    await make([["POST", `${TABLE}/rows`, { rowId: "a", data: { name: "Old" } }]]);
    const done = await imported("json", '[{"$id":"a","name":"New"}]', { onDuplicate });
    expect(done["status"]).toBe(status);
    expect(await rows()).toEqual([row("a", { name })]);
  });
});

describe("an import is refused at once", () => {
  beforeEach(() => make([["POST", "/storage/buckets/b/files", fileForm("f.csv", "name\nA\n", { fileId: "f" })]]));

  test.each<[string, JsonObject, JsonObject]>([
    ["csv", { bucketId: "no" }, { code: 404, type: "storage_bucket_not_found" }],
    ["csv", { fileId: "no" }, { code: 404, type: "storage_file_not_found" }],
    ["csv", { internalFile: true }, { code: 404, type: "storage_bucket_not_found" }],
    [
      "csv",
      { resourceId: "no:t" },
      { code: 400, type: "migration_database_type_unsupported", message: "Database type not supported for csv" },
    ],
    [
      "json",
      { resourceId: "no:t" },
      { code: 404, message: "Database with the requested ID '%s' could not be found.", type: "database_not_found" },
    ],
    ["json", { resourceId: "d" }, { code: 400, type: "general_argument_invalid" }],
  ])("%s with %j", async (kind, body, refusal) => {
    const whole = { bucketId: "b", fileId: "f", resourceId: "d:t", ...body };
    expect((await api("POST", `/migrations/${kind}/imports`, whole)).body).toMatchObject(refusal);
  });

  test("but not for a table that is missing", async () => {
    const body = { bucketId: "b", fileId: "f", resourceId: "d:no" };
    expect(failuresOf(await finished("csv/imports", body))).toMatchObject([{ code: 500, message: "Table not found" }]);
  });
});

describe("an export", () => {
  let session: Call;

  beforeEach(async () => {
    const { consoleEmail: email, consolePassword: password, endpoint, projectId } = emulator;
    const signedIn = await fetch(`${endpoint}/account/sessions/email`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-appwrite-project": "console" },
      body: JSON.stringify({ email, password }),
    });
    const cookie = signedIn.headers.getSetCookie().map((one) => one.split(";")[0] ?? "");
    const headers = { "x-appwrite-project": projectId, "x-appwrite-mode": "admin", cookie: cookie.join("; ") };
    session = callWith(emulator, headers);
    const data = { name: 'Ann, "A"', age: 7, tags: ["x", "ü/"] };
    await make([
      ["POST", `${TABLE}/rows`, { rowId: "a", data, permissions: ['read("any")'] }],
      ["POST", `${TABLE}/rows`, { rowId: "b", data: { name: "Bob", ok: true } }],
    ]);
  });

  async function exported(kind: "csv" | "json", more: JsonObject = {}): Promise<string> {
    const done = await finished(`${kind}/exports`, { resourceId: "d:t", filename: "out", ...more }, session);
    expect(done).toMatchObject({ status: "completed", source: "Appwrite", destination: kind.toUpperCase() });
    const { downloadUrl } = done["options"] as { readonly downloadUrl: string };
    const answer = await fetch(downloadUrl);
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="out"');
    return answer.text();
  }

  test("to CSV has the rows with their own columns first", async () => {
    const [header, first, second, rest] = (await exported("csv")).split("\n");
    expect(header).toBe("$id,$permissions,$createdAt,$updatedAt,name,age,ok,rate,tags,at");
    expect(first).toMatch(/^a,"\[""read\(\\""any\\""\)""\]",[^,]+,[^,]+,"Ann, ""A""",7,null,null,/);
    expect(first).toContain(String.raw`"[""x"",""\u00fc\/""]"`);
    expect(second).toMatch(/^b,,[^,]+,[^,]+,Bob,null,true,null,,null$/);
    expect(rest).toBe("");
  });

  test("has the columns, rows and signs that were asked for", async () => {
    const queries = [JSON.stringify({ method: "equal", attribute: "name", values: ["Bob"] })];
    const text = await exported("csv", { columns: ["name"], queries, delimiter: ";", header: false });
    expect(text).toMatch(/^b;;[^;]+;[^;]+;Bob\n$/);
  });

  test("to JSON is a list, and an empty one of no rows", async () => {
    const [first] = JSON.parse(await exported("json")) as JsonObject[];
    expect(first).toMatchObject({ $id: "a", name: 'Ann, "A"', age: 7, tags: ["x", "ü/"], ok: null });
    const none = [JSON.stringify({ method: "equal", attribute: "name", values: ["Nobody"] })];
    expect(await exported("json", { queries: none })).toBe("[]");
  });

  test("counts as pending what it read and no file holds", async () => {
    const done = await finished("csv/exports", { resourceId: "d:t", filename: "out" }, session);
    const none = { pending: 0, success: 0, error: 0, skip: 0, processing: 0, warning: 0 };
    expect(done["statusCounters"]).toEqual({
      database: { ...none, pending: 1 },
      table: { ...none, pending: 1 },
      column: { ...none, pending: 6 },
      row: { ...none, success: 2 },
    });
  });

  test("to CSV of no rows fails, and a key is given no file", async () => {
    const none = [JSON.stringify({ method: "equal", attribute: "name", values: ["Nobody"] })];
    const failed = await finished("csv/exports", { resourceId: "d:t", filename: "out", queries: none }, session);
    expect(failuresOf(failed)).toMatchObject([{ code: 404, message: "Migration failed due to an unexpected error." }]);
    const ofKey = await finished("json/exports", { resourceId: "d:t", filename: "out" });
    expect(ofKey["options"]).toEqual({
      bucketId: "default",
      filename: "out",
      columns: [],
      queries: [],
      notify: true,
      userInternalId: null,
    });
  });

  test("may be read with the token alone, and only the file that it names", async () => {
    const push = "/storage/buckets/default/files/any/push";
    const guest = callWith(emulator, { "x-appwrite-project": emulator.projectId });
    expect(await guest("GET", push)).toMatchObject({ status: 401, body: { type: "user_unauthorized" } });
  });

  test.each<[JsonObject, JsonObject]>([
    [{ queries: ["nonsense"] }, { code: 400, type: "general_query_invalid" }],
    [{ resourceId: "no:t" }, { code: 404, type: "database_not_found" }],
    [
      { resourceId: "d:no" },
      { code: 404, type: "collection_not_found", message: "Collection with the requested ID '%s' could not be found." },
    ],
    [
      { queries: [JSON.stringify({ method: "equal", attribute: "no", values: [1] })] },
      { code: 400, type: "general_query_invalid", message: "Invalid query: Attribute not found in schema: no" },
    ],
  ])("is refused at once with %j", async (body, refusal) => {
    const whole = { resourceId: "d:t", filename: "out", ...body };
    expect((await api("POST", "/migrations/csv/exports", whole)).body).toMatchObject(refusal);
  });
});
