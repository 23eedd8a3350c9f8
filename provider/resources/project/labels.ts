import { defineResource, isList, type JsonObject, projectId, type Row, type Session, t } from "../../schema/index.ts";
import { SETTINGS_QUEUE, SETTINGS_SINCE, settingsAccess } from "./settings.ts";

const LABEL = { expression: /^[A-Za-z0-9]+$/, words: "letters and digits" } as const;

export const projectLabels = defineResource({
  type: "appwrite_project_labels",
  noun: "set of labels",
  summary: "The labels of a project.",
  scopes: { read: "project.read", write: "project.write" },
  since: SETTINGS_SINCE,
  byConsole: true,
  attributes: {
    labels: t.set(t.string).required("All labels of the project; others are removed.", {
      length: [0, 1000],
      each: { length: [1, 36], pattern: LABEL },
    }),
    project_id: projectId,
  },
  api: { queue: SETTINGS_QUEUE },
  hooks: {
    create: write,
    update: (session, _prior, planned) => write(session, planned),
    read: async ({ backend }) => (await settingsAccess(backend)).project(),
    delete: async (session) => {
      await write(session, { labels: [] });
    },
  },
  importId: ["project_id"],
  lookup: { by: [], plural: null },
  singleton: { onDestroy: "The project has no labels any more.", untouched: () => ({ labels: [] }) },
});

async function write({ backend }: Session, { labels }: Row): Promise<JsonObject> {
  const access = await settingsAccess(backend);
  const body = { labels: isList(labels) ? labels.map(String) : [] };
  await access.call({ method: "PUT", path: access.isOld ? "/labels" : "/project/labels", body });
  return access.project();
}
