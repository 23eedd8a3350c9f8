import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findTerraform } from "../../environments/terraform.ts";
import { post, startTwoEnvironments, type TwoEnvironments } from "../support/environments.ts";
import { fillProject } from "../support/project.ts";
import { ended } from "../support/terraform.ts";

let two: TwoEnvironments;

beforeAll(async () => {
  two = await startTwoEnvironments();
  await fillProject(two.stagingClient);
  // Names that are words of HCL, ids that are no names in it, and texts that look like its templates.
  const column = { type: "string", size: 40, required: false, default: "${a} %{b} \\ \n\u2028" };
  await post(two.stagingClient, "/tablesdb", { databaseId: "1odd", name: 'Line\nbreak, <b>|"ü"|</b>' });
  await post(two.stagingClient, "/tablesdb/1odd/tables", {
    tableId: "1st",
    name: "${var.name}",
    columns: ["for", "null", "true"].map((key) => ({ ...column, key })),
  });
}, 120_000);
afterAll(() => two.close());

/** All files of a folder, by name. */
const files = (folder: string): { readonly [name: string]: string } =>
  Object.fromEntries(
    readdirSync(join(two.folder, folder)).map((name) => [name, readFileSync(join(two.folder, folder, name), "utf8")]),
  );

/** The command as users run it, in a process of its own. */
const run = async (...words: readonly string[]) => {
  const child = spawn(process.execPath, [join(__dirname, "..", "..", "dist", "appwrite-iac.js"), ...words], {
    cwd: two.folder,
    env: { ...process.env, STAGING_KEY: two.staging.apiKey, PROD_KEY: two.prod.apiKey },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return ended(child);
};

test.each(["hcl", "json", "constructs"])(
  "%s is proven by the real terraform: it imports everything and changes nothing",
  async (format) => {
    const { code, stdout, output } = await run(
      "export",
      "staging",
      "--format",
      format,
      "--out",
      `verified-${format}`,
      "--verify",
      "--json",
    );
    expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    expect(JSON.parse(stdout)).toMatchObject({ verified: true });
  },
  120_000,
);

test.each(["hcl", "json", "constructs", "snapshot"])("%s is the same bytes every time", async (format) => {
  const out = format === "snapshot" ? ["--out", "snapshot/all.json"] : ["--out", format];
  mkdirSync(join(two.folder, "snapshot"), { recursive: true });
  expect((await two.run(["export", "staging", "--format", format, ...out])).err).not.toContain("Error");
  const first = files(format);
  await two.run(["export", "staging", "--format", format, ...out]);
  expect(files(format)).toEqual(first);
});

test("HCL is formatted as terraform fmt does", async () => {
  await two.run(["export", "staging", "--out", "formatted"]);
  const checked = execFileSync(findTerraform(process.env), ["fmt", "-diff", "-check", join(two.folder, "formatted")], {
    encoding: "utf8",
  });
  expect(checked).toBe("");
});
