import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { createClient } from "../../provider/client/index.ts";
import { ApiError, type Backend } from "../../provider/schema/index.ts";

let emulator: Emulator;
let backend: Backend;

beforeAll(async () => {
  emulator = await startEmulator();
  backend = createClient({
    endpoint: emulator.endpoint,
    projectId: emulator.projectId,
    apiKey: emulator.apiKey,
    userAgent: "test",
    version: "0",
    signal: new AbortController().signal,
  });
});

afterAll(() => emulator.close());

/** Loses the answer of the next create and says what came of it. */
async function createAndLose(databaseId: string): Promise<unknown> {
  emulator.faults.add({ kind: "reset", when: "after", method: "POST", route: "/v1/tablesdb$", count: 1 });
  return backend
    .call({ method: "POST", path: "/tablesdb", body: { databaseId, name: "Shop" } })
    .catch((cause: unknown) => cause);
}

test.each([
  { name: "on a new connection", warm: false },
  { name: "on a kept connection, which may just have been stale", warm: true },
])("a conflict after a lost answer is known to be the echo of our own create: $name", async ({ name, warm }) => {
  if (warm) await backend.call({ method: "GET", path: "/tablesdb" });
  const cause = await createAndLose(warm ? "warm" : "cold");

  expect({ name, isApiError: cause instanceof ApiError }).toEqual({ name, isApiError: true });
  const { status, afterLostAnswer } = (cause as ApiError).details;
  expect({ status, afterLostAnswer }).toEqual({ status: 409, afterLostAnswer: true });
});
