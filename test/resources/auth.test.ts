import { type Row, UNKNOWN } from "../../provider/schema/value.ts";
import { type Running, startRunning } from "../support/running.ts";

/** Users, memberships and targets where Appwrite is not regular. */

let running: Running;

beforeAll(async () => {
  running = await startRunning();
});
beforeEach(() => running.reset());
afterAll(() => running.close());

const USER = "appwrite_auth_user";

/** What the provider wrote, as "PATCH /users/a/email". */
function writes(): readonly string[] {
  return running.emulator
    .requests()
    .filter(({ method }) => method !== "GET")
    .map(({ method, path }) => `${method} ${path.replace("/v1", "")}`);
}

describe("a user", () => {
  test("is made in one call, and completed by one for each attribute that it does not carry", async () => {
    const { state } = await running.apply(USER, null, {
      id: "a",
      email: "A@b.co",
      labels: ["x"],
      email_verification: true,
    });

    expect(writes()).toEqual(["POST /users", "PUT /users/a/labels", "PATCH /users/a/verification"]);
    expect(state).toMatchObject({ email: "A@b.co", labels: ["x"], email_verification: true, status: true });
    expect((await running.call("GET", "/users/a")).body).toMatchObject({ email: "a@b.co", emailVerification: true });
  });

  test("stays verified when its address changes, because the configuration says so", async () => {
    const config = { id: "a", email: "a@b.co", email_verification: true };
    const { state } = await running.apply(USER, null, config);
    running.emulator.clearRequests();
    const { state: after } = await running.apply(USER, state, { ...config, email: "new@b.co" });

    expect(writes()).toEqual(["PATCH /users/a/email", "PATCH /users/a/verification"]);
    expect(after["email_target_id"]).toBe(state["email_target_id"]);
    expect((await running.call("GET", "/users/a")).body["emailVerification"]).toBe(true);
  });

  test("loses what is taken away, and its target with the address", async () => {
    const { state } = await running.apply(USER, null, { id: "a", name: "A", email: "a@b.co", phone: "+12065550100" });
    expect(state["email_target_id"]).toEqual(expect.any(String));
    const { state: after } = await running.apply(USER, state, { id: "a" });

    expect(after).toMatchObject({ name: null, email: null, phone: null, email_target_id: null, phone_target_id: null });
    expect((await running.call("GET", "/users/a")).body).toMatchObject({ name: "", email: "", phone: "", targets: [] });
    expect((await running.core(USER).plan(await running.core(USER).read(after), { id: "a" })).action).toBe("none");
  });

  test("gets a new password by the version of the write-only one alone, and state never holds it", async () => {
    const config = (version: number): Row => ({
      id: "a",
      password_wo: `passw0rd-${version}`,
      password_wo_version: version,
    });
    const { state } = await running.apply(USER, null, config(1));
    const before = (await running.call("GET", "/users/a")).body["password"];
    running.emulator.clearRequests();
    const { plan, state: after } = await running.apply(USER, state, config(2));

    expect(plan.action).toBe("update");
    expect(writes()).toEqual(["PATCH /users/a/password"]);
    expect((await running.call("GET", "/users/a")).body["password"]).not.toBe(before);
    expect(JSON.stringify([state, after])).not.toContain("passw0rd");
  });

  test("keeps its password when that is no longer in the configuration", async () => {
    const { state } = await running.apply(USER, null, { id: "a", password: "passw0rd-1" });
    running.emulator.clearRequests();
    const { state: after } = await running.apply(USER, state, { id: "a" });

    expect(writes()).toEqual([]);
    expect(after["password"]).toBeNull();
  });

  test("is told why a second address cannot be taken away", async () => {
    const [{ state: first }, { state: second }] = [
      await running.apply(USER, null, { id: "a", email: "a@b.co" }),
      await running.apply(USER, null, { id: "b", email: "b@b.co" }),
    ];
    await running.apply(USER, first, { id: "a" });

    await expect(running.apply(USER, second, { id: "b" })).rejects.toThrow(/only one user may have/);
  });

  test("may have a short password of long characters", async () => {
    expect(await running.core(USER).validate({ id: "a", password: "éèàü" })).toEqual([]);
  });
});

