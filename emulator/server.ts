import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { authenticate } from "./authentication.ts";
import type { Context, Handlers, InnerAnswer, InnerRequest, Reply, Settings } from "./context.ts";
import { isErrorType, ServerError } from "./errors.ts";
import type { FaultPlan, RequestFault } from "./faults.ts";
import { answerOfThen, requestOfToday } from "./formats.ts";
import { timestamp } from "./identifiers.ts";
import { type Json, writeJson } from "./json.ts";
import { type Outside, outsideOf } from "./outside.ts";
import { readParams } from "./params.ts";
import { findProject, projectsPlace } from "./projects.ts";
import { type Received, receive } from "./request.ts";
import type { Route, RouteMatch, RouteTable, ServerVersion } from "./route-table.ts";
import type { Store } from "./store.ts";
import { isOlder } from "./versions.ts";

/** One answered request, without anything secret: no headers, no bodies, no query. */
export type LoggedRequest = {
  readonly method: string;
  readonly path: string;
  /** The route that answered, or undefined for an unknown one. */
  readonly route: string | undefined;
  /** The status that was sent, 0 when the client got no answer. */
  readonly status: number;
  readonly milliseconds: number;
  /** The kinds of the faults that struck. */
  readonly faults: readonly string[];
  /** A failure of the emulator itself: what a handler threw that is no answer of the server. */
  readonly failure?: string;
};

/** What the HTTP server works with. */
export type Parts = {
  readonly store: Store;
  readonly table: RouteTable;
  readonly handlers: Handlers;
  readonly faults: FaultPlan;
  readonly settings: () => Settings;
  readonly version: ServerVersion;
  readonly wake: () => void;
  readonly log: (request: LoggedRequest) => void;
  /** Answers requests under `/__emulator`. */
  readonly control: (request: Received) => { status: number; body: Json };
};

/** Makes the HTTP server of an emulator; it does not listen yet. */
export function httpServer(parts: Parts): Server {
  return createServer((incoming, outgoing) => {
    void respond(parts, incoming, outgoing).catch(() => outgoing.destroy());
  });
}

/** An answer that is ready to be written. */
type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly route?: Route;
  readonly failure?: string;
};

async function respond(parts: Parts, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const started = performance.now();
  const request = await receive(incoming);
  if (!request) {
    incoming.socket.resetAndDestroy();
    return;
  }
  if (request.path.startsWith("/__emulator")) {
    const { status, body } = parts.control(request);
    await write(outgoing, jsonAnswer(status, body), []);
    return;
  }
  const faults = parts.faults.strike(request.method, request.path);
  const log = (status: number, answer?: Answer) =>
    parts.log({
      method: request.method,
      path: request.path,
      route: answer?.route?.key,
      status,
      milliseconds: performance.now() - started,
      faults: faults.map((fault) => fault.kind),
      ...(answer?.failure ? { failure: answer.failure } : {}),
    });
  for (const fault of faults) if (fault.kind === "latency") await pause(fault.milliseconds);
  if (faults.some((fault) => fault.kind === "hang")) return log(0);
  if (faults.some((fault) => fault.kind === "reset" && fault.when === "before")) {
    incoming.socket.resetAndDestroy();
    return log(0);
  }
  const answer = injected(parts, faults) ?? (await dispatch(parts, request, await staleProjects(parts, faults)));
  parts.wake();
  if (faults.some((fault) => fault.kind === "reset" && fault.when === "after")) {
    incoming.socket.resetAndDestroy();
    return log(0, answer);
  }
  log(answer.status, answer);
  await write(
    outgoing,
    request.method === "HEAD" ? { ...answer, body: Buffer.alloc(0) } : compressed(request, answer),
    faults,
  );
}

/** The answer of a fault that takes the server's place: nothing is done. */
function injected(parts: Parts, faults: readonly RequestFault[]): Answer | undefined {
  for (const fault of faults) {
    if (fault.kind === "html") return htmlAnswer(fault.status);
    if (fault.kind === "status") {
      const type = fault.type ?? (fault.status === 429 ? "general_rate_limit_exceeded" : "general_unknown");
      const known = isErrorType(type) ? new ServerError(type).message : "Server Error";
      const answer = jsonAnswer(fault.status, {
        message: fault.message ?? known,
        code: fault.status,
        type,
        version: parts.version,
      });
      return fault.retryAfter === undefined
        ? answer
        : { ...answer, headers: { ...answer.headers, "retry-after": String(fault.retryAfter) } };
    }
  }
  return undefined;
}

