import type { ClientRequest, IncomingMessage } from "node:http";
import { gunzipSync } from "node:zlib";
import { ConnectionError, type Method, StoppedError } from "../schema/backend.ts";
import { hintOfBreak } from "./hints.ts";
import { proxyHeaders, proxyName, tunnel } from "./proxy.ts";

/** A request as it goes over the wire. */
export interface Exchange {
  readonly method: Method;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array | string | null;
  /** The answer is content, not text. */
  readonly isBinary?: boolean;
  /** Never sent a second time on a new connection. */
  readonly once?: boolean;
}

/** A whole answer. */
export interface Received {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly text: string;
  /** Content, where that was asked for and the server gave it; `text` is empty then. */
  readonly bytes?: Uint8Array;
  /** The connection broke before any answer and the request was sent once more: what it did may have been done before. */
  readonly isResent?: boolean;
}

/** Sends one request and gives the whole answer. Throws `ConnectionError` when none came, and the signal's reason when stopped. */
export type Send = (exchange: Exchange) => Promise<Received>;

/** What the connections to one server need to know. */
export interface ConnectionOptions {
  readonly origin: string;
  readonly selfSigned: boolean;
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal;
  /** By way of this proxy. */
  readonly proxy: URL | null;
  /** PEM certificates of authorities that are trusted beside Node's own; null = none. Read when a secure connection is made. */
  readonly extraAuthorities: () => string | null;
}

/** Milliseconds that a write under way may still take when Terraform asks to stop. */
const GRACE = 5000;

/** More connections than Terraform's usual parallelism, few enough for a small server. */
const CONNECTIONS = 16;

/**
 * Makes the one pool of keep-alive connections to a server: Node's own agent. undici was measured beside it: it takes 90 ms and 40 MB more
 * at every launch (a WebAssembly parser to compile), and terraform launches a provider three to five times per command.
 */
export function createSend(options: ConnectionOptions): Send {
  let pool: Pool | undefined;
  return (exchange) => {
    pool ??= openPool(options);
    return send(pool, exchange, options);
  };
}

interface Pool {
  request(exchange: Exchange): ClientRequest;
}

function openPool({ origin, selfSigned, proxy, extraAuthorities }: ConnectionOptions): Pool {
  const url = new URL(origin);
  const isSecure = url.protocol === "https:";
  const keepAlive = { keepAlive: true, maxSockets: CONNECTIONS, scheduling: "lifo" } as const;
  // A plain request goes to the proxy itself, with the whole address; a secure one through a tunnel.
  const peer = proxy !== null && !isSecure ? proxy : url;
  // Loaded with the first request: most launches of the provider never make one.
  const http = (
    peer.protocol === "https:" ? require("node:https") : require("node:http")
  ) as typeof import("node:https");
  const extra = peer.protocol === "https:" ? extraAuthorities() : null;
  const plain = new http.Agent({
    ...keepAlive,
    ...(isSecure ? { rejectUnauthorized: !selfSigned } : {}),
    ...(extra === null ? {} : { ca: [...builtInAuthorities(), extra] }),
  });
  const agent = proxy !== null && isSecure ? tunnel(plain, proxy) : plain;
  const address = {
    protocol: peer.protocol,
    hostname: peer.hostname.replace(/^\[|\]$/g, ""),
    port: peer.port || (peer.protocol === "https:" ? 443 : 80),
    agent,
  };
  const toProxy = peer === proxy ? { host: url.host, ...proxyHeaders(proxy) } : {};
  return {
    request: ({ method, path, headers, body }) => {
      const length = body === null ? {} : { "content-length": String(Buffer.byteLength(body)) };
      const whole = peer === proxy ? `${url.origin}${path}` : path;
      return http.request({ ...address, method, path: whole, headers: { ...headers, ...toProxy, ...length } });
    },
  };
}

function builtInAuthorities(): readonly string[] {
  return (require("node:tls") as typeof import("node:tls")).rootCertificates;
}

