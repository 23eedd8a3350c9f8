import { type Context, type Handlers, json, type Reply } from "../context.ts";
import { invalidArgument, ServerError } from "../errors.ts";
import { isObject, type Json, type JsonObject, parseJson, writeJson } from "../json.ts";
import type { Params } from "../params.ts";
import type { Project } from "../projects.ts";
import { type Provider, providers, stored } from "./oauth2-providers.ts";
import { namedProject, paged, writeColumn } from "./settings.ts";
import { showProject } from "./show.ts";

/** OAuth2 providers: typed routes since 1.9.5, and the untyped route of the console. */
export const oauth2Routes: Handlers = {
  "GET /v1/project/oauth2": ({ project }, params) => {
    const { total, items } = paged(Object.keys(providers), params);
    return json({ total, providers: items.map((id) => show(project, id)) });
  },
  "GET /v1/project/oauth2/:providerId": ({ project }, params) => {
    const id = params.text("providerId");
    if (!providers[id]) throw new ServerError("project_provider_unsupported");
    return json(show(project, id));
  },
  ...Object.fromEntries(
    Object.keys(providers).map((id) => [
      `PATCH /v1/project/oauth2/${id}`,
      (context: Context, params: Params) => json(show(change(context, id, params), id)),
    ]),
  ),
  "PATCH /v1/projects/:projectId/oauth2": changeUntyped,
};

function show(project: Project, id: string): JsonObject {
  const provider = providers[id];
  if (!provider) return {};
  const { appId, enabled } = stored(project, id);
  const values = valuesOf(project, id, provider);
  const { id: first, secret, extra = {} } = provider;
  const extras = Object.keys(extra).map((field): [string, Json] => [
    field,
    values[field] ?? (field === "prompt" ? ["consent"] : ""),
  ]);
  const tail: [string, Json][] = id === "apple" ? [...extras, [secret[0], ""]] : [[secret[0], ""], ...extras];
  return { $id: id, enabled, [first[0]]: appId, ...Object.fromEntries(tail) };
}

/** The secret and what is kept in it, by field. A secret from before its provider had more fields is plain text. */
function valuesOf(project: Project, id: string, { secret, inSecret }: Provider): JsonObject {
  const text = stored(project, id).secret;
  if (!inSecret) return { [secret[0]]: text };
  const parsed = parsedObject(text);
  if (!parsed) return { [secret[0]]: text };
  return Object.fromEntries(Object.entries(inSecret).map(([field, property]) => [field, parsed[property] ?? ""]));
}

function parsedObject(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function change(context: Context, id: string, params: Params): Project {
  const { project } = context;
  const provider = providers[id];
  if (!provider) throw new ServerError("project_provider_unsupported");
  const fields = [provider.secret[0], ...Object.keys(provider.extra ?? {})];
  const given = Object.fromEntries(
    fields.filter((field) => params.raw(field) !== null).map((field) => [field, params.raw(field)]),
  );
  const fault = provider.check?.(given);
  if (fault !== undefined) throw invalidArgument(fault);
  const before = stored(project, id);
  const values = { ...valuesOf(project, id, provider), ...given };
  const appId = params.textOrNull(provider.id[0]) ?? before.appId;
  const isWritten = provider.alwaysWrites === true || Object.keys(given).length > 0;
  const secret = secretText(provider, values, isWritten ? undefined : before.secret);
  const asked = params.raw("enabled");
  const obstacle = asked === false ? undefined : enablingFault(context, id, appId, secret, values, asked === true);
  if (asked === true && obstacle !== undefined) throw invalidArgument(obstacle);
  const enabled = asked === false ? false : obstacle === undefined ? true : before.enabled;
  return writeColumn(context, project, "oAuthProviders", { [id]: { appId, secret, enabled } });
}

/** Once anything was sent, the text is JSON and no longer empty, so that a cleared secret still counts as one. */
function secretText({ secret, inSecret }: Provider, values: JsonObject, unchanged: string | undefined): string {
  if (unchanged !== undefined) return unchanged;
  if (!inSecret) return String(values[secret[0]] ?? "");
  const entries = Object.entries(inSecret).map(([field, property]): [string, Json] => [
    property,
    values[field] ?? (field === "prompt" ? ["consent"] : ""),
  ]);
  return writeJson(Object.fromEntries(entries));
}

/** Why a provider cannot be enabled, in the server's words; undefined when it can. */
function enablingFault(
  { settings }: Context,
  id: string,
  appId: string,
  secret: string,
  values: JsonObject,
  isExplicit: boolean,
): string | undefined {
  const isSet = (field: string) => String(values[field] ?? "") !== "";
  const couldNot = (reason: string) => `Could not enable OAuth2 provider: ${reason}`;
  if (isExplicit && id === "oidc" && !isSet("wellKnownURL")) {
    if (!["authorizationURL", "tokenURL", "userInfoURL"].every(isSet))
      return "Enabling OpenID Connect requires either wellKnownURL, or all of authorizationURL, tokenURL, and userInfoURL.";
  }
  if (isExplicit && id === "okta" && !isSet("domain")) return "Domain is required when enabling Okta OAuth2 provider.";
  if (appId === "" || secret === "")
    return couldNot("Client ID and Client Secret are required when enabling OAuth2 provider.");
  const lacking = Object.entries(providers[id]?.needs ?? {}).find(([field]) => !isSet(field));
  if (lacking) return couldNot(`${lacking[1]} is required.`);
  // GitHub is asked whether it knows the credentials; without a way to the internet that fails (recorded).
  if (id === "github" && settings.offline) return couldNot("Could not resolve host: github.com");
  return undefined;
}

function changeUntyped(context: Context, params: Params): Reply {
  const project = namedProject(context, params);
  const id = params.text("provider");
  const before = stored(project, id);
  const changed = writeColumn(context, project, "oAuthProviders", {
    [id]: {
      appId: params.textOrNull("appId") ?? before.appId,
      secret: params.textOrNull("secret") ?? before.secret,
      enabled: params.raw("enabled") ?? before.enabled,
    },
  });
  return json(showProject(context, changed));
}
