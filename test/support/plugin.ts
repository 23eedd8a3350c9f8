import { type ChildProcess, spawn } from "node:child_process";
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from "node:http2";
import { createConnection } from "node:net";
import { connect as connectTls } from "node:tls";
import { createCertificate } from "../../provider/protocol/certificate.ts";
import { CALLS } from "../../provider/protocol/messages.generated.ts";
import { decodeMessage, encodeMessage, type Message } from "../../provider/protocol/protobuf.ts";
import { PROVIDER } from "./terraform.ts";

/** What terraform sets so that a provider knows that it is meant. */
export const COOKIE = {
  TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
  PLUGIN_PROTOCOL_VERSIONS: "5,6",
};

/** An answer of gRPC: its status and the messages that came. */
export interface GrpcAnswer {
  readonly status: number;
  readonly text: string;
  readonly messages: readonly Uint8Array[];
}

/** The provider as terraform starts it, with a client of our own. */
export interface Plugin {
  readonly child: ChildProcess;
  readonly line: string;
  readonly stderr: () => string;
  /** Sends bytes as they are: frames, or what is none. */
  raw(path: string, body: Uint8Array, headers?: { readonly [name: string]: string }): Promise<GrpcAnswer>;
  call(name: string, request: Message): Promise<Message>;
  /** Opens a stream and leaves it to the caller: to send half of a request, or to reset it. */
  open(path: string): ClientHttp2Stream;
  /** Where it listens. */
  readonly socket: string;
  /** Connects with another certificate than the one that was announced; gives whether the provider let it in. */
  intrude(how: "stranger" | "nameless" | "in the clear"): Promise<boolean>;
  exited: Promise<number | null>;
  close(): void;
}

/** Starts the built provider the way terraform does: cookie, client certificate, mutual TLS; or without TLS, as TF_DISABLE_PLUGIN_TLS asks for. */
export async function startPlugin(
  environment: { readonly [name: string]: string } = {},
  { isSecure = true }: { readonly isSecure?: boolean } = {},
): Promise<Plugin> {
  const own = createCertificate(new Date());
  const { NODE_EXTRA_CA_CERTS: _, TF_LOG: _log, ...inherited } = process.env;
  const child = spawn(PROVIDER, [], {
    env: { ...inherited, ...COOKIE, ...(isSecure ? { PLUGIN_CLIENT_CERT: own.certificate } : {}), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once("data", (chunk: Buffer) => resolve(chunk.toString()));
    child.once("exit", (code) => reject(new Error(`The provider ended with ${code}: ${stderr}`)));
  });
  const [, , , address = "", , certificate = ""] = line.trim().split("|");
  const server = `-----BEGIN CERTIFICATE-----\n${(
    Buffer.from(certificate, "base64")
      .toString("base64")
      .match(/.{1,64}/g) ?? []
  ).join("\n")}\n-----END CERTIFICATE-----\n`;
  const dial: Dial = (identity) =>
    identity === "in the clear"
      ? connectHttp2("http://localhost", { createConnection: () => createConnection(address) })
      : connectHttp2("https://localhost", {
          createConnection: () =>
            connectTls({
              socket: createConnection(address),
              ca: [server],
              ...identity,
              servername: "localhost",
              ALPNProtocols: ["h2"],
            }),
        });
  const session = dial(isSecure ? { key: own.key, cert: own.certificate } : "in the clear");
  session.on("error", () => {});
  const raw: Plugin["raw"] = (path, body, headers = {}) => exchange(session, path, body, headers);
  return {
    child,
    line,
    stderr: () => stderr,
    raw,
    exited,
    socket: address,
    open: (path) => session.request(headersOf(path)),
    call: async (name, request) => {
      const [requestType, responseType] = CALLS[name] ?? ["", ""];
      const answer = await raw(`/tfplugin6.Provider/${name}`, frame(encodeMessage(requestType, request)));
      if (answer.status !== 0) throw new Error(`${name}: status ${answer.status}: ${answer.text}`);
      return decodeMessage(responseType, answer.messages[0] ?? new Uint8Array());
    },
    intrude: (how) => intrude(dial, how),
    close: () => {
      session.destroy();
      child.kill("SIGKILL");
    },
  };
}

/** A message as gRPC frames it. */
export function frame(message: Uint8Array, flag = 0): Uint8Array {
  const header = Buffer.alloc(5);
  header[0] = flag;
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

function exchange(
  session: ClientHttp2Session,
  path: string,
  body: Uint8Array,
  headers: { readonly [name: string]: string },
): Promise<GrpcAnswer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ...headersOf(path), ...headers });
    const chunks: Buffer[] = [];
    let status = -1;
    let text = "";
    const note = (told: { readonly [name: string]: unknown }): void => {
      if (told["grpc-status"] === undefined) return;
      status = Number(told["grpc-status"]);
      text = decodeURIComponent(String(told["grpc-message"] ?? ""));
    };
    stream.on("response", note);
    stream.on("trailers", note);
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("close", () => resolve({ status, text, messages: unframe(Buffer.concat(chunks)) }));
    if (!stream.writableEnded) stream.end(body);
  });
}

function unframe(bytes: Buffer): readonly Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at + 5 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at + 1);
    messages.push(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return messages;
}

function headersOf(path: string): { readonly [name: string]: string } {
  return { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
}

/** Makes a connection with a certificate, without one, or without TLS. */
type Dial = (identity: { readonly key?: string; readonly cert?: string } | "in the clear") => ClientHttp2Session;

async function intrude(dial: Dial, how: "stranger" | "nameless" | "in the clear"): Promise<boolean> {
  const stranger = createCertificate(new Date());
  const identities = {
    stranger: { key: stranger.key, cert: stranger.certificate },
    nameless: {},
    "in the clear": "in the clear",
  } as const;
  const session = dial(identities[how]);
  session.on("error", () => {});
  try {
    const answer = await exchange(session, "/tfplugin6.Provider/GetMetadata", frame(new Uint8Array()), {});
    return answer.status === 0;
  } catch {
    return false;
  } finally {
    session.destroy();
  }
}