/** With the fault, what the request knows of projects is read now and grows old before it writes. */
async function staleProjects(parts: Parts, faults: readonly RequestFault[]): Promise<ProjectReader | undefined> {
  const fault = faults.find(({ kind }) => kind === "stale-project");
  if (fault?.kind !== "stale-project") return undefined;
  const read = new Map(parts.store.list(projectsPlace).map(({ id, data }) => [id, { id, document: data }]));
  await pause(fault.milliseconds);
  return (id) => read.get(id);
}

type ProjectReader = Context["projectOf"];

async function dispatch(parts: Parts, request: Received, stale: ProjectReader | undefined): Promise<Answer> {
  const outside = outsideOf();
  for (;;) {
    const { answer, error } = attempt(parts, request, stale, outside);
    const question = outside.answer(error);
    if (!question) return answer;
    await question;
  }
}

/** Answers what the server asks itself; a question for a server outside is that of whoever asked. */
export function answerWithin(parts: Parts, request: InnerRequest, outside: Outside): InnerAnswer {
  const received: Received = {
    query: {},
    body: {},
    files: {},
    floats: new Set(),
    hostname: new URL(parts.settings().endpoint).hostname,
    ...request,
  };
  const { answer, error } = attempt(parts, received, undefined, outside);
  if (outside.answer(error)) throw error;
  return answer;
}

/** One run of a request's handler; what it throws comes with the answer that it makes. */
function attempt(
  parts: Parts,
  request: Received,
  stale: ProjectReader | undefined,
  outside: Outside,
): { readonly answer: Answer; readonly error?: unknown } {
  if (request.method === "OPTIONS") return { answer: { status: 204, headers: {}, body: Buffer.alloc(0) } };
  const match = parts.table.match(request.method === "HEAD" ? "GET" : request.method, request.path);
  if (!match) return { answer: unknownRoute(parts) };
  const { route } = match;
  const reached: { limited: boolean } = { limited: false };
  try {
    // What a refused request noted before its handler ran, such as the use of its key, stays.
    const reply = parts.store.transaction(() =>
      keeping(
        () => handle(parts, request, match, reached, stale, outside),
        () => true,
      ),
    );
    if (reply instanceof ServerError) throw reply;
    const told =
      reply.kind === "json"
        ? { ...reply, body: answerOfThen(route.key, reply.body, oldFormat(request, parts.version)) }
        : reply;
    const answer = answerOf(route, told);
    const headers = { ...answer.headers, ...limits(route), ...warning(parts, request) };
    return { answer: { ...answer, headers, route } };
  } catch (error) {
    const answer = failureAnswer(parts, error);
    const headers = { ...answer.headers, ...(reached.limited ? limits(route) : {}) };
    return { answer: { ...answer, headers, route }, error };
  }
}

/** Returns a refusal that keeps what was written before it, so that it is not undone. */
function keeping(work: () => Reply, keeps: (error: ServerError) => boolean): Reply | ServerError {
  try {
    return work();
  } catch (error) {
    if (error instanceof ServerError && keeps(error)) return error;
    throw error;
  }
}

function handle(
  parts: Parts,
  asked: Received,
  match: RouteMatch,
  reached: { limited: boolean },
  stale: ProjectReader | undefined,
  outside: Outside,
): Reply {
  const { route, values } = match;
  const settings = parts.settings();
  const { project, caller } = authenticate(parts.store, settings, asked, match);
  reached.limited = true;
  const format = oldFormat(asked, parts.version);
  const request = {
    ...asked,
    query: requestOfToday(route.key, asked.query, format),
    body: requestOfToday(route.key, asked.body, format),
  };
  const params = readParams(route, request, values);
  const handler = parts.handlers[route.key];
  if (!handler) {
    throw new ServerError("general_not_implemented", {
      message: `The emulator does not answer ${route.key} yet.`,
      code: 501,
    });
  }
  const context: Context = {
    store: parts.store,
    project: stale?.(project.id) ?? project,
    projectOf: stale ?? ((id) => findProject(parts.store, id)),
    caller,
    request,
    route,
    version: parts.version,
    format,
    settings,
    faults: parts.faults,
    outside: outside.ask,
    within: (inner) => answerWithin(parts, inner, outside),
    now: timestamp(new Date()),
    enqueue: (kind, payload) => parts.store.addJob(project.id, kind, payload),
  };
  const reply = parts.store.attempt(() =>
    keeping(
      () => handler(context, params),
      (error) => error.keeps,
    ),
  );
  if (reply instanceof ServerError) throw reply;
  return reply;
}

