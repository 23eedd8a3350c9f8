import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer as it goes over the wire. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** Bytes that are announced beyond the text, and never come. */
  readonly missing?: number;
}

/** Makes an answer of the true one, which is asked for only where it is needed. Null = the true one. */
export type Garble = (method: string, path: string, truth: () => Promise<Answer>) => Promise<Answer | null>;

/** A server before another one, as a proxy that has gone mad: it hands requests on, and answers what it is told to. */
export interface GarblingServer {
  readonly endpoint: string;
  /** What becomes of answers from now on. */
  garble: Garble;
  /** What was asked for, as "GET /v1/…", and how often something else than the truth was answered. */
  readonly asked: string[];
  garbled: number;
  close(): Promise<void>;
}

/** Starts one before the server at `endpoint`. */
export async function startGarblingServer(endpoint: string): Promise<GarblingServer> {
  const { hostname, port, pathname: base } = new URL(endpoint);
  const server = createServer((from, answer) => void serve(from, answer).catch(() => answer.destroy()));
  const serve = async (from: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of from) chunks.push(chunk as Buffer);
    const { "accept-encoding": _, ...headers } = from.headers;
    const path = from.url ?? "";
    const truth = (): Promise<Answer> =>
      new Promise((resolve, reject) => {
        const onward = request({ hostname, port, path, method: from.method, headers, agent: false }, (back) => {
          const parts: Buffer[] = [];
          back.on("data", (chunk: Buffer) => parts.push(chunk));
          back.on("end", () =>
            resolve({
              status: back.statusCode ?? 500,
              type: back.headers["content-type"] ?? "",
              text: Buffer.concat(parts).toString("utf8"),
            }),
          );
        });
        onward.on("error", reject);
        onward.end(Buffer.concat(chunks));
      });
    made.asked.push(`${from.method} ${path}`);
    let told: Answer | undefined;
    const other = await made.garble(from.method ?? "", path, async () => {
      told = await truth();
      return told;
    });
    if (other !== null && (other.text !== told?.text || other.missing)) made.garbled += 1;
    const { status, type, text, missing = 0 } = other ?? (await truth());
    const hasBody = status !== 204;
    answer.writeHead(status, {
      ...(type === "" ? {} : { "content-type": type }),
      ...(hasBody ? { "content-length": String(Buffer.byteLength(text) + missing) } : {}),
    });
    if (missing > 0) answer.write(text, () => answer.destroy());
    else answer.end(hasBody ? text : undefined);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const made: GarblingServer = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    garble: async () => null,
    asked: [],
    garbled: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return made;
}
