import { type Handlers, json } from "../context.ts";
import { ServerError } from "../errors.ts";
import type { Json } from "../json.ts";
import { projectScopes } from "../projects.ts";
import { describedProviders } from "./oauth2-providers.ts";
import { showBuiltIn } from "./templates.ts";

/** What the console asks of the server itself; anybody may, but an API key may not (real-server.md, F39). */
export const consoleRoutes: Handlers = {
  "GET /v1/console/scopes/project": () => scopes(projectScopes),
  "GET /v1/console/scopes/organization": () =>
    scopes(["projects.read", "projects.write", "devKeys.read", "devKeys.write"]),
  "GET /v1/console/oauth2-providers": () => {
    const oAuth2Providers = describedProviders();
    return json({ total: oAuth2Providers.length, oAuth2Providers });
  },
  "GET /v1/console/templates/email/:templateId": showBuiltIn,
  "GET /v1/console/variables": ({ caller, settings }) => {
    if (caller.kind === "key") throw new ServerError("general_access_forbidden");
    return json({
      _APP_DOMAIN_TARGET_CNAME: "localhost",
      _APP_DOMAIN_TARGET_A: "127.0.0.1",
      _APP_DOMAIN_TARGET_AAAA: "::1",
      _APP_DOMAIN_TARGET_CAA: "",
      _APP_COMPUTE_BUILD_TIMEOUT: 900,
      _APP_STORAGE_LIMIT: settings.storageLimit,
      _APP_COMPUTE_SIZE_LIMIT: 30_000_000,
      _APP_USAGE_STATS: "enabled",
      _APP_VCS_ENABLED: false,
      _APP_DOMAIN_ENABLED: false,
      _APP_ASSISTANT_ENABLED: false,
      _APP_DB_ADAPTER: "mariadb",
    });
  },
  "GET /v1/console/resources": ({ caller }) => {
    if (caller.kind === "key") throw new ServerError("general_access_forbidden");
    return { kind: "empty" };
  },
};

const deprecated = ["policies", "collections", "attributes", "documents", "execution", "devKeys"];

const categories: readonly (readonly [category: string, names: string])[] = [
  ["Project", "project keys platforms mocks policies project.policies templates oauth2"],
  ["Auth", "users sessions teams"],
  ["Databases", "databases tables columns indexes rows collections attributes documents"],
  ["Storage", "buckets files tokens"],
  ["Functions", "functions executions execution"],
  ["Sites", "sites log"],
  ["Messaging", "providers topics subscribers targets messages"],
  ["Proxy", "rules"],
  ["Advisor", "insights reports"],
  ["Presences", "presences"],
  ["Projects", "projects"],
];

function scopes(ids: readonly string[]) {
  const listed = ids.map((id): Json => {
    const [, name = "", verb = ""] = /^(.*)\.(\w+)$/.exec(id) ?? [];
    const category = categories.find(([, names]) => names.split(" ").includes(name))?.[0] ?? "Other";
    const description = `Access to ${verb} ${name}`;
    return { $id: id, description, category, deprecated: deprecated.includes(name) };
  });
  return json({ total: listed.length, scopes: listed });
}
