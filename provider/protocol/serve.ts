import { writeSync } from "node:fs";
import type { Http2Server, Http2Session } from "node:http2";
import { createServer } from "node:net";
import type { Server as TlsServer } from "node:tls";
import { type Certificate, createCertificate, derOfPem } from "./certificate.ts";
import { type Handler, type Route, serveStream } from "./grpc.ts";
import type { Logger } from "./logging.ts";
import { openPlace } from "./place.ts";

/** What a provider process needs to serve Terraform. */
export interface ServeOptions {
  /** Gives the calls of the provider; asked for with the first that is made, so that a launch for the schema alone stays quick. */
  readonly load: () => Route;
  /** The encoded answer of `GetProviderSchema`, made when the provider was built; null = the calls make it. */
  readonly schemaResponse?: () => Uint8Array | null;
  readonly environment: { readonly [name: string]: string | undefined };
  readonly arguments: readonly string[];
  readonly logger: Logger;
}

/** The cookie that tells us that Terraform started us. */
const COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/**
 * Serves the provider until Terraform has had enough of it: go-plugin's handshake on standard output, mutual TLS with the
 * certificate that Terraform hands over, gRPC on a socket of our own. Ends the process.
 */
export function serve(options: ServeOptions): void {
  const { environment, logger } = options;
  const isDebug = options.arguments.includes("--debug") || options.arguments.includes("-debug");
  if (!isDebug && environment["TF_PLUGIN_MAGIC_COOKIE"] !== COOKIE) {
    process.stderr.write(
      "This program is a Terraform provider: terraform starts it, not a person.\nTo serve it for a debugger, start it with --debug.\n",
    );
    process.exit(1);
  }
  const versions = environment["PLUGIN_PROTOCOL_VERSIONS"];
  if (!isDebug && versions !== undefined && !versions.split(",").includes("6")) {
    process.stderr.write(
      `This provider speaks plugin protocol 6; this Terraform offers ${versions} only. Use Terraform 1.0 or later.\n`,
    );
    process.exit(1);
  }
  reportCrashes();

  const place = openPlace(environment, process.platform);
  let isEnding = false;
  const end = (code: number): void => {
    if (isEnding) return;
    isEnding = true;
    place.remove();
    process.exit(code);
  };
  const calls = lazily(options.load);
  const schemaResponse = lazily(options.schemaResponse ?? (() => null));
  let isAskedToEnd = false;
  const shutDown = (): void => {
    isAskedToEnd = true;
    // Terraform kills after two seconds; a caller that does not read its answer is not waited for.
    setTimeout(() => end(0), 500);
  };
  const route: Route = (path) => control(path, shutDown) ?? builtInSchema(path, schemaResponse) ?? calls()(path);

  const clientPem = isDebug ? "" : (environment["PLUGIN_CLIENT_CERT"] ?? "");
  const own = clientPem === "" ? null : createCertificate(new Date());
  const watched = isDebug ? null : endWithParent(() => end(0));
  const http2 = lazily(() => {
    const { createServer: createHttp2Server } = require("node:http2") as typeof import("node:http2");
    const server = createHttp2Server();
    server.on("stream", (stream, headers) => {
      const { session } = stream;
      stream.once("close", () => {
        if (isAskedToEnd) whenArrived(session, () => end(0));
      });
      serveStream(stream, headers, route);
    });
    watched?.(server);
    return server;
  });
  const accept = own === null ? null : lazily(() => createTls(own, clientPem, logger, http2));
  const listener = createServer((socket) => {
    (accept?.() ?? http2()).emit("connection", socket);
  });
  const told = (network: string, address: string): void => {
    const certificate = own === null ? "" : own.der.toString("base64").replace(/=+$/, "");
    const line = `1|6|${network}|${address}|grpc|${certificate}\n`;
    try {
      // Not by process.stdout, which takes milliseconds to come into being.
      writeSync(1, isDebug ? debugText(network, address) : line);
    } catch {
      // Nobody listens any more, so nobody will call.
      return end(1);
    }
    // TLS is loaded while Terraform reads that line and connects.
    accept?.();
    logger("debug", "provider is listening", { network });
    // One caller that could not be let in is no reason to leave the others.
    listener.on("error", (cause) => logger("warn", "a connection failed", { error: cause.message }));
  };
  place.listen(listener, told, (cause) => {
    process.stderr.write(`The provider cannot listen: ${cause.message}\n`);
    end(1);
  });

  // Ctrl-C goes to the whole process group; Terraform then asks us to stop by StopProvider.
  process.on("SIGINT", () => {
    if (isDebug) end(0);
  });
  process.on("SIGTERM", () => end(0));
  process.on("SIGHUP", () => end(0));
}

