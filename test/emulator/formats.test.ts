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
