import { createProvider } from "../../provider/engine/provider.ts";
import { catalogue } from "../../provider/resources/index.ts";
import type { Row } from "../../provider/schema/value.ts";
import { createCore } from "../support/provider-calls.ts";

/** Wrong configurations of project kinds: what validation says, and at which attribute. */

const service = createProvider(catalogue, () => ({ connection: null, diagnostics: [] }));

type Case = readonly [type: string, config: Row, at: string, words: string];

const oauth = { client_id: "id", client_secret: "secret" };
const smtp = { host: "smtp.example.com", port: 587, sender_email: "hello@example.com" };
const hook = { name: "Hook", url: "https://example.com/hook", events: ["users.*.create"] };
const template = { template: "recovery", subject: "Subject", message: "Message" };

const CASES: readonly Case[] = [
  ["auth_provider", { type: "gihub", ...oauth }, "type", 'Did you mean "github"?'],
  ["auth_provider", { type: "github", client_secret: "s" }, "client_id", "needs client_id to be enabled"],
  ["auth_provider", { type: "github", client_id: "id" }, "client_secret", "client_secret (or client_secret_wo)"],
  ["auth_provider", { type: "github", ...oauth, endpoint: "x" }, "endpoint", "It takes client_id, client_secret."],
  ["auth_provider", { type: "apple", ...oauth }, "client_secret", "It takes client_id, p8_file, key_id, team_id."],
  ["auth_provider", { type: "apple", client_id: "a", p8_file: "k", team_id: "t" }, "key_id", "needs key_id"],
  ["auth_provider", { type: "microsoft", ...oauth }, "tenant", "needs tenant to be enabled"],
  ["auth_provider", { type: "okta", ...oauth }, "domain", "needs domain to be enabled"],
  ["auth_provider", { type: "okta", ...oauth, domain: "https://a.okta.com" }, "domain", "a domain without scheme"],
  ["auth_provider", { type: "okta", ...oauth, domain: "*.okta.com" }, "domain", "and wildcard"],
  ["auth_provider", { type: "okta", ...oauth, domain: "a_b.okta.com" }, "domain", "a domain without scheme"],
  ["auth_provider", { type: "oidc", ...oauth }, "well_known_url", "or all of authorization_url, token_url"],
  ["auth_provider", { type: "oidc", ...oauth, token_url: "https://a.b/t" }, "well_known_url", "needs well_known_url"],
  ["auth_provider", { type: "oidc", ...oauth, well_known_url: "id.example.com" }, "well_known_url", "a URL with https"],
  ["auth_provider", { type: "oidc", ...oauth, well_known_url: "https://ü.com/x" }, "well_known_url", "in ASCII"],
  ["auth_provider", { type: "oidc", ...oauth, well_known_url: "https://a.com:65536" }, "well_known_url", "a URL"],
  ["auth_provider", { type: "gitlab", ...oauth, endpoint: "gl.example.com" }, "endpoint", "must be a URL"],
  ["auth_provider", { type: "gitlab", ...oauth, endpoint: "https://?x" }, "endpoint", "must be a URL"],
  ["auth_provider", { type: "auth0", ...oauth, endpoint: "a b" }, "endpoint", "must be a host name"],
  ["auth_provider", { type: "auth0", ...oauth, endpoint: "https://a.auth0.com/" }, "endpoint", 'write "a.auth0.com"'],
  ["auth_provider", { type: "keycloak", ...oauth, endpoint: "id.example.com" }, "realm_name", "needs realm_name"],
  ["auth_provider", { type: "authentik", ...oauth }, "endpoint", "needs endpoint"],
  ["auth_provider", { type: "google", ...oauth, prompt: ["none", "consent"] }, "prompt", 'without "none"'],
  ["auth_provider", { type: "google", ...oauth, prompt: ["login"] }, "prompt.0", "must be one of none, consent"],
  ["auth_provider", { type: "google", ...oauth, prompt: [] }, "prompt", "from 1 to 3 elements"],
  [
    "auth_provider",
    { type: "github", ...oauth, client_secret_wo: "s", client_secret_wo_version: 1 },
    "client_secret",
    "cannot both be set",
  ],
  [
    "auth_provider",
    { type: "github", client_id: "id", client_secret_wo: "s" },
    "client_secret_wo",
    "needs client_secret_wo_version",
  ],
  ["auth_provider", { type: "github", ...oauth, client_id: "" }, "client_id", "from 1 to 256 characters"],
  ["auth_provider", { type: "github", client_id: "x".repeat(257), client_secret: "s" }, "client_id", "it has 257"],

  ["auth_policies", { session_duration: 4 }, "session_duration", "from 5 to 31536000"],
  ["auth_policies", { session_duration: 31_536_001 }, "session_duration", "from 5 to 31536000"],
  ["auth_policies", { session_limit: 5001 }, "session_limit", "from 0 to 5000"],
  ["auth_policies", { user_limit: -1 }, "user_limit", "from 0 to 5000"],
  ["auth_policies", { password_history: 5001 }, "password_history", "from 0 to 5000"],
  ["auth_policies", { password_history: 1.5 }, "password_history", "a whole number"],
  ["auth_policies", { password_strength: { min: 7 } }, "password_strength.min", "from 8 to 256"],

  ["auth_mock_phone", { number: "12065550100", otp: "123456" }, "number", "the code of a country"],
  ["auth_mock_phone", { number: "+99912345678", otp: "123456" }, "number", "the code of a country"],
  ["auth_mock_phone", { number: "+1 206 555 0100", otp: "123456" }, "number", "without spaces"],
  ["auth_mock_phone", { number: "+12065550100", otp: "12345" }, "otp", "six digits"],
  ["auth_mock_phone", { number: "+12065550100", otp: "12345a" }, "otp", "six digits"],

  ["project", { id: "Shop", name: "Shop" }, "id", "lower-case letters, digits and hyphens"],
  ["project", { id: "shop_one", name: "Shop" }, "id", "lower-case letters"],
  ["project", { id: "console", name: "Shop" }, "id", "reserved"],
  ["project", { id: "x".repeat(37), name: "Shop" }, "id", "from 1 to 36 characters"],
  ["project", { name: "" }, "name", "from 1 to 128 characters"],

  ["project_key", { name: "Key", scopes: ["tables.raed"] }, "scopes", 'Did you mean "tables.read"?'],
  ["project_key", { name: "Key", scopes: ["projects.write"] }, "scopes", 'Did you mean "project.write"?'],
  ["project_key", { name: "Key", scopes: [], expire: "next year" }, "expire", "ISO 8601"],
  ["project_key", { name: "Key", scopes: [], expire: "2030-02-30T00:00:00Z" }, "expire", "ISO 8601"],
  ["project_key", { name: "x".repeat(129), scopes: [] }, "name", "from 1 to 128 characters"],

  ["project_platform", { type: "web", name: "Web" }, "hostname", "A platform of type web needs hostname."],
  ["project_platform", { type: "web", name: "Web", hostname: "https://a.example.com" }, "hostname", "without scheme"],
  ["project_platform", { type: "web", name: "Web", hostname: "localhost:3000" }, "hostname", "without scheme, port"],
  ["project_platform", { type: "web", name: "Web", hostname: "a.example.com/x" }, "hostname", "and path"],
  ["project_platform", { type: "ios", name: "A" }, "type", "must be one of web, apple, android, windows or linux"],
  ["project_platform", { type: "apple", name: "A", package_name: "com.example" }, "package_name", "not package_name"],
  ["project_platform", { type: "android", name: "A", application_id: "com example" }, "application_id", "such as com"],
  ["project_platform", { type: "android", name: "A" }, "application_id", "needs application_id"],

  ["project_variable", { key: "", value: "v" }, "key", "from 1 to 255 characters"],
  ["project_variable", { key: "A" }, "value", "Either value or value_wo"],
  ["project_variable", { key: "A", value: "x".repeat(8193) }, "value", "it has 8193"],

  ["project_smtp", { ...smtp, port: 70_000 }, "port", "from 1 to 65535"],
  ["project_smtp", { ...smtp, port: 0 }, "port", "from 1 to 65535"],
  ["project_smtp", { ...smtp, host: "smtp://mail.example.com" }, "host", "without scheme"],
  ["project_smtp", { ...smtp, host: "" }, "host", "a host name"],
  ["project_smtp", { ...smtp, secure: "starttls" }, "secure", "must be one of tls or ssl"],
  ["project_smtp", { ...smtp, secure: "none" }, "secure", "must be one of tls or ssl"],
  ["project_smtp", { ...smtp, sender_email: "hello" }, "sender_email", "an e-mail address"],
  ["project_smtp", { ...smtp, reply_to_email: "hello@" }, "reply_to_email", "an e-mail address"],
  ["project_smtp", { host: "smtp.example.com", port: 587 }, "sender_email", "needed to enable SMTP"],
  ["project_smtp", { ...smtp, password: "a", password_wo: "b", password_wo_version: 1 }, "password", "cannot both be"],

  ["project_email_template", { ...template, template: "recover" }, "template", 'Did you mean "recovery"?'],
  ["project_email_template", { ...template, locale: "EN" }, "locale", 'Did you mean "en"?'],
  ["project_email_template", { ...template, locale: "german" }, "locale", "must be one of"],
  ["project_email_template", { ...template, subject: "" }, "subject", "from 1 to 255 characters"],
  ["project_email_template", { ...template, sender_email: "me" }, "sender_email", "an e-mail address"],

  ["project_labels", { labels: ["a-b"] }, "labels", "letters and digits"],
  ["project_labels", { labels: ["x".repeat(37)] }, "labels", "from 1 to 36 characters"],

  ["webhook", { ...hook, url: "example.com/hook" }, "url", "an http or https URL"],
  ["webhook", { ...hook, url: "http://localhost/hook" }, "url", "neither localhost"],
  ["webhook", { ...hook, url: "http://n8n.lan/hook" }, "url", "a public domain"],
  ["webhook", { ...hook, url: "https://hooks.corp:8443/hook" }, "url", "a public domain"],
  ["webhook", { ...hook, url: "https://127.0.0.1/hook" }, "url", "bare IP addresses"],
  ["webhook", { ...hook, url: "ftp://example.com" }, "url", "an http or https URL"],
  ["webhook", { ...hook, url: "https://example.com:65536/x" }, "url", "an http or https URL"],
  ["webhook", { ...hook, url: "https://example.com/ü" }, "url", "in ASCII"],
  ["webhook", { ...hook, events: ["users"] }, "events.0", "is no event"],
  [
    "webhook",
    { ...hook, events: Array.from({ length: 101 }, (_, at) => `users.u${at}.create`) },
    "events",
    "it has 101",
  ],
  ["webhook", { ...hook, secret: "short" }, "secret", "from 8 to 256 characters"],
  ["webhook", { ...hook, auth_username: "" }, "auth_username", "from 1 to 256 characters"],
];

test.each([
  "https://gitlab.com",
  "http://localhost:8080/a/b?c=d#e",
  "https://user:pass@id.example.com:65535",
  "https://[::1]:443/x",
])("%s is a URL", async (endpoint) => {
  const core = createCore(service, "appwrite_auth_provider");
  expect(await core.validate({ type: "gitlab", ...oauth, endpoint })).toEqual([]);
});

test.each(CASES)("%s %j: %s", async (type, config, at, words) => {
  const core = createCore(service, `appwrite_${type}`);
  const found = await core.validate(config);
  expect(found.join("\n")).toContain(words);
  const paths = (await core.faults(config)).map((path) => path.join("."));
  expect(paths.some((path) => path === at || path.startsWith(`${at}.`))).toBe(true);
});