/** The response format that is asked for when it is older than the server; nonsense counts as ancient (measured). */
function oldFormat(request: Received, version: string): string | undefined {
  const asked = request.headers["x-appwrite-response-format"] ?? "";
  return asked !== "" && isOlder(asked, version) ? asked : undefined;
}

function warning(parts: Parts, request: Received): Record<string, string> {
  const asked = request.headers["x-appwrite-response-format"] ?? "";
  if (!isOlder(parts.version, asked)) return {};
  const text = `The current SDK is built for Appwrite ${asked}. However, the current Appwrite server version is ${parts.version}. Please downgrade your SDK to match the Appwrite version: https://appwrite.io/docs/sdks`;
  return { "x-appwrite-warning": text };
}

function limits(route: Route): Record<string, string> {
  if (!route.abuse) return {};
  const { limit, seconds } = route.abuse;
  const reset = (Math.floor(Date.now() / 1000 / seconds) + 1) * seconds;
  return {
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(limit - 1),
    "x-ratelimit-reset": String(reset),
  };
}

function answerOf(route: Route, reply: Reply): Answer {
  if (reply.kind === "json") {
    const answer = jsonAnswer(reply.status ?? route.success, reply.body);
    return { ...answer, headers: { ...answer.headers, ...reply.headers } };
  }
  if (reply.kind === "bytes")
    return { status: reply.status ?? route.success, headers: reply.headers, body: reply.body };
  return { status: reply.status ?? 204, headers: { "content-type": "text/html" }, body: Buffer.alloc(0) };
}

const uncached = { "cache-control": "no-cache, no-store, must-revalidate", expires: "0", pragma: "no-cache" };

/** The statuses that the server lets out: an error of any other is a 500 that keeps its type alone. */
const PUBLIC = new Set([400, 401, 402, 403, 404, 405, 408, 409, 412, 416, 422, 429, 451, 501, 503]);

function failureAnswer(parts: Parts, error: unknown): Answer {
  const known = error instanceof ServerError;
  const code = known && PUBLIC.has(error.code) ? error.code : 500;
  const body = {
    message: known && code !== 500 ? error.message : "Server Error",
    code,
    type: known ? error.type : "general_unknown",
    version: parts.version,
  };
  const answer = jsonAnswer(code, body);
  const failure = known ? {} : { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  return { ...answer, headers: { ...answer.headers, ...uncached }, ...failure };
}

function unknownRoute(parts: Parts): Answer {
  if (parts.version === "1.9.0") return failureAnswer(parts, new ServerError("general_route_not_found"));
  const answer = htmlAnswer(404);
  return { ...answer, headers: { ...answer.headers, ...uncached } };
}

function jsonAnswer(status: number, body: Json): Answer {
  return { status, headers: { "content-type": "application/json; charset=UTF-8" }, body: Buffer.from(writeJson(body)) };
}

function htmlAnswer(status: number): Answer {
  const page = `<!DOCTYPE html><html lang="en"><head><meta charset="UTF-8"><title>Error ${status}</title></head><body><h1>Error ${status}</h1></body></html>`;
  return { status, headers: { "content-type": "text/html; charset=UTF-8" }, body: Buffer.from(page) };
}

function compressed(request: Received, answer: Answer): Answer {
  const accepts = (request.headers["accept-encoding"] ?? "").includes("gzip");
  if (!accepts || answer.body.length <= 1024 || !answer.headers["content-type"]?.startsWith("application/json"))
    return answer;
  return {
    ...answer,
    headers: { ...answer.headers, "content-encoding": "gzip", vary: "Accept-Encoding" },
    body: gzipSync(answer.body, { level: 1 }),
  };
}

async function write(outgoing: ServerResponse, answer: Answer, faults: readonly RequestFault[]): Promise<void> {
  const length = answer.status === 204 ? {} : { "content-length": answer.body.length };
  outgoing.writeHead(answer.status, { server: "Appwrite", ...answer.headers, ...length });
  if (faults.some((fault) => fault.kind === "truncate")) {
    outgoing.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), () => outgoing.socket?.destroy());
    return;
  }
  const slow = faults.find((fault) => fault.kind === "slow-body");
  if (slow?.kind === "slow-body") {
    const half = Math.floor(answer.body.length / 2);
    outgoing.write(answer.body.subarray(0, half));
    await pause(slow.milliseconds);
    outgoing.end(answer.body.subarray(half));
    return;
  }
  outgoing.end(answer.body);
}
