import type { Row } from "../../provider/schema/value.ts";
import { type Running, startRunning } from "../support/running.ts";

/** Messaging providers and subscribers where Appwrite is not regular. */

const PROVIDER = "appwrite_messaging_provider";
const mailgun = {
  id: "p",
  name: "P",
  type: "mailgun",
  api_key: "k1",
  domain: "d.example.com",
  is_eu_region: false,
  from_email: "a@b.co",
} as const;

let running: Running;

beforeAll(async () => {
  running = await startRunning();
});
beforeEach(() => running.reset());
afterAll(() => running.close());

/** Configurations of every type that are complete, so that the provider is enabled. */
const complete: { readonly [type: string]: Row } = {
  mailgun,
  sendgrid: { api_key: "k", from_email: "a@b.co" },
  resend: { api_key: "k", from_email: "a@b.co", from_name: "A", reply_to_email: "r@b.co", reply_to_name: "R" },
  ses: { access_key: "a", secret_key: "s", region: "eu-west-1", from_email: "a@b.co" },
  smtp: { host: "h", from_email: "a@b.co", username: "u", password: "p", encryption: "SSL", mailer: "m", port: 25 },
  twilio: { account_sid: "s", auth_token: "t", from: "+12065550100" },
  vonage: { api_key: "k", api_secret: "s", from: "+12065550100" },
  msg91: { template_id: "t", sender_id: "s", auth_key: "a" },
  telesign: { customer_id: "c", api_key: "k", from: "+12065550100" },
  textmagic: { username: "u", api_key: "k", from: "+12065550100" },
  fcm: { service_account_json: '{ "project_id": "p", "keys": {} }' },
  apns: { auth_key: "k", auth_key_id: "i", team_id: "t", bundle_id: "b", sandbox: true },
};

test.each(Object.entries(complete))(
  "a provider of type %s is enabled, read back and imported whole",
  async (type, own) => {
    const core = running.core(PROVIDER);
    const config = { ...own, id: "p", name: "P", type };
    const { state } = await running.apply(PROVIDER, null, config);

    expect(state["enabled"]).toBe(true);
    expect((await running.call("GET", "/messaging/providers/p")).body).toMatchObject({ provider: type, enabled: true });
    expect((await core.plan(await core.read(state), config)).action).toBe("none");
    expect((await core.plan(await core.read(await core.import("p")), config)).action).toBe("none");
  },
);

/** What each type needs to be enabled, as it was measured (real-server E). */
const needs: readonly (readonly [string, ...string[]])[] = [
  ["mailgun", "api_key", "domain", "is_eu_region", "from_email"],
  ["sendgrid", "api_key", "from_email"],
  ["resend", "api_key", "from_email"],
  ["ses", "access_key", "secret_key", "region", "from_email"],
  ["smtp", "host", "from_email"],
  ["twilio", "account_sid", "auth_token", "from"],
  ["vonage", "api_key", "api_secret", "from"],
  ["msg91", "template_id", "sender_id", "auth_key"],
  ["telesign", "customer_id", "api_key", "from"],
  ["textmagic", "username", "api_key", "from"],
  ["fcm", "service_account_json"],
  ["apns", "auth_key", "auth_key_id", "team_id", "bundle_id"],
];

test.each(needs)("a provider of type %s is not planned enabled without what it needs", async (type, ...names) => {
  const core = running.core(PROVIDER);
  for (const name of names) {
    const config = { ...complete[type], [name]: null, id: "p", name: "P", type, enabled: true };
    expect((await core.validate(config)).join()).toContain(`needs ${name}`);
    expect(await core.faults(config)).toEqual([[name]]);
    if (name !== "host") expect(await core.validate({ ...config, enabled: false })).toEqual([]);
  }
});

test("a provider that lacks a credential is planned disabled where nothing else is said, and enabled once it is complete", async () => {
  const config = { id: "p", name: "P", type: "twilio", from: "+12065550100" };
  const core = running.core(PROVIDER);
  const { plan, state } = await running.apply(PROVIDER, null, config);
  expect(plan.planned?.["enabled"]).toBe(false);
  expect((await core.plan(await core.read(state), config)).action).toBe("none");

  const { state: after } = await running.apply(PROVIDER, state, { ...config, account_sid: "s", auth_token: "t" });
  expect(after["enabled"]).toBe(true);
  expect((await running.call("GET", "/messaging/providers/p")).body["enabled"]).toBe(true);
});

test("drift in credentials is seen and mended", async () => {
  const { state } = await running.apply(PROVIDER, null, mailgun);
  await running.call("PATCH", "/messaging/providers/mailgun/p", { apiKey: "drifted", isEuRegion: true });
  const core = running.core(PROVIDER);
  const seen = await core.read(state);

  expect(seen).toMatchObject({ api_key: "drifted", is_eu_region: true });
  await running.apply(PROVIDER, seen, mailgun);
  expect((await running.call("GET", "/messaging/providers/p")).body["credentials"]).toMatchObject({
    apiKey: "k1",
    isEuRegion: false,
  });
});

