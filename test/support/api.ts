import { request as httpRequest } from "node:http";
import type { Emulator } from "../../emulator/index.ts";
import { type Json, parseJson, writeJson } from "../../emulator/json.ts";

/** What the emulator answered: the body parsed where it is JSON, with integers exact. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: Json;
}

/** Talks to an emulator as a client with the project's key does. */
export interface Api {
  /** Sends a request; the path is relative to `/v1`. Rejects when there is no whole answer. */
  (method: string, path: string, body?: Json, headers?: { readonly [name: string]: string }): Promise<Answer>;
}

/** A client for one project; headers given later win, one with an empty value is left out. */
export function apiOf(emulator: Pick<Emulator, "endpoint" | "projectId" | "apiKey">): Api {
  return (method, path, body, headers = {}) => {
    const own = { "x-appwrite-project": emulator.projectId, "x-appwrite-key": emulator.apiKey };
    const named = Object.entries({ ...own, "content-type": "application/json", ...headers });
    const sent = named.filter(([, value]) => value !== "");
    return send(emulator.endpoint, method, path, Object.fromEntries(sent), body === undefined ? "" : writeJson(body));
  };
}

function send(
  endpoint: string,
  method: string,
  path: string,
  headers: { readonly [name: string]: string },
  content: string,
): Promise<Answer> {
  const { port, pathname } = new URL(endpoint);
  const options = {
    host: "127.0.0.1",
    port,
    method,
    path: `${pathname}${path}`,
    headers: { ...headers, "content-length": Buffer.byteLength(content) },
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest(options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const isJson = incoming.headers["content-type"]?.startsWith("application/json") && text !== "";
        const isEncoded = incoming.headers["content-encoding"] !== undefined;
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: isJson && !isEncoded ? parseJson(text) : text,
        });
      });
    });
    request.on("error", reject);
    request.end(content);
  });
}
