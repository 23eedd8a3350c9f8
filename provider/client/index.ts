import { setMaxListeners } from "node:events";
import {
  ApiError,
  type Backend,
  type Call,
  ConnectionError,
  type ConsoleBackend,
  type Json,
  type JsonObject,
  type Listing,
  StoppedError,
} from "../schema/backend.ts";
import { error, UserError } from "../schema/diagnostics.ts";
import { extraAuthorities } from "./authorities.ts";
import { type Caller, createCaller, type Log } from "./caller.ts";
import { createSend } from "./exchange.ts";
import { type ProxyEnvironment, proxyOf } from "./proxy.ts";
import { createSharedReads, type SharedReads } from "./shared-reads.ts";
import { uploadParts } from "./upload.ts";

export { checkEndpoint } from "./endpoint.ts";

/** How Appwrite is reached. Credentials go into headers only, never into messages or logs. */
export interface ClientOptions {
  /** As `checkEndpoint` gives it: `https://host/v1`. */
  readonly endpoint: string;
  readonly projectId: string | null;
  readonly apiKey: string;
  readonly organizationId?: string;
  readonly organizationApiKey?: string;
  readonly selfSigned?: boolean;
  readonly httpTimeoutSeconds?: number;
  readonly maxRetries?: number;
  readonly consoleEmail?: string;
  readonly consolePassword?: string;
  readonly consoleSession?: string;
  readonly userAgent: string;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly log?: Log;
  readonly random?: () => number;
  /** Names a proxy by HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  readonly environment?: ProxyEnvironment;
}

/** The client of one server. Nothing is sent before the first call. */
export function createClient(options: ClientOptions): Backend {
  const { origin, pathname } = new URL(options.endpoint);
  const { signal } = options;
  // Each call under way listens to it.
  setMaxListeners(0, signal);
  const sleep = (milliseconds: number): Promise<void> => abortableSleep(milliseconds, signal);
  const call = createCaller({
    send: createSend({
      origin,
      selfSigned: options.selfSigned ?? false,
      timeoutMilliseconds: (options.httpTimeoutSeconds ?? 120) * 1000,
      signal,
      proxy: proxyOf(new URL(origin), options.environment ?? {}),
      extraAuthorities: () => extraAuthorities(options.environment ?? {}, options.log ?? (() => {})),
    }),
    base: pathname.replace(/\/+$/, ""),
    maxRetries: options.maxRetries ?? 5,
    log: options.log ?? (() => {}),
    random: options.random ?? Math.random,
    now: () => performance.now(),
    sleep,
  });
  const session = lazy(async () => options.consoleSession ?? (await signIn(call, options)));
  const shared: Shared = {
    options,
    call,
    sleep,
    mutex: createMutex(),
    version: lazy(() => askVersion(call, options)),
    session,
    console: lazy(async () => openConsole(call, options, await session())),
    projects: new Map(),
  };
  return projectBackend(shared, options.projectId);
}

/** The backend of a project: by the API key, or as a console user where the key opens another project, or is none. */
function projectBackend(shared: Shared, projectId: string | null): Backend {
  const { options } = shared;
  const isForeign = options.projectId !== null && projectId !== options.projectId;
  if (projectId === null || !hasConsole(options) || !(isForeign || options.apiKey === ""))
    return backendOf(shared, projectId, projectHeaders(options, projectId));
  const call: Caller = async (one, headers, raw) =>
    shared.call(one, { ...headers, "x-appwrite-session": (await shared.session()) ?? "" }, raw);
  return backendOf(shared, projectId, { ...commonHeaders(options), ...adminOf(projectId) }, call);
}

function hasConsole({ consoleSession, consoleEmail, consolePassword }: ClientOptions): boolean {
  return consoleSession !== undefined || (consoleEmail !== undefined && consolePassword !== undefined);
}

/** What all backends of one client share. */
interface Shared {
  readonly options: ClientOptions;
  readonly call: Caller;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly mutex: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  readonly version: () => Promise<string | null>;
  /** The session of the console user; null without credentials for one. */
  readonly session: () => Promise<string | null>;
  readonly console: () => Promise<ConsoleBackend | null>;
  readonly projects: Map<string, Backend>;
}

/** Objects on a page of a list. */
const PAGE = 1000;

function backendOf(shared: Shared, projectId: string | null, headers: Headers, caller = shared.call): Backend {
  const { options, sleep, mutex } = shared;
  let reads: SharedReads | undefined;

  const call = async (one: Call): Promise<Json> => {
    if (one.method === "GET") return (await caller(one, headers)).body;
    return sharedReads().writing(one.path, async () => (await caller(one, headers)).body);
  };

  const page = async (listing: Listing, queries: readonly string[], total: boolean): Promise<JsonObject> => {
    const query = total ? {} : { query: { total: "0" } };
    return (await call({
      method: "GET",
      path: listing.path,
      items: listing.items,
      ...(listing.queries === false ? {} : { queries, ...query }),
    })) as JsonObject;
  };

  const listUpTo = async (
    listing: Listing,
    queries: readonly string[],
    most: number,
  ): Promise<readonly JsonObject[] | null> => {
    const found: JsonObject[] = [];
    let byOffset = false;
    for (;;) {
      const last = found.at(-1)?.[listing.key];
      const next = byOffset ? offsetQuery(found.length) : cursorQuery(String(last));
      const body = await page(listing, [...queries, limitQuery(PAGE), ...(last === undefined ? [] : [next])], false);
      const items = itemsOf(body, listing);
      // Appwrite 1.9 follows no cursor in the list of topics: it answers with the first page again.
      if (!byOffset && last !== undefined && items.length > 0 && items[0]?.[listing.key] === found[0]?.[listing.key]) {
        byOffset = true;
        continue;
      }
      found.push(...items);
      if (listing.queries === false || items.length < PAGE) return found;
      if (found.length >= most) return null;
    }
  };

  const list = async (listing: Listing, queries: readonly string[] = []): Promise<readonly JsonObject[]> => {
    if (queries.some((query) => /"method":"(limit|offset|cursor)/.test(query.replaceAll(" ", "")))) {
      return itemsOf(await page(listing, queries, false), listing);
    }
    return (await listUpTo(listing, queries, Number.POSITIVE_INFINITY)) ?? [];
  };

  const sharedReads = (): SharedReads => {
    reads ??= createSharedReads({
      list,
      listSome: (listing, most) => listUpTo(listing, [], most),
      now: () => performance.now(),
    });
    return reads;
  };

  return {
    projectId,
    signal: options.signal,
    call,
    list,
    find: (listing, id) => sharedReads().find(listing, id),
    findWritten: (listing, id) => sharedReads().findWritten(listing, id),
    count: async (listing, queries = []) => {
      const { total } = await page(listing, [...queries, limitQuery(1)], true);
      if (typeof total === "number") return total;
      throw new ConnectionError(`GET ${listing.path}: the answer does not say how many there are.`, {
        maybeSent: true,
        hint: "Try again; if it stays, look at the proxy between.",
      });
    },
    download: async (path, start, length, size) => {
      // Appwrite refuses a range of a single byte.
      const first = length === 1 && start > 0 ? start - 1 : start;
      const isWhole = first === 0 && length >= size;
      const range: Headers = isWhole ? {} : { range: `bytes=${first}-${start + length - 1}` };
      const { status, bytes } = await caller({ method: "GET", path, isBinary: true, headers: range }, headers);
      const content = bytes ?? new Uint8Array();
      return status === 206 ? content.subarray(start - first) : content.subarray(start, start + length);
    },
    upload: (upload) =>
      sharedReads().writing(upload.path, () =>
        uploadParts(upload, (one, raw, extra) =>
          one.method === "GET" ? caller(one, headers) : caller(one, { ...headers, ...extra }, raw),
        ),
      ),
    exclusive: (name, work) => mutex(`${projectId} ${name}`, work),
    sleep,
    now: () => performance.now(),
    version: shared.version,
    forProject: (id) => {
      const known = shared.projects.get(id) ?? projectBackend(shared, id);
      if (id === projectId) return known;
      shared.projects.set(id, known);
      return known;
    },
    console: shared.console,
    organization: (id) => backendOf(shared, "console", organizationHeaders(options, id)),
  };
}

type Headers = { readonly [name: string]: string };

function commonHeaders({ userAgent, version }: ClientOptions): Headers {
  return {
    "user-agent": userAgent,
    "x-sdk-name": "Terraform",
    "x-sdk-platform": "server",
    "x-sdk-language": "terraform",
    "x-sdk-version": version,
  };
}

function projectHeaders(options: ClientOptions, projectId: string | null): Headers {
  return {
    ...commonHeaders(options),
    ...(projectId === null ? {} : { "x-appwrite-project": projectId }),
    ...(options.apiKey === "" ? {} : { "x-appwrite-key": options.apiKey }),
  };
}

function organizationHeaders(options: ClientOptions, organizationId: string | null): Headers {
  const organization = organizationId ?? options.organizationId ?? null;
  return {
    ...commonHeaders(options),
    "x-appwrite-project": "console",
    "x-appwrite-key": options.organizationApiKey ?? options.apiKey,
    ...(organization === null ? {} : { "x-appwrite-organization": organization }),
  };
}

/** The version is public, and refuses API keys (real-server F39). An error tells it as well. */
async function askVersion(call: Caller, options: ClientOptions): Promise<string | null> {
  try {
    const { body } = await call({ method: "GET", path: "/health/version" }, commonHeaders(options));
    return versionIn(body);
  } catch (cause) {
    if (cause instanceof ApiError) return null;
    throw cause;
  }
}

function versionIn(body: Json): string | null {
  const version =
    typeof body === "object" && body !== null && !Array.isArray(body) ? (body as JsonObject)["version"] : null;
  return typeof version === "string" ? version : null;
}

/** A console user works in a project as its admin. */
function adminOf(projectId: string): Headers {
  return { "x-appwrite-project": projectId, "x-appwrite-mode": "admin" };
}

/** Signs in as a console user, once, where there are credentials for it. */
async function openConsole(
  call: Caller,
  options: ClientOptions,
  session: string | null,
): Promise<ConsoleBackend | null> {
  if (session === null) return null;
  const headers = { ...commonHeaders(options), "x-appwrite-session": session };
  return {
    call: async (one) => (await call(one, { ...headers, "x-appwrite-project": "console" })).body,
    callProject: async (projectId, one) => (await call(one, { ...headers, ...adminOf(projectId) })).body,
  };
}

async function signIn(call: Caller, options: ClientOptions): Promise<string | null> {
  const { consoleEmail, consolePassword } = options;
  if (consoleEmail === undefined || consolePassword === undefined) return null;
  const body = { email: consoleEmail, password: consolePassword };
  try {
    const headers = { ...commonHeaders(options), "x-appwrite-project": "console" };
    const answer = await call({ method: "POST", path: "/account/sessions/email", body }, headers);
    return sessionIn(answer.headers) ?? secretIn(answer.body);
  } catch (cause) {
    if (!(cause instanceof ApiError) || cause.details.status !== 401) throw cause;
    const text =
      "The console user could not sign in. Check console_email and console_password (APPWRITE_CONSOLE_EMAIL, APPWRITE_CONSOLE_PASSWORD).";
    throw new UserError(error("Console sign-in refused", text));
  }
}

function sessionIn(headers: Headers): string | null {
  const cookie = /a_session_console=([^;,]+)/.exec(headers["set-cookie"] ?? "")?.[1];
  try {
    if (cookie !== undefined) return decodeURIComponent(cookie);
    const { a_session_console: session } = JSON.parse(headers["x-fallback-cookies"] ?? "{}") as {
      readonly a_session_console?: unknown;
    };
    return typeof session === "string" && session !== "" ? session : null;
  } catch {
    // Headers that a proxy has spoilt: the body may tell it too.
    return null;
  }
}

function secretIn(body: Json): string | null {
  const secret =
    typeof body === "object" && body !== null && !Array.isArray(body) ? (body as JsonObject)["secret"] : null;
  return typeof secret === "string" && secret !== "" ? secret : null;
}

/** Runs work of one name in turn. */
function createMutex(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const before = tails.get(name) ?? Promise.resolve();
    const run = before.then(work, work);
    const tail = run.catch(() => {});
    tails.set(name, tail);
    void tail.then(() => {
      if (tails.get(name) === tail) tails.delete(name);
    });
    return run;
  };
}

function abortableSleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new StoppedError());
    const stop = (): void => {
      clearTimeout(timer);
      reject(new StoppedError());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stop, { once: true });
  });
}

function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((cause: unknown) => {
      made = undefined;
      throw cause;
    });
    return made;
  };
}

/** The objects of a page, by whose keys they are found again: one without would count as gone. */
function itemsOf(body: JsonObject, { path, items, key }: Listing): readonly JsonObject[] {
  const objects = body[items] as readonly JsonObject[];
  if (objects.every((object) => typeof object[key] === "string")) return objects;
  throw new ConnectionError(`GET ${path}: the answer has ${items} without ${key}.`, {
    maybeSent: true,
    hint: "Try again; if it stays, look at the proxy between, and at the server's version.",
  });
}

function limitQuery(limit: number): string {
  return JSON.stringify({ method: "limit", values: [limit] });
}

function offsetQuery(offset: number): string {
  return JSON.stringify({ method: "offset", values: [offset] });
}

function cursorQuery(id: string): string {
  return JSON.stringify({ method: "cursorAfter", values: [id] });
}
