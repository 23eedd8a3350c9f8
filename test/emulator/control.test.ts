import { type Emulator, startEmulator } from "../../emulator/index.ts";

let emulator: Emulator;
let root = "";

beforeAll(async () => {
  emulator = await startEmulator();
  root = emulator.endpoint.replace(/\/v1$/, "/__emulator");
});
afterAll(() => emulator.close());

/** As `curl -d` sends it: JSON that is called a form. */
async function post(path: string, body: object): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await fetch(`${root}${path}`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

test("a fault is put in force from another process, whatever its JSON is called", async () => {
  const made = await post("/faults", { kind: "status", status: 503, route: "/v1/health$", count: 1 });
  expect(made.status).toBe(200);
  expect(emulator.faults.list().map(({ fault }) => fault.kind)).toEqual(["status"]);
  emulator.faults.clear();
});

test.each([
  { path: "/faults", body: { status: 503 }, message: /^kind must be one of latency, status,/ },
  { path: "/projects", body: {}, message: /^id must be set/ },
  { path: "/keys", body: { projectId: "emulator" }, message: /^projectId and scopes must be set/ },
])("$path refuses what says too little: $body", async ({ path, body, message }) => {
  expect(await post(path, body)).toEqual({ status: 400, body: { message: expect.stringMatching(message) } });
});
