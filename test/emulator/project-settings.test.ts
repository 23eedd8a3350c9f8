import type { Server } from "node:net";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { Json, JsonObject } from "../../emulator/json.ts";
import { apiOf } from "../support/api.ts";
import { client } from "../support/emulator-client.ts";
import { startMailServer } from "../support/mail-server.ts";

/** What the emulator knows of project settings beyond what is recorded: mail that can be sent, templates, services that are off. */

let emulator: Emulator;
let mail: Server;
let port: number;

beforeAll(async () => {
  emulator = await startEmulator();
  mail = await startMailServer(0);
  port = (mail.address() as { port: number }).port;
});

beforeEach(() => emulator.reset());

afterAll(async () => {
  mail.close();
  await emulator.close();
});

const sender = { senderEmail: "a@example.com", senderName: "A" };

test("SMTP is enabled by itself when the mail server answers", async () => {
  expect(await smtp({ host: "127.0.0.1", port, ...sender })).toMatchObject({ smtpEnabled: true });
  // A change while it is enabled is tried as well, and refused as a whole.
  expect(await failure("PATCH", "/project/smtp", { port: 1 })).toEqual([400, "project_smtp_config_invalid"]);
  expect(await call("GET", "/project")).toMatchObject({ smtpPort: port, smtpEnabled: true });
  expect(await smtp({ enabled: false, senderName: "" })).toMatchObject({ smtpEnabled: false, smtpSenderName: "" });
});

test("enabling says what is missing, and what the mail server refuses", async () => {
  expect(await failure("PATCH", "/project/smtp", { enabled: true })).toEqual([400, "general_argument_invalid"]);
  const encrypted = { host: "127.0.0.1", port, ...sender, secure: "tls", enabled: true };
  expect(await failure("PATCH", "/project/smtp", encrypted)).toEqual([400, "project_smtp_config_invalid"]);
  expect(await smtp({ host: "smtp.example.com", port: 25, ...sender, enabled: true })).toMatchObject({
    smtpEnabled: true,
  });
});

test("a template needs a subject and a message first, then takes parts; only a console user deletes it", async () => {
  const template = { templateId: "recovery", locale: "de" };
  await smtp({ host: "127.0.0.1", port, ...sender });
  expect(await failure("PATCH", "/project/templates/email", { ...template, subject: "S" })).toEqual([
    400,
    "general_argument_invalid",
  ]);
  await call("PATCH", "/project/templates/email", { ...template, subject: "S", message: "M" });
  await call("PATCH", "/project/templates/email", { ...template, senderName: "N" });
  expect(await call("GET", "/project/templates/email")).toEqual({
    total: 1,
    templates: [expect.objectContaining({ ...template, subject: "S", message: "M", senderName: "N" })],
  });
  const path = `/projects/${emulator.projectId}/templates/email`;
  expect(await failure("DELETE", path, { type: "recovery", locale: "de" })).toEqual([
    401,
    "general_unauthorized_scope",
  ]);
});

test("OpenID Connect takes two addresses under other names too; the proper ones win", async () => {
  const urls = { tokenUrl: "https://a.example/token", userInfoUrl: "https://a.example/me" };
  const patch = (body: JsonObject) => call("PATCH", "/project/oauth2/oidc", body);
  expect(await patch(urls)).toMatchObject({ tokenURL: urls.tokenUrl, userInfoURL: urls.userInfoUrl });
  const own = "https://b.example/token";
  expect(await patch({ ...urls, tokenURL: own })).toMatchObject({ tokenURL: own, userInfoURL: urls.userInfoUrl });
  const refused = await apiOf(emulator)("PATCH", "/project/oauth2/oidc", { tokenUrl: "x" });
  expect(refused).toMatchObject({
    status: 400,
    body: { message: "Invalid `tokenURL` param: Value must be a valid URL or null" },
  });
});

