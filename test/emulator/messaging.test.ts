import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { client } from "../support/emulator-client.ts";

/** Messaging beyond what the recordings show; each case is a rule of the server's own actions. */

let emulator: Emulator;
let call: ReturnType<typeof client>;

beforeAll(async () => {
  emulator = await startEmulator();
  call = client(emulator);
});
beforeEach(async () => {
  emulator.reset();
  await call("POST", "/users", { userId: "u", email: "u@b.co", phone: "+12065550100" });
  await call("POST", "/users/u/targets", { targetId: "device", providerType: "push", identifier: "token" });
});
afterAll(() => emulator.close());

const MESSAGES = "/messaging/messages";

test("a draft of a text message is kept, changed and sent; without an enabled provider it fails", async () => {
  const draft = await call("POST", `${MESSAGES}/sms`, { messageId: "m", content: "Hello", users: ["u"], draft: true });
  expect(draft).toMatchObject({
    status: 201,
    body: { providerType: "sms", status: "draft", data: { content: "Hello" } },
  });
  await call("PATCH", `${MESSAGES}/sms/m`, { content: "Hello again" });
  expect((await call("PATCH", `${MESSAGES}/sms/m`, { draft: false })).body["status"]).toBe("processing");
  await emulator.idle();

  expect((await call("GET", `${MESSAGES}/m`)).body).toMatchObject({
    status: "failed",
    deliveryErrors: ["No enabled provider found."],
    data: { content: "Hello again" },
  });
  expect((await call("PATCH", `${MESSAGES}/sms/m`, { content: "x" })).body["type"]).toBe("message_already_failed");
});

test("null for a list of recipients is taken for no list, until it is counted or joined with another", async () => {
  const none = { topics: null, users: null, targets: null };
  const sms = (body: object) => call("POST", `${MESSAGES}/sms`, { messageId: "unique()", content: "C", ...body });
  expect(await sms({ ...none, draft: true })).toMatchObject({
    status: 201,
    body: { topics: [], users: [], targets: [] },
  });
  expect(await sms({ ...none, topics: ["news"] })).toMatchObject({ status: 201 });
  expect(await sms(none)).toMatchObject({ status: 500, body: { type: "general_unknown" } });
  const email = (body: object) =>
    call("POST", `${MESSAGES}/email`, { messageId: "unique()", subject: "S", content: "C", draft: true, ...body });
  expect(await email({ topics: null, users: null, attachments: null })).toMatchObject({
    status: 201,
    body: { topics: [], users: [], data: { attachments: null } },
  });
  for (const name of ["targets", "cc", "bcc"]) expect(await email({ [name]: null })).toMatchObject({ status: 500 });
});

test("a message to a topic counts the subscribers of its kind as delivered", async () => {
  await call("POST", "/messaging/providers/sendgrid", {
    providerId: "p",
    name: "P",
    enabled: true,
    apiKey: "k",
    fromEmail: "a@b.co",
  });
  const [mail] = (await call("GET", "/users/u/targets")).body["targets"] as { $id: string }[];
  await call("POST", "/messaging/topics", { topicId: "news", name: "News" });
  await call("POST", "/messaging/topics/news/subscribers", { subscriberId: "s1", targetId: mail?.$id });
  await call("POST", "/messaging/topics/news/subscribers", { subscriberId: "s2", targetId: "device" });
  await call("POST", `${MESSAGES}/email`, { messageId: "m", subject: "S", content: "C", topics: ["news"] });
  await emulator.idle();

  expect((await call("GET", `${MESSAGES}/m`)).body).toMatchObject({
    status: "sent",
    deliveredTotal: 1,
    deliveryErrors: [],
  });
});

test("a push message holds what is given, and a badge from 0", async () => {
  const body = {
    messageId: "m",
    title: "T",
    body: "B",
    data: { a: "b" },
    sound: "ping",
    badge: 0,
    targets: ["device"],
    draft: true,
  };
  expect((await call("POST", `${MESSAGES}/push`, body)).body["data"]).toEqual({
    title: "T",
    body: "B",
    data: { a: "b" },
    sound: "ping",
    badge: 0,
    priority: "high",
  });
});

