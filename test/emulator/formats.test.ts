import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { Json, JsonObject } from "../../emulator/json.ts";
import { type Api, apiOf } from "../support/api.ts";

/** Answers and requests in the formats of older clients, as the server's filters change them (its `Request/Filters` and `Response/Filters`). */

let emulator: Emulator;
let api: Api;

beforeAll(async () => {
  emulator = await startEmulator({ jobDelay: 0 });
  api = apiOf(emulator);
});

afterAll(() => emulator.close());

beforeEach(() => emulator.reset());

const told = async (format: string, method: string, path: string, body?: Json) => {
  const answer = await api(method, path, body, { "x-appwrite-response-format": format });
  return answer.body as JsonObject;
};

test("users lose what came later, one by one and in lists", async () => {
  await api("POST", "/users", { userId: "u", email: "u@example.com" });
  expect(await told("1.9.0", "GET", "/users/u")).toHaveProperty("impersonator", false);
  expect(await told("1.8.0", "GET", "/users/u")).not.toHaveProperty("impersonator");
  expect(await told("1.4.0", "GET", "/users")).toMatchObject({ users: [expect.not.objectContaining({ mfa: false })] });
});

test("an account loses what came later for users, but not its targets", async () => {
  const account = { userId: "a", email: "a@example.com", password: "password-1" };
  const asGuest = async (format: string) => {
    const headers = { "x-appwrite-key": "", "x-appwrite-response-format": format };
    return (await api("POST", "/account", account, headers)).body as JsonObject;
  };
  const made = await asGuest("1.4.0");
  expect(made).toMatchObject({ $id: "a", targets: [expect.anything()], mfa: false });
  expect(made).not.toHaveProperty("impersonator");
});

describe("a project", () => {
  const later = {
    protocolStatusForRest: "1.9.1",
    authMembershipsUserId: "1.9.2",
    smtpReplyToName: "1.9.2",
    devKeys: "1.7.0",
    authMockNumbers: "1.6.0",
    authSessionAlerts: "1.6.0",
    oAuthProviders: "1.5.0",
  };
  const gone = { authMethods: "1.9.5", providers: "1.5.0", domains: "1.4.0", smtpReplyTo: "1.9.2" };

  test.each(["1.9.4", "1.9.2", "1.9.1", "1.9.0", "1.8.0", "1.6.0", "1.5.0", "1.4.0", "1.3.0"])(
    "in the format of %s tells what that version had",
    async (format) => {
      const names = Object.keys(await told(format, "GET", "/project"));
      const known = Object.entries(later).filter(([, since]) => format >= since);
      expect(Object.keys(later).filter((name) => names.includes(name))).toEqual(known.map(([name]) => name));
      const old = Object.entries(gone).filter(([name, until]) => name !== "authMethods" && format < until);
      expect(Object.keys(gone).filter((name) => names.includes(name))).toEqual(old.map(([name]) => name));
    },
  );

  test.each([
    ["", false],
    ["1.9.6", false],
    ["1.9.10", false],
    ["1.10", false],
    ["2", false],
    ["1.9.5-RC1", true],
    ["1.9", true],
    ["v1.9.6", true],
  ])("knows the format %p for an older one: %p", async (format, isOld) => {
    expect(Object.hasOwn(await told(format, "GET", "/project"), "authLimit")).toBe(isOld);
  });

  test("lists its platforms to old clients without pages", async () => {
    for (let at = 0; at < 26; at += 1)
      await api("POST", "/project/platforms/web", { platformId: `p${at}`, name: "P", hostname: "example.com" });
    expect((await told("1.9.0", "GET", "/project/platforms"))["platforms"]).toHaveLength(25);
    expect((await told("1.8.0", "GET", "/project/platforms"))["platforms"]).toHaveLength(26);
  });
});

