import { type Attributes, camelCase, defineResource, projectId, t } from "../../schema/index.ts";
import { SETTINGS_QUEUE, SETTINGS_SINCE, switchboardHooks, switchesOf } from "./settings.ts";

const SERVICES =
  "account avatars databases tablesdb locale health project storage teams users vcs sites functions proxy graphql migrations messaging advisor".split(
    " ",
  );
const NOT_IN_OLD = ["project", "vcs", "proxy", "migrations", "advisor"];

const attributes: Attributes = Object.fromEntries(
  SERVICES.map((name) => [
    name,
    t.bool.kept(
      `Serve clients by the service \`${name}\`. API keys reach it in any case.`,
      NOT_IN_OLD.includes(name) ? { since: SETTINGS_SINCE } : {},
    ),
  ]),
);

export const projectServices = defineResource({
  type: "appwrite_project_services",
  noun: "set of services",
  summary: "The services of a project that clients may call.",
  notes: "Each project has them; the resource takes over those that are set and leaves the others alone.",
  scopes: { read: "project.read", write: "project.write" },
  since: SETTINGS_SINCE,
  byConsole: true,
  attributes: { ...attributes, project_id: projectId },
  api: { queue: SETTINGS_QUEUE },
  hooks: switchboardHooks({
    read: async (access) => {
      const project = await access.project();
      const switches = switchesOf(project, "services");
      const flat = (name: string) => project[`serviceStatusFor${name.charAt(0).toUpperCase()}${name.slice(1)}`];
      return Object.fromEntries(
        SERVICES.map((name) => [camelCase(name), (access.isOld ? flat(name) : switches[name]) ?? null]),
      );
    },
    write: (access, name, value) =>
      access.isOld
        ? access.call({ method: "PATCH", path: "/service", body: { service: name, status: value === true } })
        : access.call({ method: "PATCH", path: `/project/services/${name}`, body: { enabled: value === true } }),
  }),
  importId: ["project_id"],
  cloning: { config: "settings.services" },
  lookup: { by: [], plural: null },
  singleton: {
    onDestroy: "The project's services stay as they are; Terraform no longer manages them.",
    untouched: () => Object.fromEntries(SERVICES.map((name) => [name, true])),
  },
});
