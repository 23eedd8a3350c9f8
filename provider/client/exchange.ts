import { gunzipSync } from "node:zlib";
import type { Dispatcher, Pool } from "undici";
import { ConnectionError, type Method } from "../schema/backend.ts";
import { hintOfBreak } from "./hints.ts";

/** A request as it goes over the wire. */
export interface Exchange {
  readonly method: Method;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array | string | null;
}

/** A whole answer. */
export interface Received {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly text: string;
}

/** Sends one request and gives the whole answer. Throws `ConnectionError` when none came, and the signal's reason when stopped. */
export type Send = (exchange: Exchange) => Promise<Received>;

/** What the connections to one server need to know. */
export interface ConnectionOptions {
  readonly origin: string;
  readonly selfSigned: boolean;
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal;
}

/** More connections than Terraform's usual parallelism, few enough for a small server. */
const CONNECTIONS = 16;

/**
 * Makes the one pool of keep-alive connections to a server. The pool is loaded with the first request, and from its own module: the
 * index of undici loads fetch, web sockets and caches with it, which costs every launch of the provider some 60 ms.
 */
export function createSend(options: ConnectionOptions): Send {
  let pool: Pool | undefined;
  return (exchange) => {
    pool ??= openPool(options);
    return send(pool, exchange, options);
  };
}

function openPool({ origin, selfSigned, timeoutMilliseconds }: ConnectionOptions): Pool {
  const PoolOfUndici = require("undici/lib/dispatcher/pool.js") as new (origin: string, options: Pool.Options) => Pool;
  return new PoolOfUndici(origin, {
    connections: CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: 10_000,
    headersTimeout: timeoutMilliseconds,
    bodyTimeout: timeoutMilliseconds,
    connect: { rejectUnauthorized: !selfSigned, timeout: Math.min(timeoutMilliseconds, 20_000) },
  });
}

function send(pool: Pool, exchange: Exchange, { signal, origin }: ConnectionOptions): Promise<Received> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(stopped());
    let status = 0;
    let headers: { readonly [name: string]: string } = {};
    const chunks: Buffer[] = [];
    let stop: (() => void) | undefined;
    const done = (): void => {
      if (stop) signal.removeEventListener("abort", stop);
    };
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => {
        stop = () => controller.abort(stopped());
        signal.addEventListener("abort", stop, { once: true });
      },
      onResponseStart: (_controller, code, received) => {
        status = code;
        headers = Object.fromEntries(
          Object.entries(received).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.join(", ") : String(value),
          ]),
        );
      },
      onResponseData: (_controller, chunk) => {
        chunks.push(chunk);
      },
      onResponseEnd: () => {
        done();
        try {
          const body = Buffer.concat(chunks);
          const text = (headers["content-encoding"] === "gzip" && body.length > 0 ? gunzipSync(body) : body).toString(
            "utf8",
          );
          resolve({ status, headers, text });
        } catch (cause) {
          reject(broken(origin, "ECONNRESET", cause));
        }
      },
      onResponseError: (_controller, cause) => {
        done();
        reject(signal.aborted ? stopped() : broken(origin, codeOf(cause), cause));
      },
    };
    pool.dispatch(
      { method: exchange.method, path: exchange.path, headers: { ...exchange.headers }, body: exchange.body },
      handler,
    );
  });
}

/** Codes that say that no connection was made, so that nothing can have been sent. */
const NOT_SENT: readonly string[] = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPROTO",
];

function broken(origin: string, code: string, cause: unknown): ConnectionError & { readonly code: string } {
  const isSent = !NOT_SENT.includes(code) && !/CERT|SSL|SIGNATURE|ALTNAME/.test(code);
  const text = cause instanceof Error && cause.message !== "" ? cause.message : code;
  const made = new ConnectionError(
    `${origin}: ${code}: ${text}.`,
    { maybeSent: isSent, hint: hintOfBreak(code) },
    { cause },
  );
  return Object.assign(made, { code });
}

function codeOf(cause: unknown): string {
  for (let inner = cause; inner instanceof Error; inner = inner.cause) {
    if (inner instanceof AggregateError && inner.errors.length > 0) return codeOf(inner.errors[0]);
    if ("code" in inner && typeof inner.code === "string") return inner.code;
  }
  return "UND_ERR_SOCKET";
}

/** What a stopped call rejects with. */
export function stopped(): Error {
  return Object.assign(new Error("Stopped."), { name: "AbortError" });
}