test.each([
  ["authentik", { endpoint: "" }, "Authentik endpoint is required."],
  ["fusionauth", {}, "FusionAuth endpoint is required."],
  ["keycloak", {}, "Keycloak endpoint is required."],
  ["keycloak", { endpoint: "id.example.com" }, "Keycloak realm name is required."],
])("%s with %j is not enabled: %s", async (id, extras, reason) => {
  const path = `/project/oauth2/${id}`;
  const body = { clientId: "a", clientSecret: "b", ...extras };
  const refused = await apiOf(emulator)("PATCH", path, { ...body, enabled: true });
  expect(refused.body).toMatchObject({
    code: 400,
    type: "general_argument_invalid",
    message: `Could not enable OAuth2 provider: ${reason}`,
  });
  // What is not asked for in words is tried, and left.
  expect(await call("PATCH", path, body)).toMatchObject({ enabled: false, clientId: "a" });
});

test("a service that is off is closed to guests, and open to keys", async () => {
  const asGuest = { "x-appwrite-key": "" };
  await call("PATCH", "/project/services/locale", { enabled: false });
  expect(await failure("GET", "/locale", undefined, asGuest)).toEqual([403, "general_service_disabled"]);
  await call("PATCH", "/project/services/locale", { enabled: true });
  await call("PATCH", "/project/protocols/rest", { enabled: false });
  expect((await failure("GET", "/locale", undefined, asGuest))[0]).toBe(403);
  expect(await call("GET", "/locale")).toMatchObject({ ip: "127.0.0.1" });
});

test("an ephemeral key does what its scopes allow", async () => {
  const key = (await call("POST", "/project/keys/ephemeral", { scopes: ["project.read"], duration: 60 })) as JsonObject;
  const headers = { "x-appwrite-key": String(key["secret"]) };
  expect((await apiOf(emulator)("GET", "/project", undefined, headers)).status).toBe(200);
  expect((await apiOf(emulator)("GET", "/users", undefined, headers)).status).toBe(401);
});

test("what belongs to a project goes with it", async () => {
  await call("POST", "/webhooks", { webhookId: "hook", name: "Hook", url: "https://example.com", events: [] });
  await call("POST", "/project/platforms/web", { platformId: "web", name: "Web", hostname: "example.com" });
  await call("DELETE", "/project");
  expect((await apiOf(emulator)("GET", "/project")).status).toBe(404);
  expect(emulator.dump("*")["webhooks"] ?? []).toEqual([]);
  expect(emulator.dump("*")["platforms"] ?? []).toEqual([]);
});

function smtp(body: Json): Promise<Json> {
  return call("PATCH", "/project/smtp", body);
}

