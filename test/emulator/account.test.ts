import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { Json, JsonObject } from "../../emulator/json.ts";
import { type Api, apiOf } from "../support/api.ts";

/** What users do with their own accounts, by the server's actions (`app/controllers/api/account.php`). */

let emulator: Emulator;
let api: Api;
let session: string;

const PASSWORD = "correct horse";

beforeAll(async () => {
  emulator = await startEmulator({ jobDelay: 0 });
  api = apiOf(emulator);
});

afterAll(() => emulator.close());

beforeEach(async () => {
  emulator.reset();
  await api("POST", "/users", { userId: "u", email: "u@example.com", password: PASSWORD });
  session = await signIn();
});

async function signIn(): Promise<string> {
  const body = { email: "u@example.com", password: PASSWORD };
  const { headers } = await api("POST", "/account/sessions/email", body, { "x-appwrite-key": "" });
  return JSON.parse(String(headers["x-fallback-cookies"]))[`a_session_${emulator.projectId}`];
}

async function me(method: string, path: string, body?: Json, secret = session) {
  const answer = await api(method, `/account${path}`, body, { "x-appwrite-key": "", "x-appwrite-session": secret });
  return [answer.status, answer.body] as const;
}

const told = async (path: string) => (await me("GET", path))[1] as JsonObject;

test("a name, preferences and a password are changed, and the account is told", async () => {
  expect(await me("PATCH", "/name", { name: "New" })).toMatchObject([200, { $id: "u", name: "New" }]);
  expect(await me("PATCH", "/prefs", { prefs: { a: 1 } })).toMatchObject([200, { $id: "u", prefs: { a: 1 } }]);
  expect(await told("/prefs")).toEqual({ a: 1 });
  expect(await me("PATCH", "/password", { password: "another one", oldPassword: "wrong" })).toMatchObject([
    401,
    { type: "user_invalid_credentials" },
  ]);
  const changed = await me("PATCH", "/password", { password: "another one", oldPassword: PASSWORD });
  expect(changed).toMatchObject([200, { $id: "u" }]);
  expect(changed[1]).not.toHaveProperty("password");
});

test("sessions are told without their secrets, one of them as the current", async () => {
  await signIn();
  expect(await told("/sessions")).toMatchObject({
    total: 2,
    sessions: [
      { current: true, secret: "" },
      { current: false, secret: "" },
    ],
  });
  expect(await told("/sessions/current")).toMatchObject({ userId: "u", provider: "email", current: true, secret: "" });
  expect(await me("PATCH", "/sessions/current", {})).toMatchObject([200, { userId: "u", current: false }]);
  expect(await me("GET", "/sessions/nothing")).toMatchObject([404, { type: "user_session_not_found" }]);
});

test("a change of the password ends the other sessions, signing off the own or all", async () => {
  const other = await signIn();
  await me("PATCH", "/password", { password: "another one", oldPassword: PASSWORD });
  expect(await me("GET", "", undefined, other)).toMatchObject([401, { type: "general_unauthorized_scope" }]);
  expect(await me("DELETE", "/sessions/current")).toEqual([204, ""]);
  expect((await me("GET", ""))[0]).toBe(401);
});

test("all sessions end at once, and an account that is switched off is blocked", async () => {
  await signIn();
  expect(await me("PATCH", "/status")).toMatchObject([200, { status: false }]);
  expect(await me("GET", "")).toMatchObject([403, { type: "user_blocked" }]);
  await api("PATCH", "/users/u/status", { status: true });
  expect(await me("DELETE", "/sessions")).toEqual([204, ""]);
  expect((await api("GET", "/users/u/sessions")).body).toMatchObject({ total: 0 });
});

test("with a token there is no current session", async () => {
  const { jwt } = (await api("POST", "/users/u/jwts", { sessionId: "recent" })).body as JsonObject;
  const byToken = { "x-appwrite-key": "", "x-appwrite-jwt": String(jwt) };
  const { body } = await api("GET", "/account/sessions", undefined, byToken);
  expect(body).toMatchObject({ total: 1, sessions: [{ current: false }] });
  expect((await api("GET", "/account/sessions/current", undefined, byToken)).status).toBe(404);
});

test("factors are those of the user, recovery codes among them", async () => {
  expect(await told("/mfa/factors")).toEqual({ totp: false, phone: false, email: false, recoveryCode: false });
  await api("PATCH", "/users/u/verification", { emailVerification: true });
  await api("PATCH", "/users/u/mfa/recovery-codes");
  expect(await told("/mfa/factors")).toEqual({ totp: false, phone: false, email: true, recoveryCode: true });
  expect((await api("GET", "/users/u/mfa/factors")).body).toMatchObject({ email: true, recoveryCode: false });
  expect(await told("/identities")).toEqual({ total: 0, identities: [] });
});

describe("the project's policies", () => {
  const guest = (method: string, path: string, body: Json) => api(method, path, body, { "x-appwrite-key": "" });
  const patch = (path: string, body: Json) => api("PATCH", `/project/${path}`, body);

  test("limit the sessions of a user, and nobody signs in twice", async () => {
    await patch("policies/session-limit", { total: 1 });
    const second = await signIn();
    expect((await me("GET", ""))[0]).toBe(401);
    const credentials = { email: "u@example.com", password: PASSWORD };
    expect(await me("POST", "/sessions/email", credentials, second)).toMatchObject([
      401,
      { type: "user_session_already_exists" },
    ]);
  });

  test("limit how many sign up, and with what passwords", async () => {
    const signUp = (userId: string, more: JsonObject = {}) =>
      guest("POST", "/account", { userId, email: `${userId}@example.com`, password: PASSWORD, ...more });
    await patch("policies/password-personal-data", { enabled: true });
    expect((await signUp("tiny", { password: "a tiny secret" })).body).toMatchObject({
      type: "password_personal_data",
    });
    await patch("policies/user-limit", { total: 2 });
    expect((await signUp("second")).status).toBe(201);
    expect(await signUp("third")).toMatchObject({ status: 400, body: { type: "user_count_exceeded" } });
  });

  test("switch tokens off, but not for the administrators of the project", async () => {
    await patch("auth-methods/jwt", { enabled: false });
    expect(await me("POST", "/jwts", {})).toMatchObject([
      501,
      { type: "user_auth_method_unsupported", message: "JWT authentication is disabled for this project" },
    ]);
    await patch("auth-methods/email-password", { enabled: false });
    const body = { userId: "x", email: "x@example.com", password: PASSWORD };
    expect((await guest("POST", "/account", body)).status).toBe(501);
    expect((await api("POST", "/account", body)).status).toBe(201);
  });
});
