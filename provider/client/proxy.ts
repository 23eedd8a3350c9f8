import type { Agent as HttpAgent, RequestOptions } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** The environment that names a proxy, as curl and Terraform itself read it. */
export type ProxyEnvironment = { readonly [name: string]: string | undefined };

/**
 * The proxy for an address, by HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in capital or small letters; null = go there directly. This machine
 * is never reached by a proxy. A proxy without a scheme is one that speaks HTTP.
 */
export function proxyOf(address: URL, environment: ProxyEnvironment): URL | null {
  const variable = (name: string): string => environment[name] ?? environment[name.toLowerCase()] ?? "";
  const named = variable(address.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY").trim();
  const hostname = bare(address.hostname);
  if (named === "" || isLoopback(hostname) || isExempt(hostname, portOf(address), variable("NO_PROXY"))) return null;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(named) ? named : `http://${named}`;
  const proxy = URL.canParse(text) ? new URL(text) : null;
  return proxy !== null && /^https?:$/.test(proxy.protocol) ? proxy : null;
}

/** How a proxy is called in messages: without its password. */
export function proxyName(proxy: URL): string {
  return `${proxy.protocol}//${proxy.host}`;
}

/** The headers by which a proxy knows its user. */
export function proxyHeaders({ username, password }: URL): { readonly [name: string]: string } {
  if (username === "" && password === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair, "utf8").toString("base64")}` };
}

/** Makes an agent's connections go through a tunnel that the proxy opens (CONNECT), with TLS to the server inside of it. */
export function tunnel(agent: HttpsAgent, proxy: URL): HttpsAgent {
  const http = require(proxy.protocol === "https:" ? "node:https" : "node:http") as typeof import("node:http");
  const tls = require("node:tls") as typeof import("node:tls");
  type Done = (cause: Error | null, socket?: Duplex) => void;
  const createConnection = (options: RequestOptions & { readonly servername?: string }, done: Done): void => {
    const target = `${String(options.host).includes(":") ? `[${options.host}]` : options.host}:${options.port}`;
    const request = http.request({
      hostname: bare(proxy.hostname),
      port: portOf(proxy),
      method: "CONNECT",
      path: target,
      headers: { host: target, ...proxyHeaders(proxy) },
      agent: false as unknown as HttpAgent,
      ...(agent.options.ca === undefined ? {} : { ca: agent.options.ca }),
    });
    request.once("error", (cause) => done(failure(proxy, cause.message)));
    request.once("response", (response) => {
      response.resume();
      done(failure(proxy, `it answered ${response.statusCode}`));
    });
    request.once("connect", (response, socket: Socket) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        return done(failure(proxy, `it answered ${response.statusCode}`));
      }
      done(
        null,
        tls.connect({ ...options, path: undefined, socket } as unknown as import("node:tls").ConnectionOptions),
      );
    });
    request.end();
  };
  return Object.assign(agent, { createConnection });
}

function failure(proxy: URL, reason: string): Error {
  return Object.assign(new Error(`the proxy ${proxyName(proxy)} opens no way to it: ${reason}`), { code: "PROXY" });
}

/** NO_PROXY: names with all below them, addresses, networks such as 10.0.0.0/8, each with a port or without, or `*`. */
function isExempt(hostname: string, port: number, list: string): boolean {
  return list
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const [, name = entry, only] = /^(.*?):(\d+)$/.exec(entry) ?? [];
      if (only !== undefined && !name.includes(":") && Number(only) !== port) return false;
      if (name.includes("/")) return isWithin(hostname, name);
      const suffix = name.replace(/^\*?\./, "");
      return (
        (hostname === suffix && !name.startsWith(".")) || hostname.endsWith(`.${suffix}`) || hostname === bare(entry)
      );
    });
}

/** Is an IPv4 address in a network such as 10.0.0.0/8? */
function isWithin(hostname: string, network: string): boolean {
  const [base = "", bits = ""] = network.split("/");
  const [own, other] = [numberOf(hostname), numberOf(base)];
  if (own === null || other === null || !/^\d+$/.test(bits)) return false;
  const shift = 32 - Number(bits);
  return shift >= 32 || Math.floor(own / 2 ** shift) === Math.floor(other / 2 ** shift);
}

function numberOf(address: string): number | null {
  const parts = address.split(".").map(Number);
  const isAddress = parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part < 256);
  return isAddress ? parts.reduce((sum, part) => sum * 256 + part, 0) : null;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "::1" || /^127(\.\d+){3}$/.test(hostname);
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "").toLowerCase();
}

function portOf({ port, protocol }: URL): number {
  return Number(port || (protocol === "https:" ? 443 : 80));
}