async function call(method: string, path: string, body?: Json): Promise<Json> {
  const answer = await apiOf(emulator)(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function failure(
  method: string,
  path: string,
  body?: Json,
  headers: { readonly [name: string]: string } = {},
): Promise<[number, Json]> {
  const { status, body: told } = await apiOf(emulator)(method, path, body, headers);
  return [status, (told as JsonObject)["type"] ?? null];
}

test("lists that no database keeps are paged and nothing else, by the first limit", async () => {
  const api = apiOf(emulator);
  for (const number of ["+12065550100", "+12065550101"])
    await api("POST", "/project/mock-phones", { number, otp: "123456" });
  const asked = (...queries: readonly JsonObject[]) =>
    api(
      "GET",
      `/project/mock-phones?${queries.map((one) => `queries[]=${encodeURIComponent(JSON.stringify(one))}`).join("&")}`,
    );
  const limit = (count: number) => ({ method: "limit", values: [count] });
  expect((await asked(limit(1), limit(2))).body).toMatchObject({ total: 2, mockNumbers: [{ number: "+12065550100" }] });
  expect((await asked({ method: "equal", attribute: "number", values: ["x"] })).body).toMatchObject({
    message: "Invalid `queries` param: Invalid query method: equal",
  });
});

test("a test mail needs what it is sent with, of the project or of the request", async () => {
  const send = (body: JsonObject) =>
    apiOf(emulator)("POST", "/project/smtp/tests", { emails: ["a@example.com"], ...body });
  const missing = async (body: JsonObject) => ((await send(body)).body as JsonObject)["message"];
  expect(await missing({})).toBe("SMTP must be enabled on the project to send a test email.");
  const own = { host: "mail.example.com" };
  expect(await missing(own)).toBe("SMTP sender email must be configured on the project to send a test email.");
  expect(await missing({ ...own, senderEmail: "a@example.com" })).toBe(
    "SMTP port must be configured on the project to send a test email.",
  );
  expect(await send({ ...own, senderEmail: "a@example.com", port: 25 })).toMatchObject({ status: 204 });
});

test("a project's variables share ids with those of functions, keys differ in more than letter case, and what runs is outdated", async () => {
  const call = client(emulator);
  await call("POST", "/functions", { functionId: "f", name: "F", runtime: "node-22" });
  expect((await call("GET", "/functions/f")).body["live"]).toBe(true);
  await call("POST", "/project/variables", { variableId: "v", key: "KEY", value: "1", secret: false });
  expect((await call("GET", "/functions/f")).body["live"]).toBe(false);

  expect(await call("POST", "/functions/f/variables", { variableId: "v", key: "A", value: "1" })).toMatchObject({
    status: 409,
    body: { type: "variable_already_exists" },
  });
  expect((await call("POST", "/project/variables", { variableId: "w", key: "key", value: "1" })).status).toBe(409);
  const { body: variable } = await call("GET", "/project/variables/v");
  expect((await call("PUT", "/project/variables/v", { value: "1" })).body).toEqual(variable);
});

test("a web platform's update takes any platform unless it names a host", async () => {
  const call = client(emulator);
  const app = { platformId: "p", name: "App", bundleIdentifier: "com.example.app" };
  await call("POST", "/project/platforms/apple", app);

  expect((await call("PUT", "/project/platforms/web/p", { name: "Renamed" })).status).toBe(200);
  expect(
    (await call("PUT", "/project/platforms/web/p", { name: "App", hostname: "a.example.com" })).body,
  ).toMatchObject({
    type: "platform_method_unsupported",
  });
});

test("keys are listed 5000 at a time, and an update that changes nothing is no write", async () => {
  const call = client(emulator);
  for (let index = 0; index < 30; index += 1)
    await call("POST", "/project/keys", { keyId: `k${index}`, name: "K", scopes: ["users.read"] });
  expect((await call("GET", "/project/keys")).body["keys"]).toHaveLength(31);

  const { body: key } = await call("GET", "/project/keys/k1");
  expect((await call("PUT", "/project/keys/k1", { name: "K", scopes: ["users.read"] })).body).toEqual(key);
});

test("1.9.0 wants an id for a project's variable as later versions do", async () => {
  const old = await startEmulator({ version: "1.9.0" });
  const call = client(old);
  expect(await call("POST", "/project/variables", { key: "K", value: "v" })).toMatchObject({
    status: 400,
    body: { message: 'Param "variableId" is not optional.', type: "general_argument_invalid" },
  });
  expect((await call("POST", "/project/variables", { variableId: "v", key: "K", value: "v" })).status).toBe(201);
  await old.close();
});

test("a provider whose secret is written with every change counts as one with a secret", async () => {
  const call = client(emulator);
  const patch = async (id: string, body: object) =>
    (await call("PATCH", `/project/oauth2/${id}`, body)).body["enabled"];

  expect(await patch("google", { clientId: "a" })).toBe(true);
  expect(await patch("oidc", { clientId: "a" })).toBe(true);
  expect(await patch("microsoft", { applicationId: "a" })).toBe(false);
  expect(await patch("okta", { clientId: "a" })).toBe(false);
  expect(await patch("amazon", { clientId: "a" })).toBe(false);
});

test.each([
  ["https://hooks.acme.com/x", 201],
  ["https://hooks.acme.lan/x", 400],
  ["https://hooks.acme.Corp:8443/x", 400],
  ["https://hooks.acme.onion", 201],
])("a webhook at %s is answered with %i", async (url, status) => {
  const webhook = { webhookId: "unique()", name: "W", url, events: ["users.*.create"] };
  expect((await client(emulator)("POST", "/webhooks", webhook)).status).toBe(status);
});
