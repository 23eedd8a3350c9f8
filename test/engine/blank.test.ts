import type { Row } from "../../provider/schema/value.ts";
import { type Running, startRunning } from "../support/running.ts";

/** An empty text where the server takes none is the same as leaving the attribute out: `phone = var.has_phone ? var.phone : ""`. */

let running: Running;

beforeAll(async () => {
  running = await startRunning({ jobDelay: 0 });
});
afterAll(() => running.close());

test.each<{ readonly type: string; readonly blank: Row; readonly set: Row }>([
  {
    type: "appwrite_auth_user",
    blank: { id: "ada", name: "", email: "", phone: "" },
    set: { id: "ada", name: "Ada", email: "ada@example.com", phone: "+12065550100" },
  },
  {
    type: "appwrite_webhook",
    blank: { name: "W", url: "https://example.com", events: [], auth_username: "", auth_password: "" },
    set: { name: "W", url: "https://example.com", events: [], auth_username: "u", auth_password: "p" },
  },
  {
    type: "appwrite_project_key",
    blank: { name: "K", scopes: ["users.read"], expire: "" },
    set: { name: "K", scopes: ["users.read"], expire: "2030-01-01T00:00:00.000+00:00" },
  },
  {
    type: "appwrite_messaging_provider",
    blank: { name: "P", type: "smtp", host: "mail.example.com", from_email: "a@example.com", from_name: "" },
    set: { name: "P", type: "smtp", host: "mail.example.com", from_email: "a@example.com", from_name: "A" },
  },
])("$type takes empty texts for values that are not set", async ({ type, blank, set }) => {
  const core = running.core(type);
  expect(await core.validate(blank)).toEqual([]);
  const first = await running.apply(type, null, blank);
  expect(first.state).toMatchObject(blank);
  expect((await core.plan(await core.read(first.state), blank)).action).toBe("none");

  const filled = await running.apply(type, first.state, set);
  expect(filled.state).toMatchObject(set);
  const emptied = await running.apply(type, filled.state, blank);
  expect(emptied.state).toMatchObject(blank);
  expect((await core.plan(await core.read(emptied.state), blank)).action).toBe("none");
});

test("an empty text where one is needed stays wrong", async () => {
  const smtp = { name: "P", type: "smtp", host: "", from_email: "a@example.com" };
  expect(await running.core("appwrite_messaging_provider").validate(smtp)).toEqual([
    expect.stringContaining("needs host"),
  ]);
  expect(await running.core("appwrite_auth_team").validate({ name: "" })).toHaveLength(1);
});
