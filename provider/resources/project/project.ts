import {
  ApiError,
  type Backend,
  type Call,
  type Change,
  type ConsoleBackend,
  type DataLoss,
  type Diagnostic,
  defineResource,
  deletionProtection,
  error,
  type JsonObject,
  type Row,
  type Session,
  t,
  timestamps,
  UserError,
} from "../../schema/index.ts";
import { isOldServer } from "./settings.ts";

const PROJECT_ID = {
  expression: /^(?!console$)[a-z0-9][a-z0-9-]*$/,
  words: "lower-case letters, digits and hyphens, beginning with a letter or digit, and not the reserved console",
} as const;

export const project = defineResource({
  type: "appwrite_project",
  noun: "project",
  summary: "A project of an organization.",
  notes:
    "A project key cannot make projects. On Appwrite Cloud an organization's key can (`organization_api_key`); on a self-hosted server a console user does it (`console_email` and `console_password`).",
  scopes: { read: "projects.read", write: "projects.write" },

  attributes: {
    id: t.string.serverDefault("ID of the project. When not set, the provider chooses one.", {
      replace: true,
      wire: "projectId",
      read: "$id",
      send: "create",
      generated: true,
      length: [1, 36],
      pattern: PROJECT_ID,
    }),
    name: t.string.required("Name shown in the console.", { length: [1, 128] }),
    region: t.string.serverDefault("Region of the project. The server's own when not set.", { replace: true }),
    organization_id: t.string.serverDefault(
      "ID of the organization (team) that owns the project. The provider's when not set.",
      { replace: true, wire: false, read: "teamId", clone: "skip" },
    ),
    team_id: t.string.computed("ID of the team that owns the project: the same as `organization_id`."),
    status: t.string.computed("State of the project, such as `active`."),
    deletion_protection: deletionProtection("project", "databases, files and users"),
    ...timestamps,
  },

  api: {},
  hooks: { check: accessFaults, create, read, update, delete: remove, atRisk },
  importId: ["id"],
  importIdAlso: [["organization_id", "id"]],
  lookup: { by: [], plural: null },
  holds: "databases, files and users",
  cloning: {
    skip: {
      reason: "A clone goes into a project that is there already.",
      remedy: "Make the target project first.",
    },
  },
});

/** Who may make projects is asked before: a project's key may not, whatever its scopes (real-server F41). */
async function accessFaults(backend: Backend, { action, planned }: Change): Promise<readonly Diagnostic[]> {
  if ((action !== "create" && action !== "replace") || (await backend.console()) !== null) return [];
  const owner = planned?.["organization_id"];
  const queries = [JSON.stringify({ method: "limit", values: [1] })];
  try {
    const organization = backend.organization(typeof owner === "string" ? owner : null);
    await organization.call({ method: "GET", path: "/organization/projects", queries });
    return [];
  } catch (cause) {
    if (!(cause instanceof ApiError) || ![401, 403, 404].includes(cause.details.status)) throw cause;
    const text = `The key of the provider may not make projects (${cause.details.message}) Give the provider console_email and console_password of a member of the organization, or on Appwrite Cloud organization_id and organization_api_key.`;
    return [error("Project cannot be made", text)];
  }
}

async function create({ backend }: Session, planned: Row): Promise<JsonObject> {
  const { id, name, region, organization_id: organization } = planned;
  const place = typeof region === "string" ? { region } : {};
  const body = { projectId: String(id), name: String(name), ...place };
  const console = await backend.console();
  if (console === null) {
    const owner = typeof organization === "string" ? organization : null;
    return (await backend
      .organization(owner)
      .call({ method: "POST", path: "/organization/projects", body })) as JsonObject;
  }
  const teamId = typeof organization === "string" ? organization : await onlyTeam(console);
  return (await console.call({ method: "POST", path: "/projects", body: { ...body, teamId } })) as JsonObject;
}

