import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect as connectPlain } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClientOptions, createClient } from "../../provider/client/index.ts";
import { proxyOf } from "../../provider/client/proxy.ts";
import { retryDelay } from "../../provider/client/retry.ts";
import { createCertificate } from "../../provider/protocol/certificate.ts";
import { ApiError, type Backend, ConnectionError, isNotFound } from "../../provider/schema/backend.ts";

/** The client against servers that misbehave, each on a port of its own. */

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** A server that answers in turn; the last answer stays. Counts what it was asked. */
async function serve(
  ...answers: readonly Answer[]
): Promise<{ readonly endpoint: string; readonly asked: string[]; readonly server: Server }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(`${request.method} ${request.url}`);
    request.resume();
    answer?.(request, response);
  });
  return { endpoint: `http://127.0.0.1:${await listen(server)}/v1`, asked, server };
}

function client(endpoint: string, options: Partial<ClientOptions> = {}): Backend {
  return createClient({
    endpoint,
    projectId: "p1",
    apiKey: "key",
    userAgent: "test",
    version: "0",
    signal: new AbortController().signal,
    random: () => 0,
    ...options,
  });
}

const json =
  (status: number, body: unknown, headers: { readonly [name: string]: string } = {}): Answer =>
  (_, response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const good = json(200, { $id: "b1" });
const cut: Answer = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"$id":"b');
  response.flushHeaders();
  setTimeout(() => response.destroy(), 5);
};
const shortened: Answer = (_, response) =>
  response.writeHead(200, { "content-type": "application/json" }).end('{"$id":"b');
const empty: Answer = (_, response) => response.writeHead(200, { "content-type": "application/json" }).end();
const reset: Answer = (request) => request.socket.resetAndDestroy();
const get = { method: "GET", path: "/storage/buckets/b1" } as const;
const post = { method: "POST", path: "/storage/buckets", body: { bucketId: "b1" } } as const;

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    (value) => {
      throw new Error(`It answered ${JSON.stringify(value)}.`);
    },
    (cause: unknown) => cause,
  );
}

describe.each([
  ["a body that is cut", cut],
  ["a body that ends too early", shortened],
  ["a body that is not there", empty],
  ["a connection that is reset", reset],
  ["a rate limit", json(429, { type: "general_rate_limit_exceeded", message: "slow" }, { "retry-after": "0" })],
  ["a server out of breath", json(503, { type: "general_unknown", message: "busy" })],
] as const)("%s", (_, bad) => {
  test.each([get, post])("is tried again: $method", async (call) => {
    const { endpoint, asked } = await serve(bad, good);
    expect(await client(endpoint).call(call)).toEqual({ $id: "b1" });
    expect(asked).toHaveLength(2);
  });

  test("is told when it does not pass, after as many tries as were asked for", async () => {
    const { endpoint, asked } = await serve(bad);
    await failure(client(endpoint, { maxRetries: 1 }).call(get));
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(asked.length).toBeLessThanOrEqual(3);
  });
});

test("a conflict after a lost answer is known as the echo of the first try", async () => {
  const { endpoint } = await serve(reset, json(409, { type: "storage_bucket_already_exists", message: "there" }));
  const cause = await failure(client(endpoint).call(post));
  expect((cause as ApiError).details).toMatchObject({ status: 409, afterLostAnswer: true });
});

test("a conflict after a rate limit is no echo", async () => {
  const limited = json(429, { type: "general_rate_limit_exceeded", message: "slow" }, { "retry-after": "0" });
  const { endpoint } = await serve(limited, json(409, { type: "storage_bucket_already_exists", message: "there" }));
  const cause = await failure(client(endpoint).call(post));
  expect((cause as ApiError).details).toMatchObject({ status: 409, afterLostAnswer: false });
});

