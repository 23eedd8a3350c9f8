import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, type Fault, startEmulator } from "../../emulator/index.ts";
import { IS_LONG } from "../support/runs.ts";
import { createWorkspace, ended, exampleFile, exampleFiles, type Workspace } from "../support/terraform.ts";

/**
 * An apply of every example under each fault of the transport, at each of its requests: it succeeds all the same, the next plan is empty, and
 * nothing is there twice. And with the provider killed at each request: the next apply converges. `npm test` tries a few.
 */

const examples = join(__dirname, "..", "..", "examples", "resources");
const all = readdirSync(examples).filter((type) => existsSync(join(examples, type, "resource.tf")));
const types = IS_LONG ? all : ["appwrite_tablesdb_table"];

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(() => emulator.close());

const PASSING: { readonly [name: string]: Fault } = {
  "an answer that is lost after the write": { kind: "reset", when: "after" },
  "a connection that breaks before the write": { kind: "reset", when: "before" },
  "an answer that is cut": { kind: "truncate" },
  "a limit on the rate": { kind: "status", status: 429, retryAfter: 0 },
  "a server that is out of breath": { kind: "status", status: 503 },
  "a gateway's page": { kind: "html", status: 502 },
};

describe.each(types)("%s", (type) => {
  let workspace: Workspace;
  let wanted: string;
  let requests: number;

  const fresh = (): Workspace => {
    emulator.reset();
    return createWorkspace({
      ...emulator,
      files: { "main.tf": exampleFile(`resources/${type}/resource.tf`), ...exampleFiles(type) },
      environment: {
        APPWRITE_CONSOLE_EMAIL: emulator.consoleEmail,
        APPWRITE_CONSOLE_PASSWORD: emulator.consolePassword,
      },
    });
  };

  beforeAll(async () => {
    workspace = fresh();
    await workspace.apply();
    wanted = inventory(emulator);
    requests = emulator.requests().filter(({ method }) => method !== "JOB").length;
    workspace.close();
  });

  afterEach(() => workspace.close());

  /** All requests of the apply, or the two that make a table and a column of it. */
  const places = (): readonly number[] => (IS_LONG ? Array.from({ length: requests }, (_, index) => index) : [2, 7]);

  test.each(Object.entries(PASSING).slice(0, IS_LONG ? undefined : 1))(
    "%s is overcome at every request",
    async (_, fault) => {
      const faults: string[] = [];
      for (const skip of places()) {
        workspace = fresh();
        emulator.faults.add({ ...fault, skip, count: 1 } as Fault);
        const applied = await workspace.run("apply", "-auto-approve", "-no-color", "-input=false");
        const place = `request ${skip}`;
        if (applied.code !== 0) faults.push(`${place}: ${applied.stderr}`);
        else if (Object.keys(await workspace.plan()).length > 0) faults.push(`${place}: the second plan is not empty`);
        else if (inventory(emulator) !== wanted) faults.push(`${place}: ${inventory(emulator)} rather than ${wanted}`);
        workspace.close();
      }
      expect(faults).toEqual([]);
    },
  );

  test.each((["after", "before"] as const).slice(0, IS_LONG ? undefined : 1))(
    "a provider killed %s the server's write leaves nothing that the next apply cannot take up",
    async (moment) => {
      const faults: string[] = [];
      for (const skip of places()) {
        workspace = fresh();
        const id = emulator.faults.add({
          kind: moment === "before" ? "hang" : "slow-body",
          milliseconds: 3000,
          skip,
          count: 1,
        } as Fault);
        const running = workspace.start("apply", "-auto-approve", "-no-color", "-input=false");
        const end = ended(running);
        await struck(emulator, id, end);
        for (const pid of providersOf(running.pid ?? 0)) process.kill(pid, "SIGKILL");
        await end;
        emulator.faults.clear();
        const again = await workspace.run("apply", "-auto-approve", "-no-color", "-input=false");
        const place = `request ${skip}`;
        if (again.code !== 0) faults.push(`${place}: ${again.stderr}`);
        else if (Object.keys(await workspace.plan()).length > 0) faults.push(`${place}: the plan after is not empty`);
        else if (inventory(emulator) !== wanted) faults.push(`${place}: ${inventory(emulator)} rather than ${wanted}`);
        workspace.close();
      }
      expect(faults).toEqual([]);
    },
  );
});

/** How many objects of each collection the project holds. */
function inventory(server: Emulator): string {
  const counts: { [collection: string]: number } = {};
  for (const [place, objects] of Object.entries(server.dump(server.projectId))) {
    const [collection = ""] = place.split(":");
    counts[collection] = (counts[collection] ?? 0) + (objects as readonly unknown[]).length;
  }
  return JSON.stringify(Object.entries(counts).sort(([left], [right]) => left.localeCompare(right)));
}

/** Waits until a fault has struck, or the command has ended without it. */
async function struck(server: Emulator, id: string, end: Promise<unknown>): Promise<void> {
  let isOver = false;
  void end.then(() => {
    isOver = true;
  });
  while (!isOver && (server.faults.list().find((one) => one.id === id)?.struck ?? 1) === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  // The write has its moment.
  await new Promise((resolve) => setTimeout(resolve, 30));
}

/** The processes that terraform has started. */
function providersOf(terraform: number): readonly number[] {
  try {
    return readdirSync(`/proc/${terraform}/task`).flatMap((thread) =>
      readFileSync(`/proc/${terraform}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
