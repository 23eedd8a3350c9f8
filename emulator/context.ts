import type { Caller } from "./caller.ts";
import type { FaultPlan } from "./faults.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Outside } from "./outside.ts";
import type { Params } from "./params.ts";
import type { Project } from "./projects.ts";
import type { Received } from "./request.ts";
import type { Route, ServerVersion } from "./route-table.ts";
import type { Store } from "./store.ts";

/** What every handler gets: the store, the project that is meant, who asks, and the request itself. */
export type Context = {
  readonly store: Store;
  readonly project: Project;
  /** Finds another project; undefined when there is none. */
  readonly projectOf: (id: string) => Project | undefined;
  readonly caller: Caller;
  readonly request: Received;
  readonly route: Route;
  readonly version: ServerVersion;
  /** The response format that was asked for, when it is older than the server. */
  readonly format: string | undefined;
  readonly settings: Settings;
  readonly faults: FaultPlan;
  /** What a server outside answers; the first to ask makes the request (or the job) begin anew with the answer. */
  readonly outside: Outside["ask"];
  /** Asks this server itself, inside the running transaction. */
  readonly within: (request: InnerRequest) => InnerAnswer;
  /** The time of the request, as the server writes times. */
  readonly now: string;
  /** Appends work for the in-process worker, which runs jobs one by one in the order they were added. */
  readonly enqueue: (kind: string, payload: JsonObject) => void;
};

/** What a job gets. */
export type JobContext = Pick<
  Context,
  "store" | "version" | "settings" | "faults" | "outside" | "within" | "now" | "enqueue"
> & {
  /** The id of the project that the job belongs to. */
  readonly scope: string;
};

/** A request that the server makes of itself. */
export type InnerRequest = Pick<Received, "method" | "path" | "headers"> &
  Partial<Pick<Received, "query" | "body" | "files">>;

/** What the server answers itself. */
export type InnerAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

/** What holds for the whole emulator. */
export type Settings = {
  readonly endpoint: string;
  readonly storageLimit: number;
  readonly secret: string;
  /** Are there databases behind DocumentsDB and VectorsDB? */
  readonly documentBackends: boolean;
  /** Nobody outside answers: neither mail servers nor GitHub. Otherwise those elsewhere than here are taken to answer. */
  readonly offline: boolean;
};

/** Answers one route; the status is the route's own unless the reply says otherwise. Failures are thrown `ServerError`s. */
export type Handler = (context: Context, params: Params) => Reply;

/** Handlers by route key (`"POST /v1/tablesdb"`). */
export type Handlers = Readonly<Record<string, Handler>>;

/** Runs one kind of job. */
export type JobHandler = (context: JobContext, payload: JsonObject) => void;

/** Job handlers by kind. */
export type JobHandlers = Readonly<Record<string, JobHandler>>;

/** An answer: a JSON body, no body at all, or bytes with their headers. */
export type Reply =
  | {
      readonly kind: "json";
      readonly body: Json;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "empty"; readonly status?: number }
  | {
      readonly kind: "bytes";
      readonly body: Buffer;
      readonly status?: number;
      readonly headers: Readonly<Record<string, string>>;
    };

/** An answer with a JSON body. */
export function json(body: Json, status?: number): Reply {
  return { kind: "json", body, ...(status === undefined ? {} : { status }) };
}

/** An answer without a body (204). */
export function empty(status = 204): Reply {
  return { kind: "empty", status };
}
