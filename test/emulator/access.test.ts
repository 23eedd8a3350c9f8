import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { Json, JsonObject } from "../../emulator/json.ts";
import { type Api, apiOf } from "../support/api.ts";

/** Rows and files as guests and users reach them: by the permissions of tables, rows, buckets and files, and by tokens. */

let emulator: Emulator;
let api: Api;
let jwt: string;

const TABLE = "/tablesdb/d/tables/t";
const FILES = "/storage/buckets/b/files";

beforeAll(async () => {
  emulator = await startEmulator({ jobDelay: 0 });
  api = apiOf(emulator);
});

afterAll(() => emulator.close());

beforeEach(async () => {
  emulator.reset();
  await api("POST", "/users", { userId: "u", email: "u@example.com" });
  jwt = String(((await api("POST", "/users/u/jwts", {})).body as JsonObject)["jwt"]);
  await api("POST", "/tablesdb", { databaseId: "d", name: "D" });
});

/** What a guest, or a user with a token, is told. */
const as = (token: string) => async (method: string, path: string, body?: Json) => {
  const answer = await api(method, path, body, { "x-appwrite-key": "", "x-appwrite-jwt": token });
  return [answer.status, answer.body] as const;
};
const guest = (method: string, path: string, body?: Json) => as("")(method, path, body);
const user = (method: string, path: string, body?: Json) => as(jwt)(method, path, body);

async function table(permissions: readonly string[], rowSecurity = false): Promise<void> {
  const columns = [{ key: "n", type: "integer" }];
  await api("POST", "/tablesdb/d/tables", { tableId: "t", name: "T", permissions, rowSecurity, columns });
}

async function upload(bucket: JsonObject, name: string, content: Buffer, permissions: readonly string[] = []) {
  await api("POST", "/storage/buckets", { bucketId: "b", name: "B", ...bucket });
  const form = new FormData();
  form.append("fileId", "f");
  form.append("file", new Blob([content]), name);
  for (const permission of permissions) form.append("permissions[]", permission);
  const headers = { "x-appwrite-project": emulator.projectId, "x-appwrite-key": emulator.apiKey };
  const answer = await fetch(`${emulator.endpoint}${FILES}`, { method: "POST", headers, body: form });
  return (await answer.json()) as JsonObject;
}

describe("rows", () => {
  test("are closed to those whom no permission names", async () => {
    await table(['read("users")']);
    await api("POST", `${TABLE}/rows`, { rowId: "a", data: { n: 1 } });
    const denied = {
      type: "user_unauthorized",
      message: "The current user is not authorized to perform the requested action.",
    };
    expect(await guest("GET", `${TABLE}/rows`)).toMatchObject([401, denied]);
    expect(await guest("GET", `${TABLE}/rows/a`)).toMatchObject([404, { type: "row_not_found" }]);
    expect(await user("GET", `${TABLE}/rows`)).toMatchObject([200, { total: 1 }]);
    expect(await user("PATCH", `${TABLE}/rows/a`, { data: { n: 2 } })).toMatchObject([401, denied]);
    expect(await user("DELETE", `${TABLE}/rows/a`)).toMatchObject([401, denied]);
    expect(await user("POST", `${TABLE}/rows`, { rowId: "b", data: { n: 2 } })).toMatchObject([
      401,
      { message: "No permissions provided for action 'create'" },
    ]);
  });

  test("belong to the user who made them", async () => {
    await table(['create("users")', 'read("label:staff")'], true);
    expect(await user("POST", `${TABLE}/rows`, { rowId: "a", data: { n: 1 } })).toMatchObject([
      201,
      { $permissions: ['read("user:u")', 'update("user:u")', 'delete("user:u")'] },
    ]);
    await api("POST", `${TABLE}/rows`, { rowId: "b", data: { n: 2 } });
    expect(await user("GET", `${TABLE}/rows`)).toMatchObject([200, { total: 1, rows: [{ $id: "a" }] }]);
    expect(await guest("GET", `${TABLE}/rows`)).toMatchObject([200, { total: 0 }]);
    expect(await user("PATCH", `${TABLE}/rows/a`, { data: { n: 3 } })).toMatchObject([200, { n: 3 }]);
    expect(await user("PATCH", `${TABLE}/rows/a`, { permissions: ['read("team:x")'] })).toMatchObject([
      401,
      { message: "Permissions must be one of: (any, users, user:u, user:u/unverified, users/unverified)" },
    ]);
    expect(await guest("POST", `${TABLE}/rows`, { rowId: "c", data: { n: 1 } })).toMatchObject([
      401,
      { message: expect.stringContaining('Missing "create" permission for role "users". Only "["any","guests"]"') },
    ]);
    await api("PUT", "/users/u/labels", { labels: ["staff"] });
    expect(await user("GET", `${TABLE}/rows`)).toMatchObject([200, { total: 2 }]);
    expect(await user("DELETE", `${TABLE}/rows/a`)).toMatchObject([204, ""]);
  });

  test("of what is switched off, and several at once, are for keys", async () => {
    await table(['read("any")', 'create("any")', 'update("any")', 'delete("any")']);
    expect(await guest("POST", `${TABLE}/rows`, { rows: [{ n: 1 }] })).toMatchObject([
      401,
      { type: "general_unauthorized_scope" },
    ]);
    expect(await guest("PATCH", `${TABLE}/rows`, { data: { n: 1 } })).toMatchObject([
      404,
      { type: "database_not_found" },
    ]);
    await api("PUT", TABLE, { name: "T", enabled: false });
    expect(await guest("GET", `${TABLE}/rows`)).toMatchObject([404, { type: "table_not_found" }]);
    await api("PUT", "/tablesdb/d", { name: "D", enabled: false });
    expect(await guest("GET", `${TABLE}/rows`)).toMatchObject([404, { type: "database_not_found" }]);
    expect((await api("GET", `${TABLE}/rows`)).status).toBe(200);
  });
});

