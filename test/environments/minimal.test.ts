import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { startTwoEnvironments, type TwoEnvironments } from "../support/environments.ts";

/** An export tells what somebody has made of a project, not what every project begins with. */

let two: TwoEnvironments;
let old: Emulator;

beforeAll(async () => {
  [two, old] = await Promise.all([startTwoEnvironments(), startEmulator({ version: "1.9.0" })]);
  const { endpoint, projectId, consoleEmail } = old;
  two.configure({ prod: { endpoint, project: projectId, consoleEmail, consolePassword: { env: "PROD_PASSWORD" } } });
}, 60_000);
afterAll(async () => {
  await two.close();
  await old.close();
});

const run = (...words: readonly string[]) =>
  two.run(words, { environment: { PROD_KEY: old.apiKey, PROD_PASSWORD: old.consolePassword } });

async function exported(name: string, ...more: readonly string[]): Promise<number> {
  const { code, out, err } = await run("export", name, "--out", `${name}-out`, "--json", ...more);
  expect(code === 0 ? "" : err).toBe("");
  return (JSON.parse(out) as { readonly resources: number }).resources;
}

test.each(["staging", "prod"])("a new project has nothing to export (%s)", async (name) => {
  expect(await exported(name)).toBe(0);
  expect(existsSync(join(two.folder, `${name}-out`, "project.tf"))).toBe(false);
});

test.each(["staging", "prod"])("settings are exported once one of them is touched (%s)", async (name) => {
  expect((await run("set", name, "appwrite_auth_policies", "session_limit=7")).code).toBe(0);
  expect(await exported(name)).toBe(1);
  expect(two.read(`${name}-out/project.tf`)).toMatch(/session_limit +=? ?= 7/);
  expect((await run("set", name, "appwrite_project_services", "graphql=false")).code).toBe(0);
  expect(await exported(name)).toBe(2);
});

test("settings that are named are exported as they are, and a snapshot tells all", async () => {
  expect(await exported("staging", "--only", "auth_methods")).toBe(1);
  const { out } = await run("export", "staging", "--format", "snapshot");
  expect(Object.keys((JSON.parse(out) as { readonly objects: object }).objects)).toContain("appwrite_auth_methods");
});
