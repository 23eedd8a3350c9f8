import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { post, startTwoEnvironments, type TwoEnvironments } from "../support/environments.ts";
import { ended } from "../support/terraform.ts";

/** Runs the shell steps of the workflows that users copy, with stand-ins for what belongs to GitHub and to npm. */

const root = join(__dirname, "..", "..");
const workflows = join(root, "examples", "ci");
let two: TwoEnvironments;
let tools: string;

beforeAll(async () => {
  two = await startTwoEnvironments();
  tools = join(two.folder, "tools");
  mkdirSync(tools);
  const tool = (name: string, text: string): void => {
    writeFileSync(join(tools, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(tools, name), 0o755);
  };
  tool("npm", "exit 0");
  tool("npx", `shift\nexec "${process.execPath}" "${join(root, "dist", "appwrite-iac.js")}" "$@"`);
  tool("gh", `echo "gh $*" >> "${join(two.folder, "calls.log")}"`);
  tool("git", `echo "git $*" >> "${join(two.folder, "calls.log")}"`);
  await post(two.stagingClient, "/storage/buckets", { bucketId: "photos", name: "Photos" });
  await post(two.stagingClient, "/teams", { teamId: "editors", name: "Editors" });
  expect((await two.run(["export", "staging", "--out", "terraform"])).code).toBe(0);
}, 60_000);
afterAll(() => two.close());

/** The `run` steps of a job, in order. */
function stepsOf(workflow: string, job: string): readonly string[] {
  const text = readFileSync(join(workflows, workflow), "utf8");
  const body = text.split(new RegExp(`^  ${job}:$`, "m"))[1]?.split(/^ {2}\w+:$/m)[0] ?? "";
  return [...body.matchAll(/^( +)(?:- )?run: (?:\|\n((?:\1 .*\n|\s*\n)+)|(.*))/gm)].map(
    ([, , block, line]) => block ?? line ?? "",
  );
}

async function runJob(workflow: string, job: string, more: { readonly [name: string]: string } = {}) {
  let output = "";
  for (const step of stepsOf(workflow, job)) {
    const child = spawn("bash", ["-e", "-o", "pipefail", "-c", step], {
      cwd: two.folder,
      env: {
        PATH: `${tools}${delimiter}${process.env["PATH"]}`,
        HOME: two.folder,
        APPWRITE_ENDPOINT: two.staging.endpoint,
        APPWRITE_PROJECT_ID: two.staging.projectId,
        APPWRITE_API_KEY: two.staging.apiKey,
        STAGING_KEY: two.staging.apiKey,
        PROD_KEY: two.prod.apiKey,
        PULL_REQUEST: "7",
        GITHUB_OUTPUT: join(two.folder, "output.txt"),
        GITHUB_STEP_SUMMARY: join(two.folder, "summary.md"),
        CHECKPOINT_DISABLE: "1",
        ...more,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const end = await ended(child);
    output += end.output;
    if (end.code !== 0) return { code: end.code, output };
  }
  return { code: 0, output };
}

const calls = (): string => (existsSync(join(two.folder, "calls.log")) ? two.read("calls.log") : "");

test("no workflow puts what others write into a shell, or a key anywhere but into the environment", () => {
  for (const name of readdirSync(workflows).filter((one) => one.endsWith(".yml"))) {
    const text = readFileSync(join(workflows, name), "utf8");
    const jobs = [...(text.split(/^jobs:$/m)[1] ?? "").matchAll(/^ {2}(\w+):$/gm)].map(([, job]) => job ?? "");
    const steps = jobs.flatMap((job) => stepsOf(name, job));
    expect(steps.length).toBeGreaterThan(1);
    expect(steps.filter((step) => step.includes("${{"))).toEqual([]);
    expect(
      text
        .split("\n")
        .filter((line) => line.includes("secrets.") && !/^\s+[A-Z_]+: \$\{\{ secrets\.[A-Z_]+ \}\}$/.test(line)),
    ).toEqual([]);
  }
});

test("a pull request is commented with the plan, a merge applies it, and a change in the console is an issue next morning", async () => {
  const planned = await runJob("plan.yml", "plan");
  expect(planned.code === 0 ? "" : planned.output).toBe("");
  expect(two.read("comment.md")).toContain("2 to import, 0 to add, 0 to change, 0 to destroy");
  expect(calls()).toContain("gh pr comment 7 --body-file comment.md");

  const applied = await runJob("apply.yml", "apply");
  expect(applied.code === 0 ? "" : applied.output).toBe("");

  const quiet = await runJob("drift.yml", "drift");
  expect(quiet.code === 0 ? "" : quiet.output).toBe("");
  expect(calls()).not.toContain("gh issue");
  await two.stagingClient.call({ method: "PUT", path: "/storage/buckets/photos", body: { name: "By hand" } });
  const drifted = await runJob("drift.yml", "drift");
  expect(drifted.code).toBe(0);
  expect(calls()).toContain("gh issue create --title Staging has drifted");
  expect(two.read("drift.md")).toContain('name: "By hand" there, "Photos" configured');
  expect([planned, applied, quiet, drifted].some(({ output }) => output.includes(two.staging.apiKey))).toBe(false);
}, 120_000);

test("a promotion makes exactly the plan that was approved", async () => {
  const planned = await runJob("promote.yml", "plan");
  expect(planned.code === 0 ? "" : planned.output).toBe("");
  const fingerprint = /^fingerprint=(\w+)$/m.exec(two.read("output.txt"))?.[1] ?? "";
  const late = await runJob("promote.yml", "promote", { FINGERPRINT: "0123456789ab", DESTRUCTIVE: "" });
  expect(late.code).toBe(1);
  const promoted = await runJob("promote.yml", "promote", { FINGERPRINT: fingerprint, DESTRUCTIVE: "" });
  expect(promoted.code === 0 ? "" : promoted.output).toBe("");
  expect(calls()).toContain("git push");
  expect(await two.prodClient.call({ method: "GET", path: "/teams/editors" })).toMatchObject({ name: "Editors" });
}, 60_000);
