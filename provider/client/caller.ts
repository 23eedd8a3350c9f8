import { ApiError, type Call, ConnectionError, type Json, type JsonObject, StoppedError } from "../schema/backend.ts";
import { parseJson, writeJson } from "../schema/json.ts";
import type { Value } from "../schema/value.ts";
import { type Exchange, type Received, type Send } from "./exchange.ts";
import { hintOf } from "./hints.ts";
import { isRetried, type Outcome, retryDelay } from "./retry.ts";

/** Writes one line of the log. */
export type Log = (
  level: "debug" | "trace" | "warn",
  message: string,
  fields: { readonly [name: string]: unknown },
) => void;

/** What every call shares, whichever project and credentials it is for. */
export interface CallerOptions {
  readonly send: Send;
  /** Path of the endpoint: `/v1`. */
  readonly base: string;
  readonly maxRetries: number;
  readonly log: Log;
  readonly random: () => number;
  readonly now: () => number;
  /** Rejects when Terraform asks to stop. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** A request body that is not JSON. */
export interface RawBody {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** The answer of a call with its status and headers. */
export interface Answered {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Json;
  /** Content, where that was asked for. */
  readonly bytes?: Uint8Array;
}

/** Makes calls with given headers: retries by the table, parses, and turns what went wrong into errors. */
export type Caller = (call: Call, headers: { readonly [name: string]: string }, raw?: RawBody) => Promise<Answered>;

export function createCaller(options: CallerOptions): Caller {
  return async (call, headers, raw) => {
    const exchange = exchangeOf(options.base, call, headers, raw);
    let isLost = false;
    for (let tries = 1; ; tries++) {
      const started = options.now();
      const attempt = await attempted(options.send, call, exchange);
      const outcome = outcomeOf(attempt);
      // From here on a conflict may be the echo of our own first try.
      isLost ||= !(attempt instanceof ConnectionError) && attempt.isResent === true;
      options.log("debug", "called Appwrite", {
        method: call.method,
        path: call.path,
        status: outcome === null || outcome.kind === "status" ? (attempt as Received).status : outcome.code,
        milliseconds: Math.round(options.now() - started),
        try: tries,
      });
      if (outcome === null) return answered(attempt as Received);
      if (isRetried(outcome, call.method, tries, options.maxRetries, call.once)) {
        isLost ||= outcome.kind === "broken" ? outcome.maybeSent : outcome.status >= 500;
        try {
          await options.sleep(retryDelay(outcome, tries, options.random, Date.now));
        } catch {
          throw new StoppedError(isLost && call.method !== "GET");
        }
        continue;
      }
      if (attempt instanceof ConnectionError) throw attempt;
      throw apiError(call, attempt as Received, isLost);
    }
  };
}

type Attempt = Received | (ConnectionError & { readonly code?: string });

async function attempted(send: Send, call: Call, exchange: Exchange): Promise<Attempt> {
  try {
    const received = await send(exchange);
    const fault = faultOf(call, received);
    return fault === null ? received : unusable(call, received, fault);
  } catch (cause) {
    if (cause instanceof ConnectionError) return cause;
    throw cause;
  }
}

/** How an attempt ended; null = well. */
function outcomeOf(attempt: Attempt): Outcome | null {
  if (attempt instanceof ConnectionError) {
    return { kind: "broken", code: attempt.code ?? "ECONNRESET", maybeSent: attempt.maybeSent };
  }
  // A 204 calls its absent body text/html; only a page with something on it is not the API's answer. Redirects are told, not followed:
  // a write would come out as a read, and the key would go to another host.
  if (attempt.status < 300 && (attempt.text === "" || isJson(attempt))) return null;
  return {
    kind: "status",
    status: attempt.status,
    isJson: isJson(attempt),
    retryAfter: attempt.headers["retry-after"] ?? null,
  };
}

function exchangeOf(base: string, call: Call, headers: { readonly [name: string]: string }, raw?: RawBody): Exchange {
  const parameters = [
    ...Object.entries(call.query ?? {}).map(([name, value]) => `${name}=${escaped(value)}`),
    ...(call.queries ?? []).map((query, index) => `queries[${index}]=${escaped(query)}`),
  ];
  const body = raw
    ? raw.bytes
    : call.method === "GET" || (call.method === "DELETE" && !call.body)
      ? null
      : writeJson((call.body ?? {}) as Value);
  return {
    method: call.method,
    // Path parameters are not decoded by the server (real-server F36); only what would break the request line is escaped.
    path: `${base}${escapePath(call.path)}${parameters.length > 0 ? `?${parameters.join("&")}` : ""}`,
    headers: {
      ...headers,
      ...call.headers,
      accept: "application/json",
      "accept-encoding": "gzip",
      ...(body === null ? {} : { "content-type": raw?.contentType ?? "application/json" }),
    },
    body,
    ...(call.once ? { once: true } : {}),
    ...(call.isBinary ? { isBinary: true } : {}),
  };
}

function escapePath(path: string): string {
  return path.replace(/[^\x21-\x7e]|[?#%"<>\\^`{|}]/gu, escaped);
}

/** Half a surrogate pair, which a hand-written state can have, is no character that could be escaped. */
function escaped(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}

function answered({ status, headers, text, bytes }: Received): Answered {
  return { status, headers, body: text === "" ? null : (parseJson(text) as Json), ...(bytes ? { bytes } : {}) };
}

function isJson({ headers }: Received): boolean {
  return (headers["content-type"] ?? "").includes("json");
}

/**
 * Why an answer is none: a body that says it is JSON and is not has been cut on its way, and so has one that is not there at all (every write but
 * a deletion tells the object); what is no object, or lacks the list that was asked for, is not of the API. None of these may count as an
 * object that is gone. Null = it is one.
 */
function faultOf({ method, tells, items }: Call, received: Received): string | null {
  const { status, text, bytes } = received;
  const isGood = status >= 200 && status < 300;
  if (bytes !== undefined) return null;
  if (text === "") {
    return !isGood || (method === "DELETE" && BODILESS.includes(status)) ? null : "has no body";
  }
  if (!isJson(received)) return null;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return "was cut in the middle";
  }
  if (!isGood) return null;
  if (typeof body !== "object" || body === null || Array.isArray(body)) return "is no JSON object";
  // A deletion says nothing, but for those that tell what they took away. Writes may answer an empty object: preferences that are empty now.
  if (method === "DELETE" && tells === undefined) return "has a body, which a deletion's has not";
  if (method === "GET" && Object.keys(body).length === 0) return "is an empty object";
  if (tells !== undefined && !Object.hasOwn(body, tells)) return `does not tell ${tells}`;
  if (items === undefined) return null;
  const list = (body as { readonly [name: string]: unknown })[items];
  if (!Array.isArray(list)) return `has no list of ${items}`;
  return list.every((item) => typeof item === "object" && item !== null && !Array.isArray(item))
    ? null
    : `has a list of ${items} that are no objects`;
}

const BODILESS: readonly number[] = [202, 204, 205];

function unusable(
  { method, path }: Call,
  { status }: Received,
  fault: string,
): ConnectionError & { readonly code: string } {
  const made = new ConnectionError(`${method} ${path}: the answer (status ${status}) ${fault}.`, {
    maybeSent: true,
    hint: "Try again; if it stays, look at the proxy between.",
  });
  return Object.assign(made, { code: "CUT" });
}

function apiError(call: Call, received: Received, afterLostAnswer: boolean): ApiError {
  const told = errorBody(received);
  const isPage = told === null;
  const location = received.status < 400 ? received.headers["location"] : undefined;
  const type = location !== undefined ? "redirect" : isPage ? "html" : String(told["type"] ?? "unknown");
  const message =
    location !== undefined ? `redirected to ${location}` : isPage ? pageTitle(received) : String(told["message"] ?? "");
  return new ApiError({
    method: call.method,
    path: call.path,
    status: received.status,
    type,
    message,
    hint: hintOf(received.status, type, isPage ? received.text : message),
    missingScopes: missingScopes(message),
    afterLostAnswer,
  });
}

function errorBody(received: Received): JsonObject | null {
  if (!isJson(received)) return null;
  try {
    const body = parseJson(received.text);
    return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as JsonObject) : null;
  } catch {
    return null;
  }
}

function pageTitle({ text, status }: Received): string {
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1]?.trim();
  if (title) return `a web page titled ${JSON.stringify(title)}`;
  return text.trim() === "" ? `no text (status ${status})` : JSON.stringify(text.trim().slice(0, 200));
}

/** "… missing scopes ([\"buckets.write\"])": the list at the end is JSON (real-server F38). */
function missingScopes(message: string): readonly string[] {
  const list = /missing scopes \((\[.*\])\)/.exec(message)?.[1];
  try {
    return list === undefined ? [] : (JSON.parse(list) as readonly string[]).map(String);
  } catch {
    return [];
  }
}