describe("a membership", () => {
  const config = { team_id: "t", user_id: "u", roles: ["dev", "owner"] };

  beforeEach(async () => {
    await running.call("POST", "/users", { userId: "u", email: "u@b.co" });
    await running.call("POST", "/teams", { teamId: "t", name: "T" });
  });

  test("takes its id from the server, and its roles in any order", async () => {
    const { state } = await running.apply("appwrite_auth_membership", null, config);

    expect(state).toMatchObject({ id: expect.any(String), confirm: true });
    const core = running.core("appwrite_auth_membership");
    expect((await core.plan(state, { ...config, roles: ["owner", "dev"] })).action).toBe("none");
    expect((await core.plan(state, { ...config, roles: ["owner"] })).action).toBe("update");
    expect(await core.read(await core.import(`t/${state["id"]}`))).toMatchObject(config);
  });

  test("is adopted when it is there as configured, and explained when it is not", async () => {
    const made = await running.call("POST", "/teams/t/memberships", { userId: "u", roles: ["dev"] });
    const id = String(made.body["$id"]);

    await expect(running.apply("appwrite_auth_membership", null, config)).rejects.toThrow(
      `terraform import ADDRESS t/${id}`,
    );
    const { state } = await running.apply("appwrite_auth_membership", null, { ...config, roles: ["dev"] });
    expect(state["id"]).toBe(id);
  });

  test("is gone with its team, without an error", async () => {
    const { state } = await running.apply("appwrite_auth_membership", null, config);
    await running.call("DELETE", "/teams/t");

    expect(await running.core("appwrite_auth_membership").read(state)).toBeNull();
    await running.apply("appwrite_auth_membership", state, null);
  });
});

describe("a target", () => {
  const TARGET = "appwrite_auth_target";
  const config = { id: "t", user_id: "u", provider_type: "email", identifier: "a@b.co", name: "Work" };

  beforeEach(() => running.call("POST", "/users", { userId: "u" }));

  test("changes in place, but is replaced when its name is taken away", async () => {
    const { state } = await running.apply(TARGET, null, config);
    const { plan } = await running.apply(TARGET, state, { ...config, identifier: "b@b.co" });

    expect(plan.action).toBe("update");
    const { name: _, ...nameless } = config;
    expect((await running.core(TARGET).plan(state, nameless)).action).toBe("replace");
  });

  test("says that its provider is not there, which the server passes over", async () => {
    await expect(running.apply(TARGET, null, { ...config, provider_id: "nope" })).rejects.toThrow(/provider_not_found/);
  });
});

describe("for one run", () => {
  beforeEach(() => running.call("POST", "/users", { userId: "u" }));

  test("a session is opened, and closed at its end", async () => {
    const { result, privateState, diagnostics } = await running
      .service()
      .openEphemeral("appwrite_auth_session", { user_id: "u" });
    expect(diagnostics).toEqual([]);
    expect(result).toMatchObject({ user_id: "u", id: expect.any(String), secret: expect.any(String) });
    expect((await running.call("GET", "/users/u/sessions")).body["total"]).toBe(1);

    expect(await running.service().closeEphemeral("appwrite_auth_session", privateState)).toEqual([]);
    expect((await running.call("GET", "/users/u/sessions")).body["total"]).toBe(0);
  });

  test("a token is made for a user, and for a session where one is named", async () => {
    const session = String((await running.call("POST", "/users/u/sessions")).body["$id"]);
    const config = { user_id: "u", session_id: session, duration_seconds: 60 };
    const { result } = await running.service().openEphemeral("appwrite_auth_jwt", config);
    const [, payload = ""] = String(result?.["jwt"]).split(".");

    expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toMatchObject({ userId: "u", sessionId: session });
  });

  test("a user who is not there is an error", async () => {
    const { diagnostics } = await running.service().openEphemeral("appwrite_auth_session", { user_id: "nobody" });
    expect(diagnostics).toEqual([
      expect.objectContaining({
        summary: "User of the session not found",
        detail: expect.stringContaining("Leave id out of the user"),
      }),
    ]);
    const token = await running.service().openEphemeral("appwrite_auth_jwt", { user_id: "nobody" });
    expect(token.diagnostics[0]?.detail).toContain("There is no user nobody.");
  });
});

test("of sign-in providers, google alone has a prompt that is not known before", async () => {
  const github = { type: "github", client_id: "id", client_secret: "one" };
  const { state } = await running.apply("appwrite_auth_provider", null, github);
  const changed = await running.core("appwrite_auth_provider").plan(state, { ...github, client_secret: "two" });
  expect(changed.planned?.["prompt"]).toBe(null);

  const google = { type: "google", client_id: "id", client_secret: "one" };
  const { planned } = await running.core("appwrite_auth_provider").plan(null, google);
  expect(planned?.["prompt"]).toBe(UNKNOWN);
});