test.each([
  ["GET", 204, ""],
  ["GET", 202, ""],
  ["GET", 200, "{}"],
  ["GET", 200, "null"],
  ["GET", 200, "[]"],
  ["POST", 204, ""],
  ["PUT", 204, ""],
  ["PATCH", 202, ""],
  ["POST", 201, "null"],
  ["PUT", 200, '"ok"'],
  ["DELETE", 200, ""],
  ["DELETE", 200, "{}"],
  ["DELETE", 200, '{"status":"ok"}'],
] as const)("%s that is answered %i with %j is none of Appwrite's answers", async (method, status, text) => {
  const { endpoint, asked } = await serve((_, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(text),
  );
  const cause = await failure(client(endpoint, { maxRetries: 1 }).call({ method, path: "/storage/buckets/b1" }));
  expect(cause).toBeInstanceOf(ConnectionError);
  expect(cause).toMatchObject({
    maybeSent: true,
    message: expect.stringContaining(`${method} /storage/buckets/b1: the answer`),
  });
  expect(asked).toHaveLength(2);
});

test.each([
  ["PATCH", 200, "{}", {}],
  ["DELETE", 204, "", null],
] as const)("%s that is answered %i with %j is answered", async (method, status, text, body) => {
  const { endpoint } = await serve((_, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(text),
  );
  expect(await client(endpoint).call({ method, path: "/users/u1/prefs" })).toEqual(body);
});

test.each([
  ["storage_bucket_not_found", "/storage/buckets/b1", true],
  ["storage_bucket_not_found", "/storage/buckets/b1/files/f1", true],
  ["database_not_found", "/tablesdb/shop/tables/books", true],
  ["database_not_found", "/documentsdb/shop", true],
  ["column_index_not_found", "/tablesdb/shop/tables/books/indexes/title", true],
  ["collection_not_found", "/tablesdb/shop/tables/books", true],
  ["mock_number_not_found", "/project/mock-phones/+12065550100", true],
  ["team_invite_not_found", "/teams/t1/memberships/m1", true],
  ["user_target_not_found", "/users/u1/targets/t1", true],
  ["project_not_found", "/projects/p1", false],
  ["team_not_found", "/organization/projects/p1", false],
  ["rule_not_found", "/storage/buckets/b1", false],
  ["rule_not_found", "/proxy/rules/r1", true],
  ["user_not_found", "/storage/buckets/b1", false],
  ["general_route_not_found", "/routes/r1", false],
  ["unknown", "/storage/buckets/b1", false],
])("a 404 of type %s at %s is of the object: %s", async (type, path, isOfIt) => {
  const { endpoint } = await serve(json(404, { type, message: "no" }));
  expect(isNotFound(await failure(client(endpoint).call({ method: "GET", path })))).toBe(isOfIt);
});

test.each([
  ["a cookie", { "set-cookie": "a_session_console=one%3D; path=/" }, "one="],
  ["a header for those without cookies", { "x-fallback-cookies": '{"a_session_console":"two"}' }, "two"],
  ["the body, beside a spoilt header", { "x-fallback-cookies": "{" }, "three"],
  ["the body, beside a header of another shape", { "x-fallback-cookies": "null" }, "three"],
  ["the body, beside a spoilt cookie", { "set-cookie": "a_session_console=%zz" }, "three"],
])("a console user's session is taken from %s", async (_, headers, session) => {
  const sessions: unknown[] = [];
  const { endpoint } = await serve(json(201, { secret: "three" }, headers), (request, response) => {
    sessions.push(request.headers["x-appwrite-session"]);
    good(request, response);
  });
  const backend = client(endpoint, { consoleEmail: "me@example.com", consolePassword: "password" });
  await (await backend.console())?.call(get);
  expect(sessions).toEqual([session]);
});

test("an error of the caller's is final", async () => {
  const { endpoint, asked } = await serve(json(400, { type: "general_argument_invalid", message: "no" }));
  expect(await failure(client(endpoint).call(post))).toBeInstanceOf(ApiError);
  expect(asked).toHaveLength(1);
});

test("many calls share few connections, and keep them", async () => {
  const { endpoint, server } = await serve(good);
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });
  const backend = client(endpoint);
  for (let index = 0; index < 20; index++) await backend.call(get);
  expect(connections).toBe(1);
  await Promise.all(Array.from({ length: 100 }, () => backend.call(get)));
  expect(connections).toBeLessThanOrEqual(16);
});