/** Prints a crash the way Terraform recognises, and ends. */
function reportCrashes(): void {
  const crash = (cause: unknown): void => {
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    process.stderr.write(`panic: ${text}\n`);
    process.exit(2);
  };
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);
}

/**
 * Terraform killed without a word leaves us with another parent: nobody will ask for anything any more. A parent that was gone before we
 * looked cannot be told from one that is process 1 (terraform in a container), but then nobody connects. Gives what makes a server's callers count.
 */
function endWithParent(end: () => void): (server: Http2Server) => void {
  const parent = process.ppid;
  const patience = parent === 1 ? ALONE_IF_ORPHAN : ALONE;
  let callers = 0;
  let aloneSince = process.uptime();
  setInterval(() => {
    if (process.ppid !== parent || (callers === 0 && process.uptime() - aloneSince > patience)) end();
  }, 500).unref();
  return (server) => {
    server.on("session", (session) => {
      callers += 1;
      session.once("close", () => {
        callers -= 1;
        aloneSince = process.uptime();
      });
    });
  };
}

/** Seconds without a caller after which there is nobody to serve; go-plugin gives a provider a minute to start. */
const ALONE = 60;
const ALONE_IF_ORPHAN = 5;

function lazily<T>(load: () => T): () => T {
  let loaded: { readonly value: T } | undefined;
  return () => {
    loaded ??= { value: load() };
    return loaded.value;
  };
}

/** Terraform waits for the process to end, at every launch: so as soon as the caller has the last answer, which the echo of a ping tells. */
function whenArrived(session: Http2Session | undefined, end: () => void): void {
  if (session === undefined || session.destroyed) return end();
  session.once("close", end);
  session.ping(end);
}

/**
 * Mutual TLS with the certificate that Terraform gave (without one, with TF_DISABLE_PLUGIN_TLS or for debugging, it is HTTP/2 in the clear). Only
 * that very certificate is let in: `ca: []` keeps Node from parsing all its root certificates at each launch, so the comparison is ours.
 */
function createTls(own: Certificate, clientPem: string, logger: Logger, http2: () => Http2Server): TlsServer {
  const { createServer: createTlsServer } = require("node:tls") as typeof import("node:tls");
  const expected = derOfPem(clientPem);
  const server = createTlsServer({
    key: own.key,
    cert: own.certificate,
    ca: [],
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: "TLSv1.2",
    ALPNCallback: ({ protocols }) => {
      // HTTP/2 is loaded while Terraform makes its part of the handshake.
      setImmediate(http2);
      return protocols.find((protocol) => protocol === "h2");
    },
  });
  server.on("secureConnection", (socket) => {
    socket.on("error", () => socket.destroy());
    const { raw } = socket.getPeerCertificate() as { raw?: Buffer };
    if (expected !== null && raw !== undefined && raw.equals(expected)) return http2().emit("connection", socket);
    logger("warn", "refused a client that is not the Terraform that started this provider");
    socket.destroy();
  });
  server.on("tlsClientError", (_cause, socket) => socket.destroy());
  return server;
}

/** The schema as it was built in, before anything is loaded. The request has no fields. */
function builtInSchema(path: string, schemaResponse: () => Uint8Array | null): Handler | null {
  if (path !== "/tfplugin6.Provider/GetProviderSchema") return null;
  const response = schemaResponse();
  return response === null ? null : async () => response;
}

/** What go-plugin asks beside the provider: to shut down; and streams for output and brokering that stay silent. */
function control(path: string, shutDown: () => void): Handler | null {
  switch (path) {
    case "/plugin.GRPCController/Shutdown":
      return async () => {
        shutDown();
        return new Uint8Array();
      };
    case "/plugin.GRPCStdio/StreamStdio":
    case "/plugin.GRPCBroker/StartStream":
      return silence;
    case "/grpc.health.v1.Health/Check":
      // status: SERVING
      return async () => Uint8Array.of(0x08, 0x01);
    default:
      return null;
  }
}

// oxlint-disable-next-line require-yield -- a stream that says nothing until it is ended
async function* silence(_request: Uint8Array, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

function debugText(network: string, address: string): string {
  const attach = {
    Protocol: "grpc",
    ProtocolVersion: 6,
    Pid: process.pid,
    Test: true,
    Addr: { Network: network, String: address },
  };
  const providers = {
    "registry.terraform.io/appwrite-iac/appwrite": attach,
    "registry.terraform.io/appwrite/appwrite": attach,
  };
  return `Provider started. To attach Terraform to it, set\n\n\tTF_REATTACH_PROVIDERS='${JSON.stringify(providers)}'\n\n`;
}
