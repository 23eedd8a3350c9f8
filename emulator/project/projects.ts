import { type Context, empty, type Handlers, json, type Reply } from "../context.ts";
import { ServerError } from "../errors.ts";
import { identifier, timestamp, uniqueIdentifier } from "../identifiers.ts";
import type { JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import { consoleScope, insertProject, keysPlace, type Project, projectsPlace, updateProject } from "../projects.ts";
import { listItems, selectedOf } from "../queries.ts";
import type { Place, Stored } from "../store.ts";
import { platformsPlace } from "./platforms.ts";
import { columnOf, namedProject } from "./settings.ts";
import { profileFields, showProject } from "./show.ts";
import { webhooksPlace } from "./webhooks.ts";

const ORGANIZED = "/v1/organization/projects/:projectId";

/** Projects themselves: made, listed, renamed and deleted by a console user; read and deleted by their own key too. */
export const projectRoutes: Handlers = {
  "GET /v1/project": (context) => json(showProject(context, context.project)),
  "DELETE /v1/project": (context) => removed(context, context.project),

  "GET /v1/projects": (context, params) => listed(context, params, undefined),
  "POST /v1/projects": (context, params) => created(context, params, params.text("teamId")),
  "GET /v1/projects/:projectId": (context, params) => json(showProject(context, namedProject(context, params))),
  "PATCH /v1/projects/:projectId": (context, params) => {
    const project = namedProject(context, params);
    const profile = Object.fromEntries(profileFields.map((field) => [field, params.text(field)]));
    const changes = { name: params.text("name"), profile: { ...columnOf(project, "profile"), ...profile } };
    return json(showProject(context, updateProject(context.store, project.id, changes, context.now)));
  },
  "DELETE /v1/projects/:projectId": (context, params) => removed(context, namedProject(context, params)),
  "PATCH /v1/projects/:projectId/team": (context, params) => {
    const project = namedProject(context, params);
    const teamId = organizationOf(context, params.text("teamId"));
    return json(showProject(context, updateProject(context.store, project.id, { teamId }, context.now)));
  },

  "GET /v1/organization/projects": (context, params) => listed(context, params, asked(context)),
  "POST /v1/organization/projects": (context, params) => created(context, params, asked(context)),
  [`GET ${ORGANIZED}`]: (context, params) => json(showProject(context, organized(context, params))),
  [`PATCH ${ORGANIZED}`]: (context, params) => {
    const project = organized(context, params);
    return json(
      showProject(context, updateProject(context.store, project.id, { name: params.text("name") }, context.now)),
    );
  },
  [`DELETE ${ORGANIZED}`]: (context, params) => removed(context, organized(context, params)),

  "GET /v1/projects/:projectId/schedules": ({ caller }) => {
    if (caller.kind !== "admin") throw new ServerError("general_access_forbidden");
    return json({ total: 0, schedules: [] });
  },
  ...devKeyRoutes("/v1/projects/:projectId/dev-keys"),
};

/** The organization that the request is for; 404 when there is none. */
function asked(context: Context): string {
  return organizationOf(context, context.request.headers["x-appwrite-organization"] ?? "");
}

function organizationOf({ store }: Context, id: string): string {
  const team = store.get({ scope: consoleScope, collection: "teams" }, id);
  if (!team) throw new ServerError("team_not_found");
  return team.id;
}

function organized(context: Context, params: Params): Project {
  const project = namedProject(context, params);
  if (project.document["teamId"] !== asked(context)) throw new ServerError("project_not_found");
  return project;
}

function created(context: Context, params: Params, teamId: string): Reply {
  const id = identifier(params.text("projectId"));
  if (id === consoleScope)
    throw new ServerError("project_reserved_project", { message: `'${consoleScope}' is a reserved project.` });
  const team = organizationOf(context, teamId);
  if (!insertProject(context.store, { id, name: params.text("name"), teamId: team }))
    throw new ServerError("project_already_exists");
  const profile = Object.fromEntries(profileFields.map((field) => [field, params.text(field)]));
  return json(showProject(context, updateProject(context.store, id, { profile }, context.now)), 201);
}

function listed(context: Context, params: Params, organization: string | undefined): Reply {
  const { store, caller } = context;
  const teams = store
    .list({ scope: consoleScope, collection: "memberships" })
    .filter(({ data }) => (caller.kind === "admin" || caller.kind === "user" ? data["userId"] === caller.userId : true))
    .map(({ data }) => data["teamId"]);
  const projects = store
    .list(projectsPlace)
    .filter(({ data }) =>
      organization === undefined ? teams.includes(data["teamId"]) : data["teamId"] === organization,
    )
    .map(({ id, data }) => showProject(context, { id, document: data }));
  const { total, items } = listItems(
    projects,
    { queries: params.queries(), search: params.text("search"), total: params.flag("total") },
    {
      noun: "Project",
      value: (one, name) => one[name],
      id: (one) => String(one["$id"]),
      searchText: (one) => `${one["$id"]} ${one["name"]}`,
    },
  );
  return json({ total, projects: selectedOf(items, params.queries()) });
}

/** A project goes with everything in it, and with what the server keeps for all projects together. */
function removed({ store }: Context, project: Project): Reply {
  store.remove(projectsPlace, project.id);
  store.clearScope(project.id);
  for (const place of [keysPlace, platformsPlace, webhooksPlace]) {
    for (const { id, data } of store.list(place)) if (data["projectId"] === project.id) store.remove(place, id);
  }
  return empty();
}

/** Development keys, which only console users manage. */
function devKeyRoutes(path: string): Handlers {
  const placeOf = (context: Context, params: Params): Place => ({
    scope: namedProject(context, params).id,
    collection: "devKeys",
  });
  const keyOf = (context: Context, params: Params): Stored => {
    const key = context.store.get(placeOf(context, params), params.text("keyId"));
    if (!key) throw new ServerError("key_not_found");
    return key;
  };
  const show = ({ data }: Stored): JsonObject => data;
  return {
    [`GET ${path}`]: (context, params) => {
      const keys = context.store.list(placeOf(context, params)).map(show);
      const view = {
        noun: "Key",
        value: (one: JsonObject, name: string) => one[name],
        id: (one: JsonObject) => String(one["$id"]),
      };
      const { items } = listItems(keys, { queries: params.queries() }, view);
      return json({ total: items.length, devKeys: items });
    },
    [`POST ${path}`]: (context, params) => {
      const data = {
        $id: uniqueIdentifier(),
        $createdAt: context.now,
        $updatedAt: context.now,
        name: params.text("name"),
        expire: timestamp(new Date(params.text("expire"))),
        secret: Array.from({ length: 13 }, uniqueIdentifier).join("").slice(0, 256),
        accessedAt: "",
        sdks: [],
      };
      context.store.insert(placeOf(context, params), data.$id, data);
      return json(data);
    },
    [`GET ${path}/:keyId`]: (context, params) => json(show(keyOf(context, params))),
    [`PUT ${path}/:keyId`]: (context, params) => {
      const key = keyOf(context, params);
      const expire = timestamp(new Date(params.text("expire")));
      const data = { ...key.data, name: params.text("name"), expire, $updatedAt: context.now };
      context.store.update(placeOf(context, params), key.id, data);
      return json(data);
    },
    [`DELETE ${path}/:keyId`]: (context, params) => {
      context.store.remove(placeOf(context, params), keyOf(context, params).id);
      return empty();
    },
  };
}
