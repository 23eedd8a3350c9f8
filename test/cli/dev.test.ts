import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const CLI = join(__dirname, "..", "..", "dist", "appwrite-iac.js");

interface Started {
  readonly process: ChildProcess;
  readonly told: { readonly endpoint: string; readonly project_id: string; readonly api_key: string };
}

/** Starts `appwrite-iac dev` and waits for the line that says how to reach it. */
async function start(...options: readonly string[]): Promise<Started> {
  const process = spawn(globalThis.process.execPath, [CLI, "dev", "--port", "0", "--json", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: process.stdout as NodeJS.ReadableStream }).once("line", resolve);
    process.once("exit", (code) => reject(new Error(`appwrite-iac dev ended with ${code}.`)));
  });
  return { process, told: JSON.parse(line) };
}

function end({ process }: Started, signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
  return new Promise((resolve) => {
    process.once("exit", resolve);
    process.kill(signal);
  });
}

async function call({ told }: Started, method: string, path: string, body?: object): Promise<number> {
  const headers = {
    "content-type": "application/json",
    "x-appwrite-project": told.project_id,
    "x-appwrite-key": told.api_key,
  };
  const answer = await fetch(`${told.endpoint}${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return answer.status;
}

test("tells where it answers and with which key, and ends well on SIGTERM", async () => {
  const started = await start("--ephemeral");
  expect(await call(started, "POST", "/tablesdb", { databaseId: "shop", name: "Shop" })).toBe(201);
  expect(await end(started, "SIGTERM")).toBe(0);
});

test("what was acknowledged is still there after kill -9, with the same key", async () => {
  const folder = mkdtempSync(join(tmpdir(), "appwrite-iac-dev-"));
  try {
    const first = await start("--data", folder);
    expect(await call(first, "POST", "/tablesdb", { databaseId: "shop", name: "Shop" })).toBe(201);
    await end(first, "SIGKILL");
    const second = await start("--data", folder);
    expect(second.told.api_key).toBe(first.told.api_key);
    expect(await call(second, "GET", "/tablesdb/shop")).toBe(200);
    await end(second, "SIGTERM");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("killed in the middle of a burst of writes, it has lost none that was acknowledged, and finishes what was under way", async () => {
  const folder = mkdtempSync(join(tmpdir(), "appwrite-iac-dev-"));
  try {
    const first = await start("--data", folder);
    await call(first, "POST", "/tablesdb", { databaseId: "shop", name: "Shop" });
    await call(first, "POST", "/tablesdb/shop/tables", { tableId: "items", name: "Items" });
    const acknowledged = new Set<string>();
    const writes = Array.from({ length: 300 }, async (_, at) => {
      const key = `c${at}`;
      const made = call(first, "POST", "/tablesdb/shop/tables/items/columns/boolean", { key, required: false });
      if ((await made.catch(() => 0)) === 202) acknowledged.add(key);
      if (acknowledged.size === 100) first.process.kill("SIGKILL");
    });
    await Promise.all(writes);
    expect(acknowledged.size).toBeGreaterThanOrEqual(100);

    const second = await start("--data", folder);
    let columns: readonly { readonly key: string; readonly status: string }[] = [];
    do columns = await columnsOf(second);
    while (columns.some(({ status }) => status === "processing"));
    expect([...acknowledged].filter((key) => !columns.some((column) => column.key === key))).toEqual([]);
    expect(columns.filter(({ status }) => status !== "available")).toEqual([]);
    await end(second, "SIGTERM");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function columnsOf({ told }: Started): Promise<readonly { readonly key: string; readonly status: string }[]> {
  const query = encodeURIComponent(JSON.stringify({ method: "limit", values: [500] }));
  const answer = await fetch(`${told.endpoint}/tablesdb/shop/tables/items/columns?queries[]=${query}`, {
    headers: { "x-appwrite-project": told.project_id, "x-appwrite-key": told.api_key },
  });
  const body = (await answer.json()) as { columns: readonly { key: string; status: string }[] };
  return body.columns;
}