test("a kept connection that the server closes is opened anew, without counting as a try", async () => {
  const { endpoint, server } = await serve(good);
  server.keepAliveTimeout = 1;
  const backend = client(endpoint, { maxRetries: 0 });
  for (let index = 0; index < 5; index++) {
    await backend.call(post);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(await backend.call(post)).toEqual({ $id: "b1" });
});

test("any text arrives as a part of a path, also one with half a character in it", async () => {
  const { endpoint, asked } = await serve(good);
  for (const id of ["😀", "é", "a b?c", "\ud83d"])
    await client(endpoint).call({ method: "GET", path: `/storage/buckets/${id}` });
  expect(asked.map((line) => line.split("/").at(-1))).toEqual(["%F0%9F%98%80", "%C3%A9", "a%20b%3Fc", "%EF%BF%BD"]);
});

test("a redirect is told with the address to write, and not followed", async () => {
  const { endpoint, asked } = await serve((_, response) =>
    response.writeHead(301, { location: "https://cloud.example.com/v1/storage/buckets/b1" }).end(),
  );
  const cause = (await failure(client(endpoint).call(get))) as ApiError;
  expect(cause.details).toMatchObject({
    status: 301,
    type: "redirect",
    message: "redirected to https://cloud.example.com/v1/storage/buckets/b1",
  });
  expect(cause.details.hint).toContain("as the endpoint");
  expect(asked).toHaveLength(1);
});

test.each(["text/html", "text/plain"])("a page in %s is no answer of the API", async (type) => {
  const { endpoint } = await serve((_, response) =>
    response.writeHead(200, { "content-type": type }).end("<title>Sign in</title>"),
  );
  const cause = (await failure(client(endpoint).call(get))) as ApiError;
  expect(cause.message).toContain('a web page titled "Sign in"');
});

test("a server that does not answer is given up when its time is over", async () => {
  const { endpoint, asked } = await serve(() => {});
  const cause = (await failure(
    client(endpoint, { httpTimeoutSeconds: 0.05, maxRetries: 1 }).call(get),
  )) as ConnectionError;
  expect(cause).toBeInstanceOf(ConnectionError);
  expect(cause.hint).toContain("http_timeout_seconds");
  expect(asked).toHaveLength(2);
});

test("nothing listens: it says where, and what to check", async () => {
  const cause = (await failure(client("http://127.0.0.1:1/v1", { maxRetries: 0 }).call(get))) as ConnectionError;
  expect(cause.message).toContain("http://127.0.0.1:1");
  expect(cause.hint).toContain("endpoint");
  expect(cause.maybeSent).toBe(false);
});

describe("TLS", () => {
  const own = createCertificate(new Date());
  const secure = (): Promise<number> =>
    listen(createSecureServer({ key: own.key, cert: own.certificate }, good) as unknown as Server);

  test("a self-signed certificate is refused with the way out, and accepted when that is asked for", async () => {
    const port = await secure();
    const cause = (await failure(client(`https://localhost:${port}/v1`).call(get))) as ConnectionError;
    expect(cause.hint).toContain("self_signed = true");
    expect(await client(`https://localhost:${port}/v1`, { selfSigned: true }).call(get)).toEqual({ $id: "b1" });
  });

  test("authorities of NODE_EXTRA_CA_CERTS are trusted, beside Node's own; a file that is not there is told", async () => {
    const own = createCertificate(new Date());
    const server = createSecureServer({ key: own.key, cert: own.certificate }, (request, response) =>
      good(request, response),
    );
    const endpoint = `https://localhost:${await listen(server)}/v1`;
    const folder = mkdtempSync(join(tmpdir(), "authorities-"));
    const file = join(folder, "ca.pem");
    writeFileSync(file, own.certificate);
    expect(await client(endpoint, { environment: { APPWRITE_EXTRA_CA_CERTS: file } }).call(get)).toEqual({ $id: "b1" });
    rmSync(folder, { recursive: true });
    const told: string[] = [];
    const log = (level: string, message: string): void => void (level === "warn" && told.push(message));
    const environment = { APPWRITE_EXTRA_CA_CERTS: file };
    const cause = (await failure(client(endpoint, { environment, log }).call(get))) as ConnectionError;
    expect(cause.hint).toContain("self_signed = true");
    expect(told).toEqual([expect.stringContaining("NODE_EXTRA_CA_CERTS cannot be read")]);
  });

  test("TLS to a plain server is explained", async () => {
    const { endpoint } = await serve(good);
    const cause = (await failure(
      client(endpoint.replace("http:", "https:"), { maxRetries: 0 }).call(get),
    )) as ConnectionError;
    expect(cause.hint).toContain("Try http:// instead of https://");
  });

  test("a proxy tunnels to the server", async () => {
    const port = await secure();
    const tunnels: string[] = [];
    const proxy = createServer();
    proxy.on("connect", (request, socket) => {
      tunnels.push(`${request.url} ${request.headers["proxy-authorization"] ?? ""}`);
      const server = connectPlain(port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        server.pipe(socket).pipe(server);
      });
      socket.on("error", () => server.destroy());
      server.on("error", () => socket.destroy());
    });
    const address = `http://me:secret@127.0.0.1:${await listen(proxy)}`;
    const backend = client("https://appwrite.test/v1", { selfSigned: true, environment: { https_proxy: address } });
    for (let index = 0; index < 3; index++) expect(await backend.call(get)).toEqual({ $id: "b1" });
    expect(tunnels).toEqual([`appwrite.test:443 Basic ${Buffer.from("me:secret").toString("base64")}`]);
  });

  test("a proxy that refuses is named, without its password", async () => {
    const proxy = createServer();
    proxy.on("connect", (_, socket) => socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"));
    const port = await listen(proxy);
    const environment = { HTTPS_PROXY: `http://me:secret@127.0.0.1:${port}` };
    const cause = (await failure(
      client("https://appwrite.test/v1", { environment, maxRetries: 0 }).call(get),
    )) as ConnectionError;
    expect(cause.message).toContain(`the proxy http://127.0.0.1:${port} opens no way to it: it answered 407`);
    expect(cause.message).not.toContain("secret");
    expect(cause.hint).toContain("NO_PROXY");
  });
});

test("a proxy takes plain requests with the whole address", async () => {
  const { endpoint, asked } = await serve(good);
  const environment = { HTTP_PROXY: endpoint.replace("/v1", "") };
  expect(await client("http://appwrite.test/v1", { environment }).call(get)).toEqual({ $id: "b1" });
  expect(asked).toEqual(["GET http://appwrite.test/v1/storage/buckets/b1"]);
});

test.each([
  ["https://cloud.appwrite.io", { HTTPS_PROXY: "proxy:3128" }, "http://proxy:3128/"],
  ["https://cloud.appwrite.io", { https_proxy: "http://proxy:3128" }, "http://proxy:3128/"],
  ["https://cloud.appwrite.io", { HTTP_PROXY: "http://proxy:3128" }, null],
  ["http://appwrite.lan", { HTTP_PROXY: "http://proxy:3128" }, "http://proxy:3128/"],
  ["http://localhost", { HTTP_PROXY: "http://proxy:3128" }, null],
  ["http://127.0.0.2:8080", { HTTP_PROXY: "http://proxy:3128" }, null],
  ["http://[::1]", { HTTP_PROXY: "http://proxy:3128" }, null],
  ["https://a.example.com", { HTTPS_PROXY: "p:1", NO_PROXY: "*" }, null],
  ["https://a.example.com", { HTTPS_PROXY: "p:1", NO_PROXY: "x, example.com" }, null],
  ["https://a.example.com", { HTTPS_PROXY: "p:1", NO_PROXY: ".example.com" }, null],
  ["https://example.com", { HTTPS_PROXY: "p:1", NO_PROXY: ".example.com" }, "http://p:1/"],
  ["https://notexample.com", { HTTPS_PROXY: "p:1", NO_PROXY: "example.com" }, "http://p:1/"],
  ["https://a.example.com:8443", { HTTPS_PROXY: "p:1", NO_PROXY: "a.example.com:8443" }, null],
  ["https://a.example.com", { HTTPS_PROXY: "p:1", NO_PROXY: "a.example.com:8443" }, "http://p:1/"],
  ["http://10.1.2.3", { HTTP_PROXY: "p:1", no_proxy: "10.0.0.0/8" }, null],
  ["http://11.1.2.3", { HTTP_PROXY: "p:1", no_proxy: "10.0.0.0/8" }, "http://p:1/"],
  ["https://a.example.com", { HTTPS_PROXY: "socks5://p:1" }, null],
  ["https://a.example.com", { HTTPS_PROXY: "" }, null],
])("%s with %o goes by %s", (address, environment, proxy) => {
  expect(proxyOf(new URL(address), environment)?.href ?? null).toBe(proxy);
});

test.each([
  ["3", 3000],
  ["0", 0],
  ["Wed, 01 Jan 2031 00:00:10 GMT", 10_000],
  ["Wed, 01 Jan 2031 09:00:00 GMT", 30_000],
  ["nonsense", 100],
])("Retry-After: %s waits %i ms", (retryAfter, milliseconds) => {
  const outcome = { kind: "status", status: 429, isJson: true, retryAfter } as const;
  expect(
    retryDelay(
      outcome,
      1,
      () => 0,
      () => Date.parse("2031-01-01T00:00:00Z"),
    ),
  ).toBe(milliseconds);
});

test("a call that is stopped while it waits for its next try ends at once", async () => {
  const stopper = new AbortController();
  const { endpoint } = await serve(
    json(429, { type: "general_rate_limit_exceeded", message: "slow" }, { "retry-after": "30" }),
  );
  const calling = failure(client(endpoint, { signal: stopper.signal }).call(get));
  setTimeout(() => stopper.abort(), 20);
  expect(await calling).toMatchObject({ name: "AbortError" });
});

test("a key or project id that no header can carry is told, and nothing is sent", async () => {
  const { endpoint, asked } = await serve(json(200, {}));
  for (const options of [{ projectId: "p\n1" }, { apiKey: "schl\u00fcssel\u202e" }]) {
    const failed = await client(endpoint, options)
      .call({ method: "GET", path: "/x" })
      .catch((cause: unknown) => cause);
    expect(failed).toBeInstanceOf(ConnectionError);
    expect(failed).toMatchObject({ maybeSent: false, hint: expect.stringContaining("Check project_id and the keys") });
  }
  expect(asked).toEqual([]);
});

test("a list whose cursor the server does not follow is read on by offset", async () => {
  const page = (from: number, to: number) => ({
    topics: Array.from({ length: to - from }, (_, index) => ({ $id: `t${from + index}` })),
  });
  const { endpoint, asked } = await serve(
    json(200, page(0, 1000)),
    json(200, page(0, 1000)),
    json(200, page(1000, 2000)),
    json(200, page(2000, 2001)),
  );

  const found = await client(endpoint).list({ path: "/messaging/topics", items: "topics", key: "$id" });
  expect(found.map(({ $id }) => $id)).toEqual(Array.from({ length: 2001 }, (_, index) => `t${index}`));
  expect(asked.map((url) => /cursorAfter|offset/.exec(url)?.[0])).toEqual([
    undefined,
    "cursorAfter",
    "offset",
    "offset",
  ]);
});

test("another project than the key's is worked in as a console user, where there is one", async () => {
  const heads: (string | undefined)[][] = [];
  const server = createServer((request, response) => {
    const { headers } = request;
    heads.push([headers["x-appwrite-project"], headers["x-appwrite-mode"]].map(String));
    expect(headers["x-appwrite-key"] === undefined).toBe(headers["x-appwrite-project"] !== "p1");
    json(200, { secret: "s" })(request, response);
  });
  const endpoint = `http://127.0.0.1:${await listen(server)}/v1`;
  const own = client(endpoint, { consoleEmail: "me@example.com", consolePassword: "password" });
  await own.call(get);
  await own.forProject("p2").call(get);
  await own.forProject("p2").forProject("p1").call(get);
  await own.forProject("p3").call(get);

  expect(heads).toEqual([
    ["p1", "undefined"],
    ["console", "undefined"],
    ["p2", "admin"],
    ["p1", "undefined"],
    ["p3", "admin"],
  ]);
});
