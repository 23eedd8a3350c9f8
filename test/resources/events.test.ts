import { type Running, startRunning } from "../support/running.ts";

/** The events of webhooks and functions: what the server takes is planned, what it refuses is refused by the plan. */

const servers: { [version: string]: Running } = {};

beforeAll(async () => {
  for (const version of ["1.9.0", "1.9.6"] as const) servers[version] = await startRunning({ version });
});
afterAll(async () => {
  for (const server of Object.values(servers)) await server.close();
});

const taken = [
  "users.*",
  "users.*.create",
  "users.*.update",
  "users.*.update.email",
  "users.ada.sessions.*.delete",
  "teams.*.update.prefs",
  "teams.*.memberships.*.update.status",
  "databases.*",
  "databases.main.tables.*.create",
  "databases.main.tables.posts.rows.*.create",
  "databases.*.tables.*.columns.*.update",
  "databases.*.collections.*.documents.*.delete",
  "buckets.*.files.*.create",
  "functions.*.executions.*.create",
  "topics.*.subscribers.*.create",
  "messages.*.update",
  "rules.*.create",
];
const refused = [
  ["users.*.update.phone", "must be one of email, name, password, status, prefs"],
  ["users.*.update.labels", "must be one of email, name, password, status, prefs"],
  ["users.*.update.emails", 'Did you mean "email"?'],
  ["tablesdb.*.tables.*.rows.*.create", 'such as "databases.*.tables.*.rows.*.create"'],
  ["documentsdb.*.collections.*.create", "no events of documentsdb"],
  ["databases.*.tables.*.rows.*.upsert", "must be one of create, update, delete"],
  ["databases.*.collections.*.documents.*.upsert", "must be one of create, update, delete"],
  ["buckets.*.file.*.create", 'Did you mean "files"?'],
] as const;
const cases = [
  ...taken.map((event) => ["1.9.6", event, null] as const),
  ...taken.map((event) => ["1.9.0", event, null] as const),
  ...refused.map(([event, words]) => ["1.9.6", event, words] as const),
  ["1.9.6", "reports.*.insights.*.create", null],
  ["1.9.0", "reports.*.create", "reports need Appwrite 1.9.5"],
] as const;

test.each(cases)("on %s, %s: %s", async (version, event, words) => {
  const server = servers[version];
  if (!server) throw new Error("not started");
  const webhook = { name: "W", url: "https://example.com/hook", events: [event] };
  const planning = server.core("appwrite_webhook").plan(null, webhook);
  if (words === null) await planning;
  else await expect(planning).rejects.toThrow(words);

  const { status } = await server.call("POST", "/webhooks", { ...webhook, webhookId: "unique()" });
  expect(status).toBe(words === null ? 201 : 400);
});