function send(pool: Pool, exchange: Exchange, options: ConnectionOptions, isRetry = false): Promise<Received> {
  const { signal, timeoutMilliseconds } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new StoppedError(isRetry && exchange.method !== "GET"));
    const request = begun(pool, exchange, options);
    let grace: NodeJS.Timeout | undefined;
    const stop = (): void => {
      // What a write under way has done is worth knowing: without its answer, an object may be there that state does not have.
      grace = setTimeout(() => request.destroy(new StoppedError()), exchange.method === "GET" ? 0 : GRACE);
    };
    const timer = setTimeout(
      () => request.destroy(Object.assign(new Error("no whole answer in time"), { code: "TIMEOUT" })),
      timeoutMilliseconds,
    );
    const done = (): void => {
      clearTimeout(timer);
      clearTimeout(grace);
      signal.removeEventListener("abort", stop);
    };
    signal.addEventListener("abort", stop, { once: true });
    const fail = (cause: NodeJS.ErrnoException): void => {
      done();
      if (signal.aborted) return reject(new StoppedError(exchange.method !== "GET"));
      // A server closes a kept connection when it likes, also at the very moment in which it is used again. Most often nothing
      // was processed then, so that it costs no wait and no try; that it was all the same is told by `isResent`.
      if (request.reusedSocket && cause.code === "ECONNRESET" && !isRetry && !hasAnswer && !exchange.once) {
        void send(pool, exchange, options, true).then((received) => resolve({ ...received, isResent: true }), reject);
        return;
      }
      reject(broken(options, codeOf(cause), cause));
    };
    let hasAnswer = false;
    request.on("error", fail);
    request.on("response", (response) => {
      hasAnswer = true;
      collect(response, exchange.isBinary ?? false).then((received) => {
        done();
        resolve(received);
      }, fail);
    });
    request.end(exchange.body ?? undefined);
  });
}

/** Begins a request. A key or an id that no header can carry is refused by Node, before anything is sent. */
function begun(pool: Pool, exchange: Exchange, options: ConnectionOptions): ClientRequest {
  try {
    return pool.request(exchange);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    const made = new ConnectionError(
      `${options.origin}: ${text}.`,
      {
        maybeSent: false,
        hint: "Check project_id and the keys: letters, digits and a few signs are all that they have.",
      },
      { cause },
    );
    throw Object.assign(made, { code: "EINVAL" });
  }
}

async function collect(response: IncomingMessage, isBinary: boolean): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  if (!response.complete) throw Object.assign(new Error("the answer was cut in the middle"), { code: "ECONNRESET" });
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : String(value),
    ]),
  );
  const body = Buffer.concat(chunks);
  const content = headers["content-encoding"] === "gzip" && body.length > 0 ? gunzipSync(body) : body;
  const status = response.statusCode ?? 0;
  if (isBinary && status < 300) return { status, headers, text: "", bytes: content };
  return { status, headers, text: content.toString("utf8") };
}

/** Codes that say that no connection was made, so that nothing can have been sent. */
const NOT_SENT: readonly string[] = [
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPROTO",
  "PROXY",
];

function broken(
  { origin, proxy }: ConnectionOptions,
  code: string,
  cause: unknown,
): ConnectionError & { readonly code: string } {
  const isSent = !NOT_SENT.includes(code) && !/CERT|SSL|SIGNATURE|ALTNAME/.test(code);
  const text = (cause as { readonly message?: string } | null)?.message || code;
  const made = new ConnectionError(
    `${origin}${proxy === null ? "" : ` (by the proxy ${proxyName(proxy)})`}: ${text.includes(code) ? text : `${code}: ${text}`}.`,
    { maybeSent: isSent, hint: hintOfBreak(code, proxy !== null) },
    { cause },
  );
  return Object.assign(made, { code });
}

function codeOf(cause: unknown): string {
  for (let inner = cause; typeof inner === "object" && inner !== null; inner = (inner as { cause?: unknown }).cause) {
    const { errors, code } = inner as { readonly errors?: readonly unknown[]; readonly code?: unknown };
    // One error for each address of the host.
    if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0]);
    if (typeof code === "string") return code;
  }
  return "ECONNRESET";
}
