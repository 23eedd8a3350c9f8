import { type Emulator, startEmulator } from "../../emulator/index.ts";

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

function close(method: string): Promise<unknown> {
  return call("PATCH", `/project/auth-methods/${method}`, { enabled: false });
}

async function call(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${emulator.endpoint}${path}`, {
    method,
    headers: {
      "x-appwrite-project": emulator.projectId,
      "x-appwrite-key": emulator.apiKey,
      "content-type": "application/json",
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(answer.status).toBe(200);
  return answer.json();
}