test("a credential moves to its write-only twin in place, and leaves state", async () => {
  const { state } = await running.apply(PROVIDER, null, mailgun);
  const { api_key: _, ...keyless } = mailgun;
  const { plan, state: after } = await running.apply(PROVIDER, state, {
    ...keyless,
    api_key_wo: "k2",
    api_key_wo_version: 1,
  });

  expect(plan.action).toBe("update");
  expect((await running.call("GET", "/messaging/providers/p")).body["credentials"]).toMatchObject({ apiKey: "k2" });
  expect(JSON.stringify(await running.core(PROVIDER).read(after))).not.toMatch(/k1|k2/);
});

test("a text that is taken away replaces the provider; what has a default goes back to it in place", async () => {
  const smtp = { id: "p", name: "P", type: "smtp", host: "h", from_email: "a@b.co" };
  const { state } = await running.apply(PROVIDER, null, {
    ...smtp,
    from_name: "A",
    port: 25,
    auto_tls: false,
    encryption: "tls",
  });
  const core = running.core(PROVIDER);
  expect((await core.plan(state, smtp)).action).toBe("replace");

  const { plan } = await running.apply(PROVIDER, state, { ...smtp, from_name: "A" });
  expect(plan.action).toBe("update");
  expect((await running.call("GET", "/messaging/providers/p")).body).toMatchObject({
    credentials: { port: 587 },
    options: { autoTLS: true, encryption: "" },
  });
});

test("a new bundle id replaces an APNS provider, because the server's update does not reach it", async () => {
  const config = { ...complete["apns"], id: "p", name: "P", type: "apns" };
  const { state } = await running.apply(PROVIDER, null, config);
  const { plan } = await running.apply(PROVIDER, state, { ...config, bundle_id: "b2", team_id: "t2" });

  expect(plan.action).toBe("replace");
  expect((await running.call("GET", "/messaging/providers/p")).body["credentials"]).toEqual({
    authKey: "k",
    authKeyId: "i",
    teamId: "t2",
    bundleId: "b2",
  });
});

test("on Appwrite 1.9.0 a provider that the server leaves disabled is enabled by a second call, and SES is refused", async () => {
  const old = await startRunning({ version: "1.9.0" });
  try {
    const { state } = await old.apply(PROVIDER, null, { ...complete["msg91"], id: "p", name: "P", type: "msg91" });
    expect(state["enabled"]).toBe(true);
    expect((await old.call("GET", "/messaging/providers/p")).body["enabled"]).toBe(true);

    const ses = { ...complete["ses"], id: "q", name: "Q", type: "ses" };
    await expect(old.apply(PROVIDER, null, ses)).rejects.toThrow("access_key needs Appwrite 1.9.5 or later");
  } finally {
    await old.close();
  }
});

test("a subscriber whose target is gone is deleted without an error", async () => {
  await running.call("POST", "/users", { userId: "u", email: "u@b.co" });
  await running.call("POST", "/messaging/topics", { topicId: "n", name: "N" });
  await running.call("POST", "/users/u/targets", { targetId: "t", providerType: "email", identifier: "x@b.co" });
  const { state } = await running.apply("appwrite_messaging_subscriber", null, { topic_id: "n", target_id: "t" });
  await running.call("DELETE", "/users/u/targets/t");

  await running.apply("appwrite_messaging_subscriber", state, null);
  await running.emulator.idle();
  expect((await running.call("GET", "/messaging/topics/n/subscribers")).body["total"]).toBe(0);
});

test("a topic compares its roles without order", async () => {
  const config = { id: "n", name: "N", subscribe: ["users/verified", "team:editors"] };
  const { state } = await running.apply("appwrite_messaging_topic", null, config);
  const core = running.core("appwrite_messaging_topic");

  expect((await core.plan(state, { ...config, subscribe: ["team:editors", "users/verified"] })).action).toBe("none");
  expect((await core.plan(state, { id: "n", name: "N" })).planned?.["subscribe"]).toEqual(["users"]);
});

test("names of the sender may be written as empty, which stands for none", async () => {
  const core = running.core(PROVIDER);
  const config = { ...mailgun, from_name: "", reply_to_name: "" };
  expect(await core.faults(config)).toEqual([]);
  const { state } = await running.apply(PROVIDER, null, config);
  expect(state).toMatchObject({ from_name: "", reply_to_name: "" });
  const told = await core.read(state);
  expect((await core.plan(told, config)).action).toBe("none");
  expect((await core.plan(told, mailgun)).action).toBe("none");
  expect((await core.plan(await core.read(await core.import("p")), mailgun)).action).toBe("none");

  // Appwrite's update takes no empty text, as it takes none away.
  const named = { ...mailgun, from_name: "N" };
  const { state: after } = await running.apply(PROVIDER, state, named);
  expect(after).toMatchObject({ from_name: "N" });
  expect((await core.plan(after, config)).action).toBe("replace");
});
