import { UNKNOWN, type Value } from "../../provider/schema/value.ts";
import { type Running, startRunning } from "../support/running.ts";

/**
 * Wrong configurations of users, teams and messaging, as people write them: each is refused by validation, at the attribute, in words
 * that say what would be right.
 */

let running: Running;

beforeAll(async () => {
  running = await startRunning();
});
afterAll(() => running.close());

interface Wrong {
  readonly config: { readonly [attribute: string]: Value };
  readonly at: readonly (string | number)[];
  readonly says: string;
}

const wrong: { readonly [type: string]: { readonly [what: string]: Wrong } } = {
  appwrite_auth_user: {
    "an id with a space": { config: { id: "a b" }, at: ["id"], says: "letters, digits" },
    "an id that begins with a dot": { config: { id: ".a" }, at: ["id"], says: "beginning with a letter" },
    "an empty id": { config: { id: "" }, at: ["id"], says: "from 1 to 255" },
    "an e-mail address without a domain": {
      config: { email: "ada" },
      at: ["email"],
      says: 'such as "ada@example.com"',
    },
    "an e-mail address without a dot": { config: { email: "ada@localhost" }, at: ["email"], says: "e-mail address" },
    "an e-mail address that ends with a digit": { config: { email: "ada@1.2.3.4" }, at: ["email"], says: "e-mail" },
    "an e-mail address with a name": { config: { email: "Ada <ada@example.com>" }, at: ["email"], says: "e-mail" },
    "an empty e-mail address": { config: { email: "" }, at: ["email"], says: "from 1 to 320" },
    "a phone number without a plus": { config: { phone: "12065550100" }, at: ["phone"], says: "E.164" },
    "a phone number with spaces": { config: { phone: "+1 206 555 0100" }, at: ["phone"], says: "+12065550100" },
    "a phone number that is too long": {
      config: { phone: "+1234567890123456" },
      at: ["phone"],
      says: "7 to 15 digits",
    },
    "a phone number of no country": { config: { phone: "+99912345678" }, at: ["phone"], says: "the code of a country" },
    "an empty phone number": { config: { phone: "" }, at: ["phone"], says: "E.164" },
    "a short password": { config: { password: "1234567" }, at: ["password"], says: "from 8 to 256" },
    "a long password": { config: { password: "x".repeat(257) }, at: ["password"], says: "it has 257" },
    "a short write-only password": {
      config: { password_wo: "short", password_wo_version: 1 },
      at: ["password_wo"],
      says: "from 8 to 256",
    },
    "two passwords": {
      config: { password: "12345678", password_wo: "12345678", password_wo_version: 1 },
      at: ["password"],
      says: "cannot both be set",
    },
    "a write-only password without a version": {
      config: { password_wo: "12345678" },
      at: ["password_wo"],
      says: "needs password_wo_version",
    },
    "a version without a write-only password": {
      config: { password_wo_version: 1 },
      at: ["password_wo_version"],
      says: "needs password_wo",
    },
    "a label with a hyphen": { config: { labels: ["ok", "a-b"] }, at: ["labels", 1], says: "letters and digits" },
    "an empty label": { config: { labels: [""] }, at: ["labels", 0], says: "from 1 to 36" },
    "a long label": { config: { labels: ["x".repeat(37)] }, at: ["labels", 0], says: "it has 37" },
    "a null label": { config: { labels: [null] }, at: ["labels", 0], says: "may not hold null" },
    "a long name": { config: { name: "x".repeat(129) }, at: ["name"], says: "from 1 to 128" },
    "an empty name": { config: { name: "" }, at: ["name"], says: "from 1 to 128" },
  },
  appwrite_auth_team: {
    "no name": { config: { name: "" }, at: ["name"], says: "from 1 to 128" },
    "a long name": { config: { name: "x".repeat(129) }, at: ["name"], says: "it has 129" },
    "an id with a slash": { config: { id: "a/b", name: "T" }, at: ["id"], says: "letters, digits" },
    "a role with a space": { config: { name: "T", roles: ["a b"] }, at: ["roles", 0], says: "such as owner" },
  },
  appwrite_auth_membership: {
    "a user's id with a space": {
      config: { team_id: "t", user_id: "u v", roles: [] },
      at: ["user_id"],
      says: "letters, digits",
    },
    "a role with a colon": {
      config: { team_id: "t", user_id: "u", roles: ["team:x"] },
      at: ["roles", 0],
      says: "owner",
    },
    "a role with a hyphen first": {
      config: { team_id: "t", user_id: "u", roles: ["-x"] },
      at: ["roles", 0],
      says: "begins",
    },
    "a long role": {
      config: { team_id: "t", user_id: "u", roles: ["x".repeat(82)] },
      at: ["roles", 0],
      says: "it has 82",
    },
    "too many roles": {
      config: { team_id: "t", user_id: "u", roles: Array.from({ length: 101 }, (_, n) => `r${n}`) },
      at: ["roles"],
      says: "it has 101",
    },
    "no team": { config: { team_id: "", user_id: "u", roles: [] }, at: ["team_id"], says: "from 1 to 255" },
    "no user": { config: { team_id: "t", user_id: "", roles: [] }, at: ["user_id"], says: "from 1 to 255" },
  },
  appwrite_auth_target: {
    "a kind that is not there": {
      config: { user_id: "u", provider_type: "mail", identifier: "a@b.co" },
      at: ["provider_type"],
      says: "email, sms or push",
    },
    "an e-mail target that is no address": {
      config: { user_id: "u", provider_type: "email", identifier: "+12065550100" },
      at: ["identifier"],
      says: "because provider_type is email",
    },
    "a text target that is no number": {
      config: { user_id: "u", provider_type: "sms", identifier: "a@b.co" },
      at: ["identifier"],
      says: "E.164",
    },
    "no identifier": {
      config: { user_id: "u", provider_type: "push", identifier: "" },
      at: ["identifier"],
      says: "from 1 to 255",
    },
  },
  appwrite_messaging_provider: {
    "a mail host with a scheme": {
      config: { name: "P", type: "smtp", host: "smtp://mail.example.com" },
      at: ["host"],
      says: 'a host such as "smtp.example.com"',
    },
    "a sending domain with a scheme": {
      config: { name: "P", type: "mailgun", domain: "https://mg.example.com" },
      at: ["domain"],
      says: "a domain without scheme",
    },
    "a type that is not there": {
      config: { name: "P", type: "sendgird" },
      at: ["type"],
      says: 'Did you mean "sendgrid"?',
    },
    "a credential of another type": {
      config: { name: "P", type: "twilio", enabled: false, api_key: "k" },
      at: ["api_key"],
      says: "takes account_sid, auth_token and from",
    },
    "a write-only credential of another type": {
      config: { name: "P", type: "fcm", enabled: false, auth_key_wo: "k", auth_key_wo_version: 1 },
      at: ["auth_key_wo"],
      says: "takes service_account_json",
    },
    "a sender of another kind": {
      config: { name: "P", type: "vonage", enabled: false, from_email: "a@b.co" },
      at: ["from_email"],
      says: "not for vonage",
    },
    "an address that is none": {
      config: { name: "P", type: "sendgrid", api_key: "k", from_email: "a" },
      at: ["from_email"],
      says: "e-mail address",
    },
    "an answer address that is none": {
      config: { name: "P", type: "sendgrid", api_key: "k", from_email: "a@b.co", reply_to_email: "nobody" },
      at: ["reply_to_email"],
      says: "e-mail address",
    },
    "a number that is none": {
      config: { name: "P", type: "twilio", account_sid: "s", auth_token: "t", from: "Example" },
      at: ["from"],
      says: "E.164",
    },
    "an encryption that is not there": {
      config: { name: "P", type: "smtp", host: "h", from_email: "a@b.co", encryption: "starttls" },
      at: ["encryption"],
      says: "none, ssl or tls",
    },
    "a port out of range": {
      config: { name: "P", type: "smtp", host: "h", from_email: "a@b.co", port: 70_000 },
      at: ["port"],
      says: "from 1 to 65535",
    },
    "no host, though it is disabled": {
      config: { name: "P", type: "smtp", enabled: false },
      at: ["host"],
      says: "needs host",
    },
    "an account that is no JSON": {
      config: { name: "P", type: "fcm", service_account_json: "{" },
      at: ["service_account_json"],
      says: "must be JSON",
    },
    "a missing credential": {
      config: { name: "P", type: "mailgun", enabled: true, api_key: "k", domain: "d", from_email: "a@b.co" },
      at: ["is_eu_region"],
      says: "true or false",
    },
    "two forms of one credential": {
      config: {
        name: "P",
        type: "sendgrid",
        from_email: "a@b.co",
        api_key: "k",
        api_key_wo: "k",
        api_key_wo_version: 1,
      },
      at: ["api_key"],
      says: "cannot both be set",
    },
    "an empty text": {
      config: { name: "P", type: "sendgrid", from_email: "a@b.co", api_key: "k", reply_to_email: "" },
      at: ["reply_to_email"],
      says: "from 1 to 128",
    },
    "no name": { config: { name: "", type: "fcm", service_account_json: "{}" }, at: ["name"], says: "from 1 to 128" },
  },
  appwrite_messaging_topic: {
    "a role that is not there": {
      config: { name: "N", subscribe: ["users", "all"] },
      at: ["subscribe", 1],
      says: "any, guests",
    },
    "a permission in place of a role": {
      config: { name: "N", subscribe: ['read("any")'] },
      at: ["subscribe", 0],
      says: "role",
    },
    "a team without an id": { config: { name: "N", subscribe: ["team:"] }, at: ["subscribe", 0], says: "needs an id" },
    "a label with a hyphen": {
      config: { name: "N", subscribe: ["label:a-b"] },
      at: ["subscribe", 0],
      says: "letters and digits",
    },
    "a status that is not there": {
      config: { name: "N", subscribe: ["users/new"] },
      at: ["subscribe", 0],
      says: "verified or unverified",
    },
    "too many roles": {
      config: { name: "N", subscribe: Array.from({ length: 101 }, (_, n) => `user:u${n}`) },
      at: ["subscribe"],
      says: "it has 101",
    },
    "no name": { config: { name: "" }, at: ["name"], says: "from 1 to 128" },
  },
  appwrite_messaging_subscriber: {
    "no topic": { config: { topic_id: "", target_id: "t" }, at: ["topic_id"], says: "from 1 to 255" },
    "a target with a slash": {
      config: { topic_id: "n", target_id: "a/b" },
      at: ["target_id"],
      says: "letters, digits",
    },
    "no target": { config: { topic_id: "n", target_id: "" }, at: ["target_id"], says: "from 1 to 255" },
    "an id with a space": { config: { id: "a b", topic_id: "n", target_id: "t" }, at: ["id"], says: "letters, digits" },
  },
};

describe.each(Object.entries(wrong))("%s", (type, cases) => {
  test.each(Object.entries(cases))("refuses %s", async (_, { config, at, says }) => {
    const core = running.core(type);

    expect(await core.faults(config)).toContainEqual(at);
    expect((await core.validate(config)).join("\n")).toContain(says);
  });
});

test("what is not known yet is not judged", async () => {
  const config = { name: UNKNOWN, type: "twilio", account_sid: UNKNOWN, auth_token: UNKNOWN, from: UNKNOWN };
  expect(await running.core("appwrite_messaging_provider").validate(config)).toEqual([]);
  expect(await running.core("appwrite_messaging_provider").validate({ name: "P", type: UNKNOWN, domain: "d" })).toEqual(
    [],
  );
  const target = { user_id: UNKNOWN, provider_type: UNKNOWN, identifier: "x" };
  expect(await running.core("appwrite_auth_target").validate(target)).toEqual([]);
});