/** The console user's organization, where there is only one. */
async function onlyTeam(console: ConsoleBackend): Promise<string> {
  const { teams } = (await console.call({ method: "GET", path: "/teams", items: "teams" })) as JsonObject;
  const [only, ...others] = teams as readonly JsonObject[];
  if (only !== undefined && others.length === 0) return String(only["$id"]);
  const text =
    only === undefined
      ? "The console user belongs to no organization. Make one in the console, or name it by organization_id."
      : "The console user belongs to several organizations. Choose one by organization_id.";
  throw new UserError(error("Organization not clear", text, "organization_id"));
}

/** A project that is gone is a 404 of the project itself, which is an error of every other kind. */
async function read({ backend }: Session, state: Row): Promise<JsonObject | null> {
  try {
    return (await callFor(backend, state, { method: "GET", path: "" })) as JsonObject;
  } catch (cause) {
    if (cause instanceof ApiError && cause.details.type === "project_not_found") return null;
    throw cause;
  }
}

/** A call about one project: by the console, by its own key, or by the organization. */
async function callFor(backend: Backend, { id, organization_id: organization }: Row, call: Call): Promise<unknown> {
  const console = await backend.console();
  if (console !== null) return console.call({ ...call, path: `/projects/${id}${call.path}` });
  if (call.method === "GET" && id === backend.projectId && !(await isOldServer(backend)))
    return backend.call({ ...call, path: `/project${call.path}` });
  const owner = typeof organization === "string" ? organization : null;
  return backend.organization(owner).call({ ...call, path: `/organization/projects/${id}${call.path}` });
}

/** The organization's route changes the name alone; 1.9.0 has only one that clears what it is not told. */
async function update({ backend }: Session, prior: Row, planned: Row): Promise<JsonObject> {
  const name = String(planned["name"]);
  const console = await backend.console();
  if (console === null)
    return (await callFor(backend, prior, { method: "PATCH", path: "", body: { name } })) as JsonObject;
  if (!(await isOldServer(backend))) {
    const headers = { "x-appwrite-organization": String(prior["team_id"]) };
    const path = `/organization/projects/${prior["id"]}`;
    return (await console.call({ method: "PATCH", path, body: { name }, headers })) as JsonObject;
  }
  const before = (await callFor(backend, prior, { method: "GET", path: "" })) as JsonObject;
  const profile = PROFILE.filter((field) => (before[field] ?? "") !== "").map((field) => [field, before[field]]);
  const body = { ...Object.fromEntries(profile), name } as JsonObject;
  return (await callFor(backend, prior, { method: "PATCH", path: "", body })) as JsonObject;
}

/** What 1.9.0 keeps of a project beside its name. */
const PROFILE = [
  "description",
  "logo",
  "url",
  "legalName",
  "legalCountry",
  "legalState",
  "legalCity",
  "legalAddress",
  "legalTaxId",
] as const;

async function remove({ backend }: Session, state: Row): Promise<void> {
  try {
    await callFor(backend, state, { method: "DELETE", path: "" });
  } catch (cause) {
    if (!(cause instanceof ApiError) || cause.details.type !== "project_not_found") throw cause;
  }
}

/** What goes with a project, as far as a console user can count it. */
async function atRisk(backend: Backend, { action, prior }: Change): Promise<readonly DataLoss[]> {
  const console = await backend.console();
  if (!prior || (action !== "delete" && action !== "replace") || console === null) return [];
  const count = async (path: string): Promise<number> => {
    const queries = [JSON.stringify({ method: "limit", values: [1] })];
    const answer = await console.callProject(String(prior["id"]), { method: "GET", path, queries, tells: "total" });
    return Number((answer as JsonObject)["total"]);
  };
  const remedy =
    "To keep it, leave the project in the configuration, take it out of Terraform with a removed block (destroy = false), or set deletion_protection = true.";
  return [
    { what: "databases of the project", count: await count("/tablesdb"), remedy },
    { what: "buckets of the project", count: await count("/storage/buckets"), remedy },
    { what: "users of the project", count: await count("/users"), remedy },
  ];
}
