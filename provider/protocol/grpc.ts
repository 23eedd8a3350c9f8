import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";

/** Status codes of gRPC that we answer. */
export const STATUS = {
  ok: 0,
  cancelled: 1,
  invalidArgument: 3,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
} as const;

/** An error that is the caller's to see as a gRPC status. */
export class GrpcError extends Error {
  override readonly name = "GrpcError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Told by its name, since the calls are loaded apart from what serves them. */
function isGrpcError(cause: unknown): cause is GrpcError {
  return cause instanceof Error && cause.name === "GrpcError";
}

/** Answers one call: gets the request's bytes, gives the response's, one message or a stream of them. */
export type Handler = (request: Uint8Array, signal: AbortSignal) => Promise<Uint8Array> | AsyncIterable<Uint8Array>;

/** Gives the handler of a path such as `/tfplugin6.Provider/ReadResource`; null when there is none. */
export type Route = (path: string) => Handler | null;

/**
 * Serves gRPC on an HTTP/2 stream: one request message, then one or many responses, then the status as trailers. Frames are put
 * together over however many DATA events they come in.
 */
export function serveStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, route: Route): void {
  const aborter = new AbortController();
  stream.on("aborted", () => aborter.abort());
  stream.on("error", () => aborter.abort());
  const handler = route(String(headers[":path"] ?? ""));
  if (headers[":method"] !== "POST" || !/^application\/grpc([+;]|$)/.test(String(headers["content-type"] ?? ""))) {
    stream.resume();
    stream.respond({ ":status": 415, ...trailers(STATUS.internal, "this is no call of gRPC") }, { endStream: true });
    return;
  }
  if (handler === null) {
    stream.resume();
    respondStatus(stream, STATUS.unimplemented, `unknown method ${headers[":path"]}`);
    return;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  let isRefused = false;
  stream.on("data", (chunk: Buffer) => {
    if (isRefused) return;
    length += chunk.length;
    chunks.push(chunk);
    if (length <= LARGEST && declaredLength(chunks) <= LARGEST) return;
    isRefused = true;
    chunks.length = 0;
    respondStatus(stream, STATUS.resourceExhausted, "the message is too large");
    // Who goes on sending is not listened to.
    stream.close();
  });
  stream.on("end", () => {
    if (isRefused || stream.destroyed) return;
    void answer(stream, Buffer.concat(chunks, length), handler, aborter.signal);
  });
}

/** What providers in Go take; no provider value comes near. A wrong length must not fill the memory. */
const LARGEST = 256 << 20;

/** The length that the first frame says it has; 0 while its header is not there. */
function declaredLength(chunks: readonly Buffer[]): number {
  const [first] = chunks;
  if (first === undefined || first.length >= 5) return first?.readUInt32BE(1) ?? 0;
  const header = Buffer.concat(chunks.slice(0, 5)).subarray(0, 5);
  return header.length < 5 ? 0 : header.readUInt32BE(1);
}

async function answer(stream: ServerHttp2Stream, body: Buffer, handler: Handler, signal: AbortSignal): Promise<void> {
  try {
    const result = handler(unframe(body), signal);
    if (Symbol.asyncIterator in result) {
      begin(stream);
      for await (const message of result) {
        if (signal.aborted) return;
        if (!stream.write(frame(message))) await drained(stream);
      }
    } else {
      const message = await result;
      if (signal.aborted) return;
      begin(stream);
      stream.write(frame(message));
    }
    finish(stream, STATUS.ok, "");
  } catch (cause) {
    if (signal.aborted || stream.destroyed) return;
    const [code, text] = isGrpcError(cause) ? [cause.code, cause.message] : [STATUS.internal, String(cause)];
    if (stream.headersSent) finish(stream, code, text);
    else respondStatus(stream, code, text);
  }
}

/** The one message of a unary request: five bytes of header, then the message, then nothing. */
function unframe(body: Buffer): Uint8Array {
  if (body.length < 5) throw new GrpcError(STATUS.internal, "the request has no message");
  if (body[0] !== 0) throw new GrpcError(STATUS.unimplemented, "compressed messages are not supported");
  const length = body.readUInt32BE(1);
  if (body.length < 5 + length) throw new GrpcError(STATUS.internal, "the request ends in the middle of its message");
  if (body.length > 5 + length) throw new GrpcError(STATUS.internal, "the request has more than one message");
  return body.subarray(5);
}

function frame(message: Uint8Array): Buffer {
  const header = Buffer.allocUnsafe(5);
  header[0] = 0;
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

function begin(stream: ServerHttp2Stream): void {
  if (stream.headersSent || stream.destroyed) return;
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
}

function finish(stream: ServerHttp2Stream, code: number, text: string): void {
  if (stream.destroyed) return;
  stream.on("wantTrailers", () => stream.sendTrailers(trailers(code, text)));
  stream.end();
}

/** A status without a message: headers and trailers in one. */
function respondStatus(stream: ServerHttp2Stream, code: number, text: string): void {
  if (stream.destroyed || stream.headersSent) return;
  stream.respond({ ":status": 200, "content-type": "application/grpc", ...trailers(code, text) }, { endStream: true });
}

function trailers(code: number, text: string): { [name: string]: string } {
  return { "grpc-status": String(code), ...(text === "" ? {} : { "grpc-message": percentEncoded(text) }) };
}

function percentEncoded(text: string): string {
  return [...Buffer.from(text, "utf8")]
    .map((byte) =>
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
    )
    .join("");
}

function drained(stream: ServerHttp2Stream): Promise<void> {
  return new Promise((resolve) => {
    stream.once("drain", resolve);
    stream.once("close", resolve);
  });
}
