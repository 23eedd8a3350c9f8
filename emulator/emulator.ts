import type { FaultPlan } from "./faults.ts";
import type { Json } from "./json.ts";
import type { ServerVersion } from "./route-table.ts";
import type { LoggedRequest } from "./server.ts";
import type { Worker } from "./worker.ts";

/** How an emulator is started; everything has a default. */
export type EmulatorOptions = {
  /** The port on 127.0.0.1; a free one without it. */
  readonly port?: number;
  /** Where the data is kept; without it the emulator forgets everything when it closes. */
  readonly dataDirectory?: string;
  readonly projectId?: string;
  /** The console's team (organization) that owns the projects. */
  readonly organizationId?: string;
  /** Another key than a random one, with every scope. */
  readonly apiKey?: string;
  readonly version?: ServerVersion;
  /** Milliseconds before the worker turns to a job (a column's creation, …). */
  readonly jobDelay?: number;
  /** The largest `maximumFileSize` of a bucket. */
  readonly storageLimit?: number;
  /** False = no database is behind DocumentsDB and VectorsDB, as on a plain installation: their first collection fails. */
  readonly documentBackends?: boolean;
  /** Nobody outside answers, as on a server without internet: SMTP and sign-in by GitHub cannot be enabled then. */
  readonly offline?: boolean;
  readonly consoleEmail?: string;
  readonly consolePassword?: string;
};

/** A running emulator. */
export type Emulator = {
  /** Where it answers, with the `/v1` that SDKs expect. */
  readonly endpoint: string;
  readonly projectId: string;
  /** A key of the project with every scope. */
  readonly apiKey: string;
  /** A console user who owns the project's team. */
  readonly consoleEmail: string;
  readonly consolePassword: string;
  readonly faults: FaultPlan;
  /** The requests answered so far, oldest first. */
  readonly requests: () => readonly LoggedRequest[];
  readonly clearRequests: () => void;
  /** Adds a project with a key that holds every scope. */
  readonly addProject: (project: { readonly id: string; readonly name?: string }) => {
    projectId: string;
    apiKey: string;
  };
  /** Adds a key with the given scopes and returns its secret. */
  readonly addKey: (
    projectId: string,
    scopes: readonly string[],
    options?: { readonly expire?: string; readonly id?: string; readonly name?: string },
  ) => string;
  /** Everything that a project holds, by collection. */
  readonly dump: (projectId: string) => Record<string, Json>;
  /** Waits until the worker has nothing to do. */
  readonly idle: () => Promise<void>;
  /** The worker's clutch: a stopped worker is one of the things that go wrong on a server. */
  readonly worker: Pick<Worker, "pause" | "resume" | "step">;
  /** Forgets everything but the first project, its key and the console user; faults and the request log too. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
};
