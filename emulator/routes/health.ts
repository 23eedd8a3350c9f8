import { type Context, type Handlers, json, type Reply } from "../context.ts";
import { ServerError } from "../errors.ts";
import type { Params } from "../params.ts";

/** Version, ping and health checks; everything is well by definition, but for jobs that wait. */
export const healthRoutes: Handlers = {
  "GET /v1/health/version": ({ version }) => json({ version }),
  "GET /v1/ping": () => ({
    kind: "bytes",
    body: Buffer.from("Pong!"),
    headers: { "content-type": "text/plain; charset=UTF-8" },
  }),
  "GET /v1/health": () => json(passing("http")),
  "GET /v1/health/db": () => json(listed("Console.DB (console)", "Projects.DB (database_db_main)")),
  "GET /v1/health/cache": ({ version }) => json(listed(version === "1.9.0" ? "Cache (cache_redis_main)" : "Cache")),
  "GET /v1/health/pubsub": () => json(listed("PubSub (pubsub)")),
  // Storage checks do not say what they are of.
  "GET /v1/health/storage": () => json(passing("")),
  "GET /v1/health/storage/local": () => json(passing("")),
  "GET /v1/health/anti-virus": () => json({ version: "", status: "disabled" }),
  "GET /v1/health/time": ({ settings }) => {
    if (settings.offline) throw new ServerError("general_server_error");
    const seconds = Math.floor(Date.now() / 1000);
    return json({ remoteTime: seconds, localTime: seconds, diff: 0 });
  },
  // Nothing leaves the machine, so that no host answers with a certificate.
  "GET /v1/health/certificate": (_, params) => {
    if (!params.given("domain")) throw new ServerError("general_unknown");
    const host = hostOf(params.text("domain"));
    throw new ServerError("health_invalid_host", {
      message: `Failed to connect to host: (0) php_network_getaddresses: getaddrinfo for ${host} failed: Temporary failure in name resolution`,
    });
  },
  ...Object.fromEntries(
    [
      "audits",
      "builds",
      "certificates",
      "deletes",
      "functions",
      "logs",
      "mails",
      "messaging",
      "migrations",
      "stats-resources",
      "stats-usage",
      "webhooks",
    ].map((queue) => [`GET /v1/health/queue/${queue}`, (_: Context, params: Params) => sized(0, params, "jobs")]),
  ),
  "GET /v1/health/queue/failed/:name": (_, params) => {
    // The rule takes a name in any case, the action does not.
    if (params.text("name") !== params.text("name").toLowerCase()) throw new ServerError("general_server_error");
    return sized(0, params, "failed jobs");
  },
  // The one worker does the work of all queues; columns and indexes are what one waits for.
  "GET /v1/health/queue/databases": ({ store }, params) => sized(store.countJobs(), params, "jobs"),
};

function sized(size: number, params: Params, what: string): Reply {
  const threshold = params.whole("threshold");
  if (size >= threshold) {
    throw new ServerError("health_queue_size_exceeded", {
      message: `Queue ${what} threshold hit. Current value is ${size} and threshold is ${threshold}.`,
    });
  }
  return json({ size });
}

function hostOf(domain: string): string {
  return URL.canParse(domain) ? new URL(domain).hostname : domain;
}

function passing(name: string) {
  return { name, ping: 0, status: "pass" };
}

function listed(...names: string[]) {
  return { total: names.length, statuses: names.map(passing) };
}
