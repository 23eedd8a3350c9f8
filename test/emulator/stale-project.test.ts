import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { Json } from "../../emulator/json.ts";
import { apiOf } from "../support/api.ts";

/** The fault that makes settings race as those of a real Appwrite do (real-server.md, F4): without it nothing would prove the queue. */

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(() => emulator.close());

const METHODS = ["email-password", "magic-url", "email-otp", "anonymous", "invites", "jwt", "phone"];

test.each([
  { at: "at once", lost: true },
  { at: "one after the other", lost: false },
])("settings written $at lose each other: $lost", async ({ lost }) => {
  emulator.reset();
  emulator.faults.add({ kind: "stale-project", route: "^/v1/project/", milliseconds: 20 });
  if (lost) await Promise.all(METHODS.map(close));
  else for (const method of METHODS) await close(method);
  emulator.faults.clear();
  const project = (await call("GET", "/project")) as { authMethods: readonly { enabled: boolean }[] };
  const closed = project.authMethods.filter(({ enabled }) => !enabled).length;
  expect(closed < METHODS.length).toBe(lost);
});

function close(method: string): Promise<Json> {
  return call("PATCH", `/project/auth-methods/${method}`, { enabled: false });
}

async function call(method: string, path: string, body?: Json): Promise<Json> {
  const answer = await apiOf(emulator)(method, path, body);
  expect(answer.status).toBe(200);
  return answer.body;
}