test("rows tell their sequence as a number", async () => {
  await api("POST", "/tablesdb", { databaseId: "d", name: "D" });
  await api("POST", "/tablesdb/d/tables", { tableId: "t", name: "T", columns: [{ key: "n", type: "integer" }] });
  expect(await told("1.8.0", "POST", "/tablesdb/d/tables/t/rows", { rowId: "a", data: { n: 1 } })).toMatchObject({
    $sequence: 1,
  });
  expect(await told("1.8.0", "GET", "/tablesdb/d/tables/t/rows")).toMatchObject({ rows: [{ $sequence: 1 }] });
  expect(await told("1.9.0", "GET", "/tablesdb/d/tables/t/rows")).toMatchObject({ rows: [{ $sequence: "1" }] });
});

test("webhooks, keys, platforms and variables are made without an id, in the old names", async () => {
  const webhook = { name: "W", url: "https://example.com", events: [], security: true, httpUser: "u", httpPass: "p" };
  expect(await told("1.8.0", "POST", "/webhooks", webhook)).toMatchObject({ security: true, httpUser: "u" });
  expect((await api("GET", "/webhooks")).body).toMatchObject({ webhooks: [{ tls: true, authUsername: "u" }] });
  expect(await told("1.9.0", "POST", "/webhooks", webhook)).toMatchObject({ type: "general_argument_invalid" });
  expect(await told("1.8.0", "POST", "/project/keys", { name: "K", scopes: [] })).toHaveProperty("secret");
  const platform = { name: "P", key: "com.example", hostname: "ignored" };
  expect(await told("1.8.0", "POST", "/project/platforms/android", platform)).toMatchObject({
    key: "com.example",
    store: "",
    hostname: "",
  });
  expect((await api("GET", "/project/platforms")).body).toMatchObject({
    platforms: [{ applicationId: "com.example" }],
  });
  await api("POST", "/functions", { functionId: "f", name: "F", runtime: "node-22" });
  expect(await told("1.9.3", "POST", "/functions/f/variables", { key: "A", value: "b" })).toMatchObject({ key: "A" });
  expect(await told("1.6.0", "POST", "/functions/f/variables", { key: "B", value: "b" })).not.toHaveProperty("secret");
  expect(await told("1.9.4", "POST", "/functions/f/variables", { key: "C", value: "b" })).toMatchObject({
    type: "general_argument_invalid",
  });
});

test("functions have one specification, and their deployment by its old name", async () => {
  const made = { functionId: "f", name: "F", runtime: "node-22", specification: "s-1vcpu-512mb" };
  expect(await told("1.8.0", "POST", "/functions", made)).toMatchObject({ specification: "s-1vcpu-512mb" });
  expect((await api("GET", "/functions/f")).body).toMatchObject({
    buildSpecification: "s-1vcpu-512mb",
    runtimeSpecification: "s-1vcpu-512mb",
  });
  const old = await told("1.6.0", "GET", "/functions/f");
  expect(old).toMatchObject({ deployment: "" });
  expect(old).not.toHaveProperty("deploymentId");
});

test("an ephemeral key is a token of a project, a test phone number is a phone", async () => {
  expect(
    await told("1.9.2", "POST", "/project/keys/ephemeral", { duration: 60, scopes: ["users.read"] }),
  ).toMatchObject({
    scopes: ["users.read"],
    projectId: emulator.projectId,
    jwt: expect.stringMatching(/^ephemeral_/),
  });
  // There is no filter for what clients write of these, only for what they are told.
  const phone = { number: "+12065550100", otp: "123456" };
  expect(await told("1.9.1", "POST", "/project/mock-phones", phone)).toEqual({ phone: "+12065550100", otp: "123456" });
  expect(await told("1.9.1", "POST", "/project/mock-phones", { phone: "+12065550101", otp: "123456" })).toMatchObject({
    message: 'Param "number" is not optional.',
  });
});

test("a template was known by its type", async () => {
  await api("PATCH", "/project/smtp", { host: "smtp.acme.com", port: 587, senderEmail: "a@acme.com" });
  const template = { type: "recovery", locale: "en", subject: "S", message: "M", replyTo: "b@acme.com" };
  expect(await told("1.9.1", "PATCH", "/project/templates/email", template)).toMatchObject({
    type: "recovery",
    replyTo: "b@acme.com",
  });
});
