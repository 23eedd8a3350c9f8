import { type Context, empty, type Handlers, json, type Reply } from "../context.ts";
import { readDatetime } from "../dates.ts";
import { amend } from "../documents.ts";
import { ServerError } from "../errors.ts";
import { identifier, timestamp, uniqueIdentifier } from "../identifiers.ts";
import { isList, type JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { insertKey, keysPlace, type Project } from "../projects.ts";
import { listItems } from "../queries.ts";
import { signToken } from "../sessions.ts";
import type { Stored } from "../store.ts";
import { namedProject } from "./settings.ts";
import { plain } from "./times.ts";

/** API keys. Their ids are unique over the whole server (real-server.md, F10), and their secrets readable. */
export const keyRoutes: Handlers = {
  ...Object.fromEntries(
    (["/v1/project/keys", "/v1/projects/:projectId/keys"] as const).flatMap((path) => [
      [`GET ${path}`, list],
      [`POST ${path}`, create],
      [
        `GET ${path}/:keyId`,
        (context: Context, params: Params) => json(showKey(keyOf(context, projectOf(context, params), params))),
      ],
      [`PUT ${path}/:keyId`, update],
      [
        `DELETE ${path}/:keyId`,
        (context: Context, params: Params) => {
          context.store.remove(keysPlace, keyOf(context, projectOf(context, params), params).id);
          return empty();
        },
      ],
    ]),
  ),
  "POST /v1/project/keys/ephemeral": createEphemeral,
  "POST /v1/projects/:projectId/jwts": (context, params) => {
    const project = namedProject(context, params);
    const payload = { projectId: project.id, scopes: params.list("scopes") };
    return json({ jwt: `dynamic_${signToken(context.settings.secret, payload, params.whole("duration") || 900)}` });
  },
};

/** The API keys of a project, oldest first. */
export function keysOf({ store }: Pick<Context, "store">, project: Project): readonly Stored[] {
  return store.list(keysPlace).filter(({ data }) => data["projectId"] === project.id);
}

/** An API key as the server answers it. */
export function showKey({ id, data }: Stored): JsonObject {
  const { $createdAt = "", $updatedAt = "", name = "", expire = "", scopes = [], secret = "" } = data;
  const { accessedAt = "", sdks = [] } = data;
  return { $id: id, $createdAt, $updatedAt, name, expire, scopes, secret, accessedAt, sdks };
}

/** The project of a route: the path's on a console route of its own, else the request's. */
function projectOf(context: Context, params: Params): Project {
  return context.route.path.startsWith("/v1/projects/") ? namedProject(context, params) : context.project;
}

function list(context: Context, params: Params): Reply {
  const keys = keysOf(context, projectOf(context, params)).map(showKey);
  const { total, items } = listItems(
    keys,
    { queries: params.queries(), total: params.flag("total") },
    { noun: "Key", value: (one, name) => one[name], id: (one) => String(one["$id"]), defaultLimit: 5000 },
  );
  return json({ total, keys: items });
}

function create(context: Context, params: Params): Reply {
  const project = projectOf(context, params);
  const key = insertKey(context.store, {
    projectId: project.id,
    id: identifier(params.text("keyId")),
    name: params.text("name"),
    scopes: params.list("scopes").map(String),
    expire: expireOf(params),
  });
  if (!key) throw new ServerError("key_already_exists");
  return json(showKey({ sequence: 0, id: key.$id, data: key }));
}

function update(context: Context, params: Params): Reply {
  const key = keyOf(context, projectOf(context, params), params);
  const changes = { name: params.text("name"), scopes: params.list("scopes"), expire: expireOf(params) };
  return json(showKey(amend(context, keysPlace, key, changes)));
}

/** An empty text stands for never. */
function expireOf(params: Params): string {
  const instant = readDatetime(params.raw("expire"));
  return instant ? timestamp(instant) : "";
}

/** A signed token that the server keeps no record of. */
function createEphemeral(context: Context, params: Params): Reply {
  const { project, settings } = context;
  const seconds = params.whole("duration");
  const scopes = params.list("scopes");
  const secret = `ephemeral_${signToken(settings.secret, { projectId: project.id, scopes }, seconds)}`;
  const now = plain(context.now);
  const end = new Date(Date.parse(context.now) + seconds * 1000);
  return json({
    $id: uniqueIdentifier(),
    $createdAt: now,
    $updatedAt: now,
    name: "",
    // Unlike any other time of the server: microseconds and a Z.
    expire: end.toISOString().replace("Z", "000Z"),
    scopes: isList(scopes) ? scopes : [],
    secret,
    accessedAt: "",
    sdks: [],
  });
}

function keyOf({ store }: Context, project: Project, params: Params): Stored {
  const key = store.get(keysPlace, params.text("keyId"));
  if (!key || key.data["projectId"] !== project.id) throw new ServerError("key_not_found");
  return key;
}