describe("files", () => {
  const text = Buffer.from("hello");

  test("are closed, but a token opens one", async () => {
    await upload({}, "a.txt", text);
    expect(await guest("GET", FILES)).toMatchObject([401, { message: "No permissions provided for action 'read'" }]);
    expect(await guest("GET", `${FILES}/f/view`)).toMatchObject([401, { type: "user_unauthorized" }]);
    const token = (await api("POST", "/tokens/buckets/b/files/f", {})).body as JsonObject;
    expect(await guest("GET", `${FILES}/f/view?token=${token["secret"]}`)).toMatchObject([200, "hello"]);
    expect((await api("GET", `/tokens/${token["$id"]}`)).body).toMatchObject({
      accessedAt: expect.stringMatching(/^20/),
    });
    await api("DELETE", `/tokens/${token["$id"]}`);
    expect(await guest("GET", `${FILES}/f/view?token=${token["secret"]}`)).toMatchObject([401, {}]);
  });

  test("with permissions of their own are seen by whom these name", async () => {
    await upload({ fileSecurity: true }, "a.txt", text, ['read("user:u")']);
    expect(await user("GET", `${FILES}/f/download`)).toMatchObject([200, "hello"]);
    expect(await guest("GET", `${FILES}/f/download`)).toMatchObject([404, { type: "storage_file_not_found" }]);
    expect(await guest("GET", FILES)).toMatchObject([200, { total: 0 }]);
    expect(await user("PUT", `${FILES}/f`, { name: "b.txt" })).toMatchObject([401, { type: "user_unauthorized" }]);
    await api("PUT", "/storage/buckets/b", { name: "B", fileSecurity: true, enabled: false });
    expect(await user("GET", `${FILES}/f`)).toMatchObject([404, { type: "storage_bucket_not_found" }]);
  });

  test.each<[string, string, string]>([
    ["a.bin", "hello", "text/plain"],
    ["a.txt", '{"a":1}', "application/json"],
    ["a.txt", "a,b\n1,2\n", "text/csv"],
    ["a.txt", "<!DOCTYPE html><p>", "text/html"],
    ["a.txt", '<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"],
    ["a.txt", "%PDF-1.7", "application/pdf"],
    ["a.txt", "\0\u0001", "application/octet-stream"],
  ])("%s with %j is %s by its content", async (name, content, mimeType) => {
    expect(await upload({}, name, Buffer.from(content))).toMatchObject({ mimeType });
  });

  test("tell how their bucket kept them, also after it changed", async () => {
    const content = Buffer.alloc(3000, "a");
    const file = await upload({ compression: "gzip", encryption: false }, "a.txt", content);
    expect(file).toMatchObject({ compression: "gzip", encryption: false, sizeOriginal: 3000 });
    expect(Number(file["sizeActual"])).toBeLessThan(100);
    await api("PUT", "/storage/buckets/b", { name: "B" });
    expect((await api("GET", `${FILES}/f`)).body).toMatchObject({ compression: "gzip", encryption: false });
  });

  test("are viewed as what is harmless, and previewed as images", async () => {
    await upload({ permissions: ['read("any")'], transformations: false }, "a.html", Buffer.from("<html></html>"));
    const view = await api("GET", `${FILES}/f/view`);
    expect(view.headers).toMatchObject({ "content-type": "text/plain", "x-content-type-options": "nosniff" });
    expect((await api("GET", `${FILES}/f/preview`)).headers).toMatchObject({ "content-type": "image/png" });
    expect(await guest("GET", `${FILES}/f/preview`)).toMatchObject([
      403,
      { type: "storage_bucket_transformations_disabled" },
    ]);
  });

  test("come in parts, whose id and range are checked", async () => {
    await api("POST", "/storage/buckets", { bucketId: "b", name: "B", compression: "gzip" });
    const part = 5 * 1024 * 1024;
    const content = Buffer.alloc(part + 100, "a");
    const send = async (from: number, range: string, id = "") => {
      const form = new FormData();
      form.append("fileId", "unique()");
      form.append("file", new Blob([content.subarray(from, from + part)]), "big.txt");
      const own = { "x-appwrite-project": emulator.projectId, "x-appwrite-key": emulator.apiKey };
      const headers = { ...own, "content-range": range, ...(id === "" ? {} : { "x-appwrite-id": id }) };
      const answer = await fetch(`${emulator.endpoint}${FILES}`, { method: "POST", headers, body: form });
      return (await answer.json()) as JsonObject;
    };
    const total = content.length;
    const first = await send(0, `bytes 0-${part - 1}/${total}`);
    const open = { chunksTotal: 2, chunksUploaded: 1, signature: "", compression: "", encryption: false };
    expect(first).toMatchObject({ ...open, sizeOriginal: total, mimeType: "" });
    const id = String(first["$id"]);
    expect(await send(part, "bytes 9-8/10", id)).toMatchObject({ type: "storage_invalid_content_range" });
    expect(await send(part, `bytes ${part}-${total - 1}/${total}`, "unique()")).toMatchObject({
      type: "storage_invalid_appwrite_id",
    });
    const second = await send(part, `bytes ${part}-${total - 1}/${total}`, id);
    expect(second).toMatchObject({ chunksUploaded: 2, mimeType: "text/plain", compression: "gzip", encryption: true });
    expect(await send(part, `bytes ${part}-${total - 1}/${total}`, id)).toEqual(second);
  });

  test("have an extension that counts in lower case", async () => {
    expect(await upload({ allowedFileExtensions: ["png"] }, "A.PNG", text)).toMatchObject({ $id: "f" });
    await api("PUT", "/storage/buckets/b", { name: "B", allowedFileExtensions: ["PNG"] });
    await api("DELETE", `${FILES}/f`);
    expect(await upload({}, "A.PNG", text)).toMatchObject({ type: "storage_file_type_unsupported" });
  });
});

test("a blocked user is told so, a visit is noted, and a closed way in stays closed", async () => {
  expect((await api("GET", "/users/u")).body).toMatchObject({ accessedAt: "" });
  expect(await user("GET", "/account")).toMatchObject([200, { $id: "u" }]);
  expect((await api("GET", "/users/u")).body).toMatchObject({ accessedAt: expect.stringMatching(/^20/) });
  await api("PATCH", "/users/u/status", { status: false });
  expect(await user("GET", "/account")).toMatchObject([403, { type: "user_blocked" }]);
  await api("PATCH", "/project/auth-methods/email-password", { enabled: false });
  const closed = await guest("POST", "/account/sessions/email", { email: "u@example.com", password: "password" });
  expect(closed).toMatchObject([501, { type: "user_auth_method_unsupported" }]);
});

describe("the console's own project", () => {
  const bare = { "x-appwrite-key": "", "x-appwrite-project": "" };

  test("has nothing that projects have", async () => {
    const rows = `${TABLE}/rows`;
    expect(await api("GET", rows, undefined, bare)).toMatchObject({
      status: 401,
      body: { type: "general_access_forbidden", message: expect.stringMatching(/^No Appwrite project was specified/) },
    });
    expect(await api("GET", rows, undefined, { ...bare, "x-appwrite-project": "console" })).toMatchObject({
      status: 401,
      body: { message: expect.stringMatching(/^This endpoint is not available for the console project/) },
    });
    // What the caller may not do at all is told before.
    expect((await api("GET", "/tablesdb", undefined, bare)).body).toMatchObject({ type: "general_unauthorized_scope" });
    expect((await api("GET", "/functions/runtimes", undefined, bare)).status).toBe(200);
  });

  test("is not administered in admin mode", async () => {
    expect(await api("GET", "/projects", undefined, { ...bare, "x-appwrite-mode": "admin" })).toMatchObject({
      status: 400,
      body: { type: "general_bad_request", message: "Admin mode is not allowed for console project" },
    });
  });
});
