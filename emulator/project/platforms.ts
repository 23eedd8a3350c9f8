import { type Context, empty, type Handlers, json, type Reply } from "../context.ts";
import { amend } from "../documents.ts";
import { invalidArgument, ServerError } from "../errors.ts";
import { identifier } from "../identifiers.ts";
import type { JsonObject } from "../json.ts";
import type { Params } from "../params.ts";
import type { Project } from "../projects.ts";
import { listItems } from "../queries.ts";
import type { Place, Stored } from "../store.ts";
import { isOlder } from "../versions.ts";
import { namedProject } from "./settings.ts";

/** Platforms of all projects: their ids are unique over the whole server (real-server.md, F10). */
export const platformsPlace: Place = { scope: "*", collection: "platforms" };

/** What identifies an application of each kind of platform, in the server's words. */
const fieldOf: Readonly<Record<string, string>> = {
  android: "applicationId",
  apple: "bundleIdentifier",
  linux: "packageName",
  windows: "packageIdentifierName",
};

// What 1.9.0 called platforms, and what later versions make of it.
const oldTypes: Readonly<Record<string, string>> = {
  web: "web",
  "flutter-web": "web",
  unity: "web",
  "flutter-macos": "apple",
  "flutter-ios": "apple",
  "react-native-ios": "apple",
  "apple-ios": "apple",
  "apple-macos": "apple",
  "apple-watchos": "apple",
  "apple-tvos": "apple",
  "flutter-android": "android",
  android: "android",
  "react-native-android": "android",
  "flutter-linux": "linux",
  "flutter-windows": "windows",
};

/** Platforms: one sub-route for each kind since 1.9.5, and one for all on the console before. */
export const platformRoutes: Handlers = {
  "GET /v1/project/platforms": (context, params) => listed(context, context.project, params, params.queries()),
  "GET /v1/project/platforms/:platformId": (context, params) =>
    json(showPlatform(context, platformOf(context, context.project, params))),
  "DELETE /v1/project/platforms/:platformId": (context, params) => removed(context, context.project, params),
  "POST /v1/project/platforms/web": createWeb,
  "PUT /v1/project/platforms/web/:platformId": (context, params) => {
    const found = platformOf(context, context.project, params);
    // Only a hostname makes the server's action ask which kind it is.
    const platform = params.text("hostname") === "" ? found : ofType(found, "web");
    const given = { hostname: params.text("hostname"), key: params.text("key") };
    const kept = Object.fromEntries(
      Object.entries(given).filter(([name, value]) => params.given(name) && value !== ""),
    );
    return updated(context, platform, { name: params.text("name"), ...kept });
  },
  ...Object.fromEntries(
    Object.entries(fieldOf).flatMap(([type, field]) => [
      [
        `POST /v1/project/platforms/${type}`,
        (context: Context, params: Params) =>
          created(context, context.project, params.text("platformId"), {
            type,
            name: params.text("name"),
            key: params.text(field),
            hostname: "",
          }),
      ],
      [
        `PUT /v1/project/platforms/${type}/:platformId`,
        (context: Context, params: Params) => {
          const platform = ofType(platformOf(context, context.project, params), type);
          return updated(context, platform, { name: params.text("name"), key: params.text(field) });
        },
      ],
    ]),
  ),

  "GET /v1/projects/:projectId/platforms": (context, params) =>
    listed(context, namedProject(context, params), params, []),
  "GET /v1/projects/:projectId/platforms/:platformId": (context, params) =>
    json(showPlatform(context, platformOf(context, namedProject(context, params), params))),
  "DELETE /v1/projects/:projectId/platforms/:platformId": (context, params) =>
    removed(context, namedProject(context, params), params),
  "POST /v1/projects/:projectId/platforms": (context, params) =>
    created(context, namedProject(context, params), "unique()", { type: params.text("type"), ...oldFields(params) }),
  // The old update replaces everything, and so clears what it is not told (recorded).
  "PUT /v1/projects/:projectId/platforms/:platformId": (context, params) =>
    updated(context, platformOf(context, namedProject(context, params), params), oldFields(params)),
};

/** The platforms of a project, oldest first. */
export function platformsOf({ store }: Pick<Context, "store">, project: Project): readonly Stored[] {
  return store.list(platformsPlace).filter(({ data }) => data["projectId"] === project.id);
}

/** A platform as the server answers it: with the field of its kind; on 1.9.0, and in its formats, with all fields. */
export function showPlatform(
  { version }: Pick<Context, "version">,
  { id, data }: Stored,
  inOldFormat = false,
): JsonObject {
  const { $createdAt = "", $updatedAt = "", name = "", type = "", key = "", store = "", hostname = "" } = data;
  const head = { $id: id, $createdAt, $updatedAt, name };
  if (isOlder(version, "1.9.5")) return { ...head, type, key, store, hostname, httpUser: "", httpPass: "" };
  const kind = kindOf(String(type));
  if (inOldFormat) return { ...head, type: kind, hostname, key, store };
  const field = fieldOf[kind];
  return { ...head, type: kind, ...(field ? { [field]: key } : { hostname, key }) };
}

function kindOf(type: string): string {
  return oldTypes[type] ?? type;
}

function oldFields(params: Params): JsonObject {
  return {
    name: params.text("name"),
    key: params.text("key"),
    store: params.text("store"),
    hostname: params.text("hostname"),
  };
}

function createWeb(context: Context, params: Params): Reply {
  const [key, type] = [params.text("key"), params.text("type")];
  if (type !== "" && oldTypes[type] === undefined) {
    const names = Object.keys(oldTypes).join(", ");
    throw new ServerError("general_bad_request", {
      message: `Param "type" is invalid: Value must be one of (${names})`,
    });
  }
  if (key === "" && type === "" && params.text("hostname") === "")
    throw invalidArgument('Param "hostname" is not optional.');
  const kind = type === "" ? "web" : kindOf(type);
  return created(context, context.project, params.text("platformId"), {
    type: kind,
    name: params.text("name"),
    key,
    hostname: params.text("hostname"),
  });
}

function created(context: Context, project: Project, asked: string, fields: JsonObject): Reply {
  const id = identifier(asked);
  const data = { projectId: project.id, $createdAt: context.now, $updatedAt: context.now, ...fields };
  const sequence = context.store.insert(platformsPlace, id, data);
  if (sequence === undefined) throw new ServerError("platform_already_exists");
  return json(showPlatform(context, { sequence, id, data }));
}

function updated(context: Context, platform: Stored, fields: JsonObject): Reply {
  return json(showPlatform(context, amend(context, platformsPlace, platform, fields)));
}

function removed(context: Context, project: Project, params: Params): Reply {
  context.store.remove(platformsPlace, platformOf(context, project, params).id);
  return empty();
}

function listed(context: Context, project: Project, params: Params, queries: ReturnType<Params["queries"]>): Reply {
  const platforms = platformsOf(context, project).map((one) => showPlatform(context, one));
  const { total, items } = listItems(
    platforms,
    { queries, total: params.flag("total") },
    { noun: "Platform", value: (one, name) => one[name], id: (one) => String(one["$id"]) },
  );
  return json({ total, platforms: items });
}

function platformOf({ store }: Context, project: Project, params: Params): Stored {
  const platform = store.get(platformsPlace, params.text("platformId"));
  if (!platform || platform.data["projectId"] !== project.id) throw new ServerError("platform_not_found");
  return platform;
}

function ofType(platform: Stored, type: string): Stored {
  if (kindOf(String(platform.data["type"])) !== type) throw new ServerError("platform_method_unsupported");
  return platform;
}
