import { type Handlers, json } from "../context.ts";

/** Version, ping and health checks; everything is well by definition. */
export const healthRoutes: Handlers = {
  "GET /v1/health/version": ({ version }) => json({ version }),
  "GET /v1/ping": () => ({
    kind: "bytes",
    body: Buffer.from("Pong!"),
    headers: { "content-type": "text/plain; charset=UTF-8" },
  }),
  "GET /v1/health": () => json(passing("http")),
  "GET /v1/health/db": () => json(listed("Console.DB (console)", "Projects.DB (database_db_main)")),
  "GET /v1/health/cache": () => json(listed("cache_redis_main")),
  "GET /v1/health/pubsub": () => json(listed("pubsub_redis_main")),
  "GET /v1/health/storage": () => json(passing("storage")),
  "GET /v1/health/storage/local": () => json(passing("local")),
  "GET /v1/health/anti-virus": () => json({ version: "", status: "disabled" }),
  "GET /v1/health/time": () => {
    const seconds = Math.floor(Date.now() / 1000);
    return json({ remoteTime: seconds, localTime: seconds, diff: 0 });
  },
};

function passing(name: string) {
  return { name, ping: 0, status: "pass" };
}

function listed(...names: string[]) {
  return { total: names.length, statuses: names.map(passing) };
}
