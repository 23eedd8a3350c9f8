import { createHash, randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { JsonObject } from "../../emulator/json.ts";
import { writeTar } from "../../provider/resources/functions/tar.ts";
import { client } from "../support/emulator-client.ts";
import { clientOf } from "../support/project.ts";

/** Functions and sites of the emulator, where no recording goes: builds, activation, downloads, previews. */

let emulator: Emulator;
let call: ReturnType<typeof client>;

beforeAll(async () => {
  emulator = await startEmulator({ jobDelay: 0 });
});

beforeEach(async () => {
  emulator.reset();
  call = client(emulator);
  await call("POST", "/functions", { functionId: "f", name: "F", runtime: "node-22", entrypoint: "main.js" });
  await call("POST", "/sites", { siteId: "s", name: "S", framework: "other", buildRuntime: "node-22" });
});

afterAll(() => emulator.close());

const archive = (content: string | Uint8Array = "code") =>
  gzipSync(writeTar([{ kind: "file", path: "main.js", executable: false, content: Buffer.from(content) }]));

async function deploy(code: Buffer, activate = true, resource = "/functions/f"): Promise<JsonObject> {
  return (await clientOf(emulator).upload({
    method: "POST",
    path: `${resource}/deployments`,
    field: "code",
    source: {
      name: "code.tar.gz",
      size: code.length,
      read: async (from, length) => code.subarray(from, from + length),
    },
    fields: { activate },
  })) as JsonObject;
}

const get = async (path: string) => (await call("GET", path)).body;

test("a deployment is built and put in service, and the function tells so", async () => {
  await call("POST", "/proxy/rules/function", { domain: "a.functions.localhost", functionId: "f" });
  const { $id, status } = await deploy(archive());
  expect(status).toBe("waiting");
  await emulator.idle();
  expect(await get(`/functions/f/deployments/${$id}`)).toMatchObject({ status: "ready", activate: true });
  expect(await get("/functions/f")).toMatchObject({ deploymentId: $id, latestDeploymentStatus: "ready", live: true });
  expect((await get("/proxy/rules"))["rules"]).toMatchObject([{ deploymentId: $id, trigger: "manual" }]);
});

test("large code in one piece is built at once", async () => {
  const form = new FormData();
  form.set("code", new Blob([randomBytes(6 * 1024 * 1024)]), "code.tar.gz");
  form.set("activate", "true");
  const headers = { "x-appwrite-project": emulator.projectId, "x-appwrite-key": emulator.apiKey };
  const sent = await fetch(`${emulator.endpoint}/functions/f/deployments`, { method: "POST", headers, body: form });
  expect(sent.status).toBe(202);
  expect((await get("/functions/f"))["latestDeploymentId"]).toBe(((await sent.json()) as JsonObject)["$id"]);
});

test("a list of deployments takes a select of what is kept of them", async () => {
  await deploy(archive());
  const select = (...values: string[]) =>
    get(`/functions/f/deployments?queries[0]=${encodeURIComponent(JSON.stringify({ method: "select", values }))}`);
  const [one = {}] = (await select("status", "buildLogs"))["deployments"] as JsonObject[];
  expect(Object.keys(one)).toEqual(["$id", "$createdAt", "$updatedAt", "status", "buildLogs"]);
  expect((await select("*"))["deployments"]).toMatchObject([{ resourceId: "f" }]);
  expect(await select("nothing")).toMatchObject({
    message: "Invalid `queries` param: Invalid query: Attribute not found in schema: nothing",
  });
});

test("a deployment that is not activated waits for it, and then takes the place of the other", async () => {
  const first = await deploy(archive("1"));
  const second = await deploy(archive("2"), false);
  expect(await call("PATCH", "/functions/f/deployment", { deploymentId: second["$id"] })).toMatchObject({
    status: 400,
    body: { type: "build_not_ready" },
  });
  await emulator.idle();
  expect(await get("/functions/f")).toMatchObject({ deploymentId: first["$id"], latestDeploymentId: second["$id"] });
  await call("PATCH", "/functions/f/deployment", { deploymentId: second["$id"] });
  expect(await get("/functions/f")).toMatchObject({ deploymentId: second["$id"] });
});

test("a later deployment that is to be activated takes that from an earlier one", async () => {
  const first = await deploy(archive("1"));
  await deploy(archive("2"));
  expect(await get(`/functions/f/deployments/${first["$id"]}`)).toMatchObject({ activate: false });
});

test("a source of several parts is one deployment, and comes back as it was sent", async () => {
  const code = archive(randomBytes(11 * 1024 * 1024));
  const { $id, sourceSize } = await deploy(code);
  expect(sourceSize).toBe(code.length);
  expect((await get("/functions/f/deployments"))["total"]).toBe(1);
  await emulator.idle();
  const headers = { "x-appwrite-project": emulator.projectId, "x-appwrite-key": emulator.apiKey };
  const answer = await fetch(`${emulator.endpoint}/functions/f/deployments/${$id}/download`, { headers });
  const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  expect(hash(new Uint8Array(await answer.arrayBuffer()))).toBe(hash(code));
});

test("what is no archive is not built", async () => {
  const { $id } = await deploy(gzipSync("no tar"));
  await emulator.idle();
  const { status, buildLogs } = await get(`/functions/f/deployments/${$id}`);
  expect([status, String(buildLogs).includes("does not look like a tar archive")]).toEqual(["failed", true]);
  expect(await get("/functions/f")).toMatchObject({ deploymentId: "", latestDeploymentStatus: "failed" });
});

test.each([
  ["failed", "failed"],
  ["stuck", "building"],
  ["processing", "processing"],
] as const)("a fault makes a build end as %s", async (outcome, status) => {
  emulator.faults.add({ kind: "life-cycle", target: "deployment", outcome, error: "exit 1" });
  const { $id } = await deploy(archive());
  await emulator.idle();
  expect(await get(`/functions/f/deployments/${$id}`)).toMatchObject({ status });
});

test("a build can be canceled while it runs, and not afterwards", async () => {
  emulator.faults.add({ kind: "life-cycle", target: "deployment", outcome: "stuck", count: 1 });
  const running = await deploy(archive());
  await emulator.idle();
  expect((await call("PATCH", `/functions/f/deployments/${running["$id"]}/status`)).body).toMatchObject({
    status: "canceled",
  });
  const done = await deploy(archive());
  await emulator.idle();
  expect(await call("PATCH", `/functions/f/deployments/${done["$id"]}/status`)).toMatchObject({ status: 400 });
});

test("a deployment can be built again, and the function forgets one that is deleted", async () => {
  const { $id } = await deploy(archive());
  await emulator.idle();
  const again = (await call("POST", "/functions/f/deployments/duplicate", { deploymentId: $id })).body;
  await emulator.idle();
  expect(await get("/functions/f")).toMatchObject({ deploymentId: again["$id"] });
  expect((await call("DELETE", `/functions/f/deployments/${again["$id"]}`)).status).toBe(204);
  expect(await get("/functions/f")).toMatchObject({ deploymentId: "", latestDeploymentId: $id });
});

test("a deployment belongs to its function or site, and goes with it", async () => {
  const { $id } = await deploy(archive(), true, "/sites/s");
  expect((await call("GET", `/functions/f/deployments/${$id}`)).status).toBe(404);
  const rules = (await get("/proxy/rules"))["rules"] as JsonObject[];
  expect(rules).toMatchObject([{ trigger: "deployment", deploymentId: $id, status: "verified" }]);
  await call("DELETE", "/sites/s");
  expect(emulator.dump(emulator.projectId)["deployments"]).toBeUndefined();
  expect((await get("/proxy/rules"))["total"]).toBe(0);
});

test.each([
  [
    "a function without an entrypoint",
    "/functions",
    { functionId: "e", name: "E", runtime: "node-22" },
    "function_entrypoint_missing",
  ],
  ["a template without its function", "", {}, "function_not_found"],
])("refuses a deployment of %s", async (_what, path, body, type) => {
  if (path !== "") await call("POST", path, body);
  await expect(deploy(archive(), true, "/functions/e")).rejects.toMatchObject({ details: { type } });
});

test("a repository is reached by an installation, of which there is none", async () => {
  const branch = { type: "branch", reference: "main" };
  expect((await call("POST", "/functions/f/deployments/vcs", branch)).body).toMatchObject({
    type: "installation_not_found",
  });
  const connected = { name: "F", providerRepositoryId: "1" };
  expect((await call("PUT", "/functions/f", connected)).body).toMatchObject({ type: "general_argument_invalid" });
});

test.each([
  ["shop.sites.localhost", 201],
  ["a.b.sites.localhost", 400],
  ["branch-x.sites.localhost", 400],
  ["sites.localhost", 400],
  ["localhost", 400],
])("the domain %s is answered with %d", async (domain, status) => {
  expect((await call("POST", "/proxy/rules/site", { domain, siteId: "s" })).status).toBe(status);
});

test("a domain is unique over all projects, in any letter case", async () => {
  await call("POST", "/proxy/rules/api", { domain: "api.example.com" });
  const other = { ...emulator, ...emulator.addProject({ id: "other" }) };
  expect(await client(other)("POST", "/proxy/rules/api", { domain: "API.example.com" })).toMatchObject({ status: 409 });
  expect((await client(other)("GET", "/proxy/rules")).body["total"]).toBe(0);
});

test("executions are none, and refused without a deployment that is ready", async () => {
  const status = async (method: string, path: string) => (await call(method, `/functions/${path}`)).body;
  expect(await status("GET", "f/executions")).toEqual({ total: 0, executions: [] });
  expect(await status("GET", "f/executions/e")).toMatchObject({ type: "execution_not_found" });
  expect(await status("DELETE", "f/executions/e")).toMatchObject({ type: "execution_not_found" });
  expect(await status("GET", "none/executions")).toMatchObject({ type: "function_not_found" });
  const later = { scheduledAt: "2100-01-01T00:00:30.000Z" };
  expect((await call("POST", "/functions/f/executions", later)).body).toMatchObject({ type: "general_bad_request" });
  expect((await call("POST", "/functions/f/executions", { ...later, async: true })).body).toMatchObject({
    message: "Execution schedule must be a valid date, and at least 1 minute from now",
  });
  expect((await call("POST", "/functions/f/executions", {})).body).toMatchObject({
    type: "deployment_not_found",
    message: "Deployment not found. Create a deployment before trying to execute a function",
  });
});

test.each<[string, string, JsonObject | undefined]>([
  ["GET", "installations/x", undefined],
  ["DELETE", "installations/x", undefined],
  ["GET", "github/installations/x/providerRepositories?type=runtime", undefined],
  ["GET", "github/installations/x/providerRepositories/1/contents", undefined],
  ["POST", "github/installations/x/detections", { providerRepositoryId: "1", type: "runtime" }],
  ["PATCH", "github/installations/x/repositories/1", { providerPullRequestId: "1" }],
])("%s /vcs/%s finds no installation", async (method, path, body) => {
  expect(await call(method, `/vcs/${path}`, body)).toMatchObject({
    status: 404,
    body: { type: "installation_not_found" },
  });
});

test("a list of installations is empty, and no GitHub app is set up", async () => {
  expect(await get("/vcs/installations")).toEqual({ total: 0, installations: [] });
  const after = encodeURIComponent('{"method":"cursorAfter","values":["x"]}');
  expect(await get(`/vcs/installations?queries[0]=${after}`)).toMatchObject({
    type: "general_cursor_not_found",
    message: "Installation 'x' for the 'cursor' value not found.",
  });
  expect(await call("GET", "/vcs/github/authorize")).toMatchObject({
    status: 500,
    body: { type: "general_server_error" },
  });
});
