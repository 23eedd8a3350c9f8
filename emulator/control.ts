import type { Emulator } from "./emulator.ts";
import { FAULT_KINDS, type Fault } from "./faults.ts";
import { isList, type Json, parseJson } from "./json.ts";
import type { Received } from "./request.ts";

type Controlled = Pick<
  Emulator,
  "faults" | "requests" | "clearRequests" | "addProject" | "addKey" | "dump" | "reset" | "worker"
>;

/**
 * Controls a running emulator over HTTP, for tests in other processes; nothing under `/v1` is affected. `GET|POST|DELETE
 * /__emulator/faults`, `DELETE /__emulator/faults/<id>`, `GET|DELETE /__emulator/requests`, `POST /__emulator/reset`,
 * `GET /__emulator/dump?project=<id>`, `POST /__emulator/worker {paused}`, `POST /__emulator/projects {id, name}`, `POST /__emulator/keys {projectId, scopes}`.
 */
export function controlOf(emulator: Controlled): (request: Received) => { status: number; body: Json } {
  const ok = (body: Json = {}) => ({ status: 200, body });
  const refused = (message: string) => ({ status: 400, body: { message } });
  const actions: Record<string, (request: Received, rest: string) => { status: number; body: Json }> = {
    "GET faults": () => ok(plain(emulator.faults.list())),
    "POST faults": ({ body }) =>
      FAULT_KINDS.some((kind) => kind === body["kind"])
        ? ok({ id: emulator.faults.add(body as unknown as Fault) })
        : refused(`kind must be one of ${FAULT_KINDS.join(", ")}.`),
    "DELETE faults": (_request, id) => {
      if (id) emulator.faults.remove(id);
      else emulator.faults.clear();
      return ok();
    },
    "GET requests": () => ok({ requests: plain(emulator.requests()), counts: countsOf(emulator) }),
    "DELETE requests": () => {
      emulator.clearRequests();
      return ok();
    },
    "POST reset": () => {
      emulator.reset();
      return ok();
    },
    "GET dump": ({ query }) => ok(emulator.dump(String(query["project"] ?? ""))),
    "POST worker": ({ body }) => {
      if (body["paused"] === true) emulator.worker.pause();
      else emulator.worker.resume();
      return ok();
    },
    "POST projects": ({ body: { id, name = id } }) =>
      typeof id === "string" && id !== ""
        ? ok(emulator.addProject({ id, name: String(name) }))
        : refused("id must be set."),
    "POST keys": ({ body: { projectId, scopes } }) =>
      typeof projectId === "string" && isList(scopes)
        ? ok({ apiKey: emulator.addKey(projectId, scopes.map(String)) })
        : refused("projectId and scopes must be set."),
  };
  return (request) => {
    const [, , name = "", rest = ""] = request.path.split("/");
    const action = actions[`${request.method} ${name}`];
    return action
      ? action(request, rest)
      : { status: 404, body: { message: `No such control: ${request.method} ${request.path}` } };
  };
}

function plain(value: unknown): Json {
  return parseJson(JSON.stringify(value));
}

function countsOf(emulator: Controlled): Json {
  const counts: Record<string, number> = {};
  for (const { method, path, route, status } of emulator.requests()) {
    const name = `${route ?? `${method} ${path}`} ${status}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
