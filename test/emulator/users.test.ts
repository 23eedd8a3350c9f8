import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { JsonObject } from "../../emulator/json.ts";
import { client } from "../support/emulator-client.ts";

/** Users, teams and their memberships beyond what the recordings show; each case is a rule of the server's own actions. */

let emulator: Emulator;
let call: ReturnType<typeof client>;

beforeAll(async () => {
  emulator = await startEmulator();
  call = client(emulator);
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.close());

test.each([
  ["argon2", {}, { type: "argon2", memory_cost: 65_536, time_cost: 4, threads: 3 }],
  ["bcrypt", {}, { type: "bcrypt", cost: 8 }],
  ["md5", {}, { type: "md5" }],
  ["sha", { passwordVersion: "sha512" }, { version: "sha512" }],
  [
    "scrypt",
    { passwordSalt: "salt", passwordCpu: 8, passwordMemory: 14, passwordParallel: 1, passwordLength: 64 },
    { type: "scrypt", costCpu: 8, costMemory: 14, costParallel: 1, length: 64, salt: "salt" },
  ],
  [
    "scrypt-modified",
    { passwordSalt: "c2FsdA==", passwordSaltSeparator: "Bw==", passwordSignerKey: "a2V5" },
    { type: "scryptMod", salt: "c2FsdA==", saltSeparator: "Bw==", signerKey: "a2V5" },
  ],
])("a user with a password hashed by %s keeps the hash as it came", async (hash, fields, hashOptions) => {
  const body = { userId: "u", email: "a@b.co", password: "12345678", ...fields };
  const { status, body: user } = await call("POST", `/users/${hash}`, body);

  expect(status).toBe(201);
  expect(user).toMatchObject({ password: "12345678", hashOptions });
  expect(user["hashOptions"]).toEqual(hashOptions);
});

test("phpass keeps its options, and a scrypt cost that cannot be is a server error", async () => {
  const hashed = await call("POST", "/users/phpass", {
    userId: "u",
    email: "a@b.co",
    password: "$P$Br387rwferoKN7uwHZqNMu98q3U8RO.",
  });
  expect(hashed.body).toMatchObject({
    hash: "phpass",
    hashOptions: { iteration_count_log2: 8, portable_hashes: false },
  });

  const costs = { passwordSalt: "s", passwordCpu: 7, passwordMemory: 14, passwordParallel: 1, passwordLength: 64 };
  const broken = await call("POST", "/users/scrypt", { userId: "v", email: "v@b.co", password: "12345678", ...costs });
  expect(broken.status).toBe(500);
});

test("an empty e-mail address is unique, an empty phone number is not", async () => {
  await call("POST", "/users", { userId: "a", email: "a@b.co", phone: "+12065550100" });
  await call("POST", "/users", { userId: "b", email: "b@b.co", phone: "+12065550101" });

  expect((await call("PATCH", "/users/a/phone", { number: "" })).status).toBe(200);
  expect((await call("PATCH", "/users/b/phone", { number: "" })).status).toBe(200);
  expect((await call("PATCH", "/users/a/email", { email: "" })).status).toBe(200);
  expect(await call("PATCH", "/users/b/email", { email: "" })).toMatchObject({
    status: 409,
    body: { type: "user_email_already_exists" },
  });
});

test("an address that any target has is refused, the user's own included", async () => {
  await call("POST", "/users", { userId: "a", email: "a@b.co" });

  expect((await call("PATCH", "/users/a/email", { email: "A@b.co" })).body).toMatchObject({
    type: "user_target_already_exists",
  });
  const target = { targetId: "t", providerType: "email", identifier: "a@b.co" };
  expect((await call("POST", "/users/a/targets", target)).status).toBe(409);
});

test("lists filter by labels, status and search", async () => {
  await call("POST", "/users", { userId: "ada", name: "Ada Lovelace", email: "ada@b.co" });
  await call("POST", "/users", { userId: "bob", name: "Bob" });
  await call("PUT", "/users/ada/labels", { labels: ["vip"] });
  await call("PATCH", "/users/bob/status", { status: false });
  const ids = async (query: string) =>
    ((await call("GET", `/users?${query}`)).body["users"] as { $id: string }[] | undefined)?.map(({ $id }) => $id);
  const filter = (method: string, attribute: string, value: unknown) =>
    `queries[]=${encodeURIComponent(JSON.stringify({ method, attribute, values: [value] }))}`;

  expect(await ids(filter("contains", "labels", "vip"))).toEqual(["ada"]);
  expect(await ids(filter("equal", "status", false))).toEqual(["bob"]);
  expect(await ids("search=lovelace")).toEqual(["ada"]);
  expect((await call("GET", `/users?${filter("equal", "labels", "vip")}`)).status).toBe(400);
});

test("sessions and tokens are opened, told and closed", async () => {
  await call("POST", "/users", { userId: "u" });
  const session = await call("POST", "/users/u/sessions");
  expect(session).toMatchObject({ status: 201, body: { userId: "u", provider: "server", factors: ["server"] } });
  const jwt = await call("POST", "/users/u/jwts", { sessionId: session.body["$id"], duration: 60 });
  expect(String(jwt.body["jwt"]).split(".")).toHaveLength(3);
  expect((await call("POST", "/users/u/tokens", { length: 12 })).body["secret"]).toHaveLength(12);

  expect((await call("GET", "/users/u/sessions")).body).toMatchObject({ total: 1 });
  expect((await call("DELETE", `/users/u/sessions/${session.body["$id"]}`)).status).toBe(204);
  expect((await call("DELETE", `/users/u/sessions/${session.body["$id"]}`)).body).toMatchObject({
    type: "user_session_not_found",
  });
});

test("recovery codes are made once and renewed", async () => {
  await call("POST", "/users", { userId: "u" });
  expect((await call("GET", "/users/u/mfa/recovery-codes")).status).toBe(404);
  expect((await call("PATCH", "/users/u/mfa/recovery-codes")).status).toBe(200);
  expect((await call("PATCH", "/users/u/mfa/recovery-codes")).status).toBe(409);
  expect((await call("PUT", "/users/u/mfa/recovery-codes")).body["recoveryCodes"]).toHaveLength(6);
});

test("a user who goes leaves teams and topics", async () => {
  await call("POST", "/users", { userId: "u", email: "u@b.co" });
  const { body } = await call("GET", "/users/u/targets");
  const [target] = body["targets"] as { $id: string }[];
  await call("POST", "/teams", { teamId: "t", name: "T" });
  await call("POST", "/teams/t/memberships", { userId: "u", roles: [] });
  await call("POST", "/messaging/topics", { topicId: "news", name: "News" });
  await call("POST", "/messaging/topics/news/subscribers", { subscriberId: "s", targetId: target?.$id });
  expect((await call("GET", "/messaging/topics/news")).body).toMatchObject({ emailTotal: 1 });

  await call("DELETE", "/users/u");
  await emulator.idle();

  expect((await call("GET", "/messaging/topics/news")).body).toMatchObject({ emailTotal: 0 });
  expect((await call("GET", "/messaging/topics/news/subscribers")).body).toMatchObject({ total: 0 });
  expect((await call("GET", "/teams/t")).body).toMatchObject({ total: 0 });
  expect((await call("GET", "/teams/t/memberships")).body).toMatchObject({ total: 0, memberships: [] });
});

test("an invitation must fit the user that it names", async () => {
  await call("POST", "/users", { userId: "u", email: "u@b.co", phone: "+12065550100" });
  await call("POST", "/teams", { teamId: "t", name: "T" });
  const invite = (body: object) => call("POST", "/teams/t/memberships", { roles: ["dev"], ...body });

  expect((await invite({ userId: "u", email: "other@b.co" })).body["message"]).toBe(
    "Given userId and email doesn't match",
  );
  expect((await invite({ email: "u@b.co", phone: "+12065550199" })).status).toBe(409);
  const added = await invite({ phone: "+12065550100" });
  expect(added).toMatchObject({ status: 201, body: { userId: "u", userPhone: "" } });
  expect((await call("GET", `/teams/t/memberships/${added.body["$id"]}`)).body["userPhone"]).toBe("+12065550100");
  expect((await call("DELETE", "/teams/t/memberships/nope")).body["type"]).toBe("team_invite_not_found");
});

test("the memberships of a user do not tell what the server looks up for a team's members alone", async () => {
  await call("POST", "/users", { userId: "u", email: "u@b.co", phone: "+12065550100", name: "U" });
  await call("PATCH", "/users/u/verification", { emailVerification: true });
  await call("PATCH", "/users/u/mfa", { mfa: true });
  await call("POST", "/teams", { teamId: "t", name: "T" });
  await call("POST", "/teams/t/memberships", { userId: "u", roles: ["owner"] });

  const [own] = (await call("GET", "/users/u/memberships")).body["memberships"] as JsonObject[];
  expect(own).toMatchObject({ userName: "U", userEmail: "u@b.co", teamName: "T", userPhone: "", mfa: false });
  const [members] = (await call("GET", "/teams/t/memberships")).body["memberships"] as JsonObject[];
  expect(members).toMatchObject({ userPhone: "+12065550100", mfa: true });
});

test("an empty password is answered as none, and kept as the hash of an empty one", async () => {
  await call("POST", "/users/md5", { userId: "u", email: "u@b.co", password: "5f4dcc3b5aa765d61d8327deb882cf99" });

  const { status, body } = await call("PATCH", "/users/u/password", { password: "" });
  expect([status, body["password"], body["hash"]]).toEqual([200, "", "md5"]);
  expect((await call("GET", "/users/u")).body).toMatchObject({
    password: expect.stringMatching(/^\$argon2id\$/),
    hash: "argon2",
  });
});

test("common passwords are refused where the policy says so, and a weak one before the user is looked for", async () => {
  expect((await call("POST", "/users", { userId: "a", password: "iloveyou" })).status).toBe(201);
  await call("PATCH", "/project/policies/password-dictionary", { enabled: true });
  expect(await call("POST", "/users", { userId: "b", password: "iloveyou" })).toMatchObject({
    status: 400,
    body: {
      message:
        "Invalid `password` param: Password must be between 8 and 265 characters long, and should not be one of the commonly used password.",
    },
  });
  expect((await call("PATCH", "/users/nobody/password", { password: "iloveyou" })).status).toBe(400);
  expect((await call("PATCH", "/users/nobody/password", { password: "not a common one" })).status).toBe(404);
});

test.each([
  ["John.Doe+news@GoogleMail.com", "johndoe@gmail.com", true, false],
  ["a.b+c@outlook.de", "a.b@outlook.com", true, false],
  ["first-last-shop@yahoo.fr", "first-last@yahoo.com", true, false],
  ["me@hotmail.mx", "me@hotmail.mx", false, false],
  ["me@hotmail.com.mx", "me@outlook.com", false, false],
  ["dev@example.com", "dev@example.com", false, true],
  ["dev@example.org", "dev@example.org", false, false],
])("the address %s is %s to the server", async (email, emailCanonical, emailIsFree, emailIsDisposable) => {
  const { body } = await call("POST", "/users", { userId: "u", email });
  expect(body).toMatchObject({
    emailCanonical,
    emailIsFree,
    emailIsDisposable,
    emailIsCorporate: !emailIsFree && !emailIsDisposable,
    emailIsCanonical: email.toLowerCase() === emailCanonical,
  });
});

test.each([
  [{ email: "a@b.c0" }, 201],
  [{ email: "a@b.0c" }, 400],
  [{ email: " a@b.co" }, 201],
  [{ email: "a@b" }, 400],
  [{ email: `a@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(60)}.${"f".repeat(10)}.co` }, 400],
  [{ phone: "+4930123456" }, 201],
  [{ phone: "+9991234567" }, 400],
  [{ phone: "+2101234567" }, 400],
])("the address %j is answered with %i", async (address, status) => {
  expect((await call("POST", "/users", { userId: "u", ...address })).status).toBe(status);
});

test("a token that holds for no time is a server error", async () => {
  await call("POST", "/users", { userId: "u" });
  expect((await call("POST", "/users/u/jwts", { duration: 0 })).status).toBe(500);
  expect((await call("POST", "/users/u/jwts", { duration: 1 })).status).toBe(201);
});

test("a session is ended under any user's name", async () => {
  await call("POST", "/users", { userId: "a" });
  await call("POST", "/users", { userId: "b" });
  const session = await call("POST", "/users/a/sessions");
  expect((await call("DELETE", `/users/b/sessions/${session.body["$id"]}`)).status).toBe(204);
  expect((await call("GET", "/users/a/sessions")).body["total"]).toBe(0);
});

test("a new password ends the sessions, unless the project lets them go on", async () => {
  await call("POST", "/users", { userId: "a", password: "correct horse" });
  const left = async () => {
    await call("POST", "/users/a/sessions");
    await call("PATCH", "/users/a/password", { password: "another one" });
    return (await call("GET", "/users/a/sessions")).body["total"];
  };
  expect(await left()).toBe(0);
  await call("PATCH", "/project/policies/session-invalidation", { enabled: false });
  expect(await left()).toBe(1);
});
