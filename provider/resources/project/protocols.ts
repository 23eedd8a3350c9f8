import { defineResource, projectId, t } from "../../schema/index.ts";
import { SETTINGS_QUEUE, SETTINGS_SINCE, switchboardHooks, switchesOf } from "./settings.ts";

const PROTOCOLS = ["rest", "graphql", "websocket"] as const;

export const projectProtocols = defineResource({
  type: "appwrite_project_protocols",
  noun: "set of protocols",
  summary: "The protocols by which clients may reach a project.",
  notes:
    "Each project has them; the resource takes over those that are set and leaves the others alone. Appwrite 1.9.0 takes them but does not tell them, so that drift is not seen there.",
  scopes: { read: "project.read", write: "project.write" },
  since: SETTINGS_SINCE,
  byConsole: true,
  attributes: {
    rest: t.bool.kept("Serve clients over REST. API keys are served in any case."),
    graphql: t.bool.kept("Serve clients over GraphQL."),
    websocket: t.bool.kept("Serve clients over WebSocket, which realtime needs."),
    project_id: projectId,
  },
  api: { queue: SETTINGS_QUEUE },
  hooks: switchboardHooks({
    read: async (access) => {
      const switches = access.isOld ? {} : switchesOf(await access.project(), "protocols");
      return Object.fromEntries(PROTOCOLS.map((name) => [name, switches[name] ?? null]));
    },
    write: (access, name, value) =>
      access.isOld
        ? access.call({
            method: "PATCH",
            path: "/api",
            body: { api: name === "websocket" ? "realtime" : name, status: value === true },
          })
        : access.call({ method: "PATCH", path: `/project/protocols/${name}`, body: { enabled: value === true } }),
  }),
  importId: ["project_id"],
  cloning: { config: "settings.protocols" },
  lookup: { by: [], plural: null },
  singleton: {
    onDestroy: "The project's protocols stay as they are; Terraform no longer manages them.",
    untouched: () => Object.fromEntries(PROTOCOLS.map((name) => [name, true])),
  },
});
