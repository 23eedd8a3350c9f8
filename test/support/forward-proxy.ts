import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that hands every request on to another one, whether it is asked as that server or as a proxy. */
export interface ForwardProxy {
  readonly address: string;
  /** The hosts that were asked for. */
  readonly hosts: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Starts one before the server at `endpoint`; `change` may write answers anew. */
export async function startForwardProxy(endpoint: string, change = (text: string) => text): Promise<ForwardProxy> {
  const { hostname, port } = new URL(endpoint);
  const hosts = new Set<string>();
  const server = createServer((from, answer) => {
    const { pathname, search, host } = new URL(from.url ?? "", `http://${from.headers.host}`);
    hosts.add(host);
    const { "accept-encoding": _, ...headers } = from.headers;
    const onward = request({ hostname, port, path: pathname + search, method: from.method, headers, agent: false });
    onward.on("response", (back) => {
      const chunks: Buffer[] = [];
      back.on("data", (chunk: Buffer) => chunks.push(chunk));
      back.on("end", () => {
        const { "content-length": _length, "transfer-encoding": _encoding, ...told } = back.headers;
        answer.writeHead(back.statusCode ?? 500, told);
        answer.end(change(Buffer.concat(chunks).toString("utf8")));
      });
    });
    from.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hosts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
