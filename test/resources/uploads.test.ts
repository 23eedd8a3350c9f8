import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Row } from "../../provider/schema/value.ts";
import { type Running, startRunning } from "../support/running.ts";

/** Uploads of several parts that end in the middle: half a file is never taken for the file. */

const PART = 5 * 1024 * 1024;
const CONTENT = Buffer.alloc(2 * PART + 10, "x");
const HASH = createHash("md5").update(CONTENT).digest("hex");
let running: Running;
let folder: string;

beforeAll(async () => {
  running = await startRunning({ jobDelay: 0 });
  folder = mkdtempSync(join(tmpdir(), "appwrite-iac-uploads-"));
  writeFileSync(join(folder, "big"), CONTENT);
});

const configure = () =>
  running.service().configure({
    config: { max_retries: 0 },
    terraformVersion: "1.11.4",
    client: { deferralAllowed: false, writeOnlyAttributesAllowed: true },
  });

beforeEach(async () => {
  await running.reset();
  await configure();
  await running.call("POST", "/storage/buckets", { bucketId: "b", name: "B", maximumFileSize: 30_000_000 });
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await running.close();
});

const fileType = "appwrite_storage_file";
const files = async () => (await running.call("GET", "/storage/buckets/b/files")).body["files"] as readonly Row[];

test.each([
  ["chosen", "reset", 1],
  ["chosen", "reset", 2],
  ["chosen", "status", 1],
  ["left out", "reset", 1],
  ["left out", "reset", 2],
  ["left out", "status", 1],
] as const)("an id that is %s, and a %s from part %i on", async (how, kind, skip) => {
  const config = {
    bucket_id: "b",
    id: how === "chosen" ? "big" : null,
    file_path: join(folder, "big"),
  };
  const core = running.core(fileType);
  const plan = await core.plan(null, config);
  running.emulator.faults.add({
    ...(kind === "reset" ? { kind, when: "before" } : { kind, status: 500 }),
    method: "POST",
    skip,
  } as never);
  await expect(core.apply(plan)).rejects.toThrow();
  running.emulator.faults.clear();
  expect(await files()).toMatchObject([{ chunksTotal: 3, chunksUploaded: skip }]);
  if (how === "left out") return;
  // The next apply goes on with it.
  await core.apply(await core.plan(null, config));
  expect(await files()).toMatchObject([{ chunksTotal: 3, chunksUploaded: 3, signature: HASH }]);
});

test("a file of other content that has the id is not adopted", async () => {
  const core = running.core(fileType);
  const small = { bucket_id: "b", id: "f", name: "f.txt" };
  await core.apply(await core.plan(null, { ...small, content_base64: Buffer.from("one").toString("base64") }));
  await configure();
  const other = { ...small, content_base64: Buffer.from("two").toString("base64") };
  await expect(core.apply(await core.plan(null, other))).rejects.toThrow("exists already");
});

test.each(['te"x%22t.txt', "two\r\nlines", "a\\b.txt", "${x}; filename=y"])(
  "a file is called %j as it should be",
  async (name) => {
    const core = running.core(fileType);
    const config = { bucket_id: "b", id: "f", name, content_base64: Buffer.from("one").toString("base64") };
    const permissions = ['read("any")'];
    await core.apply(await core.plan(null, { ...config, permissions }));
    expect(await files()).toMatchObject([{ name, $permissions: permissions, signature: expect.any(String) }]);
  },
);
