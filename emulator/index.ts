import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import type { JobContext, Settings } from "./context.ts";
import { controlOf } from "./control.ts";
import type { Emulator, EmulatorOptions } from "./emulator.ts";
import { faultPlan } from "./faults.ts";
import { timestamp, uniqueIdentifier } from "./identifiers.ts";
import { consoleScope, insertKey, insertProject, keysPlace, projectScopes } from "./projects.ts";
import { routeTable } from "./route-table.ts";
import { handlers, jobHandlers } from "./routes/index.ts";
import { answerWithin, httpServer, type LoggedRequest, type Parts } from "./server.ts";
import { hashPassword } from "./sessions.ts";
import { openStore, type Place, type Store } from "./store.ts";
import { startWorker } from "./worker.ts";

export type { Emulator, EmulatorOptions } from "./emulator.ts";
export type { Fault, FaultPlan } from "./faults.ts";
export type { LoggedRequest } from "./server.ts";

/** Starts an Appwrite server in this process, on 127.0.0.1; fails when the port is taken or the data cannot be opened. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const version = options.version ?? "1.9.6";
  const seed: Seed = {
    projectId: options.projectId ?? "emulator",
    organizationId: options.organizationId ?? "emulator",
    apiKey: options.apiKey,
    email: options.consoleEmail ?? "admin@example.com",
    password: options.consolePassword ?? "Emulator-Passw0rd!",
  };
  const store = openStore(options.dataDirectory);
  const first = store.transaction(() => seeded(store, seed));
  const faults = faultPlan();
  const requests: LoggedRequest[] = [];
  let settings: Settings = {
    endpoint: "",
    storageLimit: options.storageLimit ?? 30_000_000,
    secret: first.secret,
    documentBackends: options.documentBackends ?? true,
    offline: options.offline ?? false,
  };

  const worker = startWorker({
    store,
    handlers: jobHandlers,
    delay: options.jobDelay ?? 10,
    report: (error, job) => requests.push(failedJob(error, job.kind)),
    contextOf: (job, outside): JobContext => ({
      store,
      version,
      settings,
      faults,
      outside: outside.ask,
      within: (request) => answerWithin(parts, request, outside),
      scope: job.scope,
      now: timestamp(new Date()),
      enqueue: (kind, payload) => store.addJob(job.scope, kind, payload),
    }),
  });
  const api = {
    faults,
    worker,
    requests: () => requests,
    clearRequests: () => void requests.splice(0),
    addProject(project: { readonly id: string; readonly name?: string }) {
      return store.transaction(() => {
        insertProject(store, { id: project.id, name: project.name ?? project.id, teamId: seed.organizationId });
        return {
          projectId: project.id,
          apiKey: insertKey(store, { projectId: project.id, scopes: projectScopes })?.secret ?? "",
        };
      });
    },
    addKey: (
      projectId: string,
      scopes: readonly string[],
      extra: { readonly expire?: string; readonly id?: string; readonly name?: string } = {},
    ) => insertKey(store, { projectId, scopes, ...extra })?.secret ?? "",
    dump: (projectId: string) => store.dump(projectId),
    reset() {
      store.transaction(() => {
        store.reset();
        seeded(store, { ...seed, apiKey: first.apiKey }, first.secret);
      });
      faults.clear();
      worker.resume();
      requests.splice(0);
    },
  };
  const parts: Parts = {
    store,
    table: routeTable(version),
    handlers,
    faults,
    version,
    settings: () => settings,
    wake: worker.wake,
    log: (request) => requests.push(request),
    control: controlOf(api),
  };
  const server = httpServer(parts);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  settings = { ...settings, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };

  return {
    ...api,
    endpoint: settings.endpoint,
    projectId: seed.projectId,
    apiKey: first.apiKey,
    consoleEmail: seed.email,
    consolePassword: seed.password,
    idle: worker.idle,
    async close() {
      worker.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      store.close();
    },
  };
}

type Seed = {
  readonly projectId: string;
  readonly organizationId: string;
  readonly apiKey: string | undefined;
  readonly email: string;
  readonly password: string;
};

const seedUser = "emulator";
const secrets: Place = { scope: "*", collection: "secrets" };

/** Makes sure that the first project with its key, the console user and the signing secret exist. */
function seeded(
  store: Store,
  seed: Seed,
  secret = randomBytes(32).toString("hex"),
): { apiKey: string; secret: string } {
  store.insert(secrets, "signing", { value: secret });
  const signing = String(store.get(secrets, "signing")?.data["value"]);
  const now = timestamp(new Date());
  const dates = { $createdAt: now, $updatedAt: now };
  const user = {
    $id: seedUser,
    ...dates,
    name: "Admin",
    email: seed.email,
    password: hashPassword(seed.password),
    status: true,
    labels: [],
    registration: now,
  };
  if (!store.list({ scope: consoleScope, collection: "users" }).some((stored) => stored.data["email"] === seed.email)) {
    store.insert({ scope: consoleScope, collection: "users" }, seedUser, user);
    store.insert({ scope: consoleScope, collection: "teams" }, seed.organizationId, {
      $id: seed.organizationId,
      ...dates,
      name: "Emulator",
      total: 1,
      prefs: {},
    });
    const membership = {
      $id: uniqueIdentifier(),
      ...dates,
      userId: seedUser,
      teamId: seed.organizationId,
      roles: ["owner"],
      confirm: true,
      invited: now,
      joined: now,
    };
    store.insert({ scope: consoleScope, collection: "memberships" }, membership.$id, membership, seed.organizationId);
  }
  insertProject(store, { id: seed.projectId, name: seed.projectId, teamId: seed.organizationId });
  return { apiKey: seededKey(store, seed), secret: signing };
}

function seededKey(store: Store, seed: Seed): string {
  const id = `emulator-${seed.projectId}`.slice(0, 36);
  const key = insertKey(store, { projectId: seed.projectId, scopes: projectScopes, id, name: "emulator" });
  const stored = store.get(keysPlace, id)?.data;
  if (!key || seed.apiKey === undefined) {
    const secret = seed.apiKey ?? String(stored?.["secret"]);
    if (stored) store.update(keysPlace, id, { ...stored, secret }, secret);
    return secret;
  }
  store.update(keysPlace, id, { ...key, secret: seed.apiKey }, seed.apiKey);
  return seed.apiKey;
}

function failedJob(error: unknown, kind: string): LoggedRequest {
  const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { method: "JOB", path: kind, route: undefined, status: 0, milliseconds: 0, faults: [], failure };
}