test.each([
  ["email", { subject: "S", content: "C" }, "message_target_not_email"],
  ["sms", { content: "C" }, "message_target_not_sms"],
])("an %s message to a target of another kind, or to nobody, is refused", async (kind, content, type) => {
  const send = (extra: object) => call("POST", `${MESSAGES}/${kind}`, { messageId: "unique()", ...content, ...extra });

  expect((await send({ targets: ["device"] })).body["type"]).toBe(type);
  expect((await send({})).body["type"]).toBe("message_missing_target");
});

test("a message is scheduled for the future only", async () => {
  const schedule = (scheduledAt: string) =>
    call("POST", `${MESSAGES}/email`, { messageId: "unique()", subject: "S", content: "C", users: ["u"], scheduledAt });

  expect((await schedule("2099-01-01T00:00:00.000+00:00")).body["status"]).toBe("scheduled");
  expect((await schedule("2020-01-01T00:00:00.000+00:00")).status).toBe(400);
});

test("a provider's lists filter by kind and state", async () => {
  await call("POST", "/messaging/providers/fcm", {
    providerId: "push",
    name: "Push",
    enabled: true,
    serviceAccountJSON: { a: 1 },
  });
  await call("POST", "/messaging/providers/twilio", { providerId: "texts", name: "Texts" });
  const find = async (attribute: string, value: unknown) => {
    const query = encodeURIComponent(JSON.stringify({ method: "equal", attribute, values: [value] }));
    const { body } = await call("GET", `/messaging/providers?queries[]=${query}`);
    return (body["providers"] as { $id: string }[]).map(({ $id }) => $id);
  };

  expect(await find("type", "push")).toEqual(["push"]);
  expect(await find("enabled", false)).toEqual(["texts"]);
});

test("subscribers of a topic that goes are gone, and a subscriber belongs to its topic", async () => {
  await call("POST", "/messaging/topics", { topicId: "a", name: "A" });
  await call("POST", "/messaging/topics", { topicId: "b", name: "B" });
  await call("POST", "/messaging/topics/a/subscribers", { subscriberId: "s", targetId: "device" });

  expect((await call("GET", "/messaging/topics/b/subscribers/s")).body["type"]).toBe("subscriber_not_found");
  await call("DELETE", "/messaging/topics/a");
  await emulator.idle();
  await call("POST", "/messaging/topics", { topicId: "a", name: "A" });
  expect((await call("GET", "/messaging/topics/a/subscribers")).body).toMatchObject({ total: 0 });
  expect(
    (await call("POST", "/messaging/topics/a/subscribers", { subscriberId: "s", targetId: "device" })).status,
  ).toBe(201);
});

test("a cursor in the list of topics must name one, and is not followed", async () => {
  for (const id of ["a", "b", "c"]) await call("POST", "/messaging/topics", { topicId: id, name: id });
  const ids = async (method: string, id: string) => {
    const query = new URLSearchParams();
    query.append("queries[0]", JSON.stringify({ method, values: [id] }));
    query.append("queries[1]", JSON.stringify({ method: "limit", values: [2] }));
    const { body } = await call("GET", `/messaging/topics?${query}`);
    return (body["topics"] as { $id: string }[] | undefined)?.map(({ $id }) => $id) ?? body["type"];
  };

  expect(await ids("cursorAfter", "b")).toEqual(["a", "b"]);
  expect(await ids("cursorBefore", "b")).toEqual(["b", "c"]);
  expect(await ids("cursorAfter", "z")).toBe("general_cursor_not_found");
});

test("a message names each target once, and is not deleted while it is sent", async () => {
  const twice = { messageId: "m", title: "T", body: "B", targets: ["device", "device"], draft: true };
  expect((await call("POST", `${MESSAGES}/push`, twice)).body["type"]).toBe("message_target_not_push");
  emulator.worker.pause();
  await call("POST", `${MESSAGES}/push`, { messageId: "m", title: "T", body: "B", targets: ["device"] });
  expect((await call("DELETE", `${MESSAGES}/m`)).body["type"]).toBe("message_already_scheduled");
});
