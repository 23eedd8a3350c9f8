import { spawn } from "node:child_process";
import { join } from "node:path";
import { ended } from "../support/terraform.ts";

test("the demo applies the quickstart, finds nothing left to do, and ends", async () => {
  const root = join(__dirname, "..", "..");
  const demo = spawn(process.execPath, [join(root, "node_modules/tsx/dist/cli.mjs"), "scripts/demo.ts"], { cwd: root });
  const { code, stdout, stderr } = await ended(demo);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("No changes: what was written is what is there.");
  expect(stdout).toContain("What was made is gone, and nothing is left running.");
}, 120_000);
